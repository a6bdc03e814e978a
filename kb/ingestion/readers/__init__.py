"""One file a reader, all behind the block model of blocks.py. Runs in a child process; knows neither database nor Django."""
