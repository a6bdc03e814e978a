"""The embedded model server: llama.cpp with a small model, for machines without another one."""
