"""What `manage.py bench` measures, a module a part. docs/benchmarks.md is written by it."""
