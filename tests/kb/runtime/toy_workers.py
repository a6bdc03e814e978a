"""A stand-in for the queue's cluster: a parent that forks, and a training process in a session of its own.

Usage: toy_workers.py FOLDER. With FOLDER/deaf it ignores SIGTERM.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
TRAINING = """
import signal, sys, time
from pathlib import Path
def stop(*_):
    Path(sys.argv[1], "checkpoint").write_text(str(time.monotonic()))
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
Path(sys.argv[1], "training").write_text("runs")
time.sleep(300)
"""


def note(name):
    path = folder / name
    half = path.with_suffix(".half")
    half.write_text(str(os.getpid()))
    half.replace(path)


if os.fork() == 0:
    note("forked")
    if not (folder / "no-training").exists():
        subprocess.Popen([sys.executable, "-c", TRAINING, str(folder)], start_new_session=True)
    time.sleep(300)
if (folder / "deaf").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
note("workers")
time.sleep(300)
