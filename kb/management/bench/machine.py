"""The machine that figures were measured on, in a line."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from pathlib import Path

from django.utils import timezone

_GIB = 1024**3


def described() -> str:
    """Processor, cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return f"{cores()} cores ({_processor()}), {memory:.0f} GiB, Python {platform.python_version()}"


def load() -> float:
    """How many processes wanted to compute, over the last minute."""
    return os.getloadavg()[0]


def today() -> date:
    """The day, where the company is."""
    return timezone.localdate()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", lines, re.MULTILINE)
    return " ".join(found[1].split()) if found else platform.machine()
