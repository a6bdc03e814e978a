"""Limits are lowered and never raised; the network is left where the system allows it."""

from __future__ import annotations

import json
import subprocess
import sys

from kb.ingestion.readers.process import ROOT

_CODE = """
import json, os, resource, sys
sys.path.insert(0, {root!r})
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.sandbox import lock_up
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
network = lock_up(Limits(cpu_s=5), {parent})
names = ("CORE", "NOFILE", "FSIZE", "CPU", "AS")
print(json.dumps([network, {{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}}]))
"""


def lock_up(parent: str = "os.getppid()") -> subprocess.CompletedProcess[str]:
    code = _CODE.format(root=ROOT, parent=parent)
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)


def test_every_limit_is_set_and_a_lower_one_stays() -> None:
    network, limits = json.loads(lock_up().stdout)

    assert network in ("off", "open")
    assert limits["CORE"] == [0, 0]
    assert limits["NOFILE"] == [20, 20]
    assert limits["CPU"] == [5, 7]
    assert limits["AS"] == [1536 * 1024 * 1024] * 2
    assert limits["FSIZE"] == [64 * 1024 * 1024] * 2


def test_an_orphan_does_not_begin() -> None:
    done = lock_up(parent="999999999")

    assert (done.returncode, done.stdout) == (1, "")
