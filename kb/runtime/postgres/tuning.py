"""The embedded server's settings. An admin changes one with ALTER SYSTEM, which counts more than this file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MEBI = 1024 * 1024


def configuration(port: int) -> str:
    """The text of maru.conf, written at each start."""
    lines = [f"{name} = {value}" for name, value in _settings(port).items()]
    return "\n".join(["# Written by Maru at each start. Use ALTER SYSTEM for your own settings.", *lines, ""])


def _settings(port: int) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEBI
    return {
        "listen_addresses": "'127.0.0.1'",
        "port": str(port),
        "unix_socket_directories": "''",  # every connection gives a password
        "max_connections": "100",
        "shared_buffers": f"{min(512, max(64, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",  # it costs more than it saves on statements of milliseconds
        "dynamic_shared_memory_type": _shared_memory(),
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] %u '",
        "log_checkpoints": "off",
        "log_min_duration_statement": "-1",  # statements hold company text
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


def _shared_memory() -> str:
    """Containers often give /dev/shm 64 MB, which an index build in parallel overruns: then files are used."""
    place = Path("/dev/shm")  # noqa: S108 - looked at, not written to
    roomy = place.is_dir() and shutil.disk_usage(place).total >= 512 * _MEBI
    return "posix" if roomy else "mmap"
