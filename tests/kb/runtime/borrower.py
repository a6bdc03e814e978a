"""A command that uses the database without `up`: prints `in`, waits for a line on standard input, leaves, prints `out`."""

import os
import sys

from kb.runtime.borrow import borrowed

with borrowed(database=True, encoder="encoder" in sys.argv, env=os.environ):
    print("in", flush=True)
    sys.stdin.readline()
print("out", flush=True)
