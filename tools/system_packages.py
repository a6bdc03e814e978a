"""What the tests need beside Python: a browser, text recognition with Korean, Korean fonts.

Installs what is missing as root on Debian and Ubuntu; otherwise says what to install. Usage: python3 tools/system_packages.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def main() -> int:
    """Install, or say what is missing; returns the exit code."""
    missing = [package for package, there in NEEDS.items() if not there()]
    if not missing:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return _install(missing)
    print(f"The tests need these system packages: sudo apt-get install {' '.join(missing)}", file=sys.stderr)
    return 1


def _install(packages: list[str]) -> int:
    print(f"Installing {', '.join(packages)} …", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", *command], env=env, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-2000:], file=sys.stderr)
            return done.returncode
    return 0


def _has_browser() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def _has_tesseract() -> bool:
    return shutil.which("tesseract") is not None


def _reads_korean() -> bool:
    if not _has_tesseract():
        return False
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return "kor" in (done.stdout + done.stderr).split()


def _has_korean_font() -> bool:
    return any(Path("/usr/share/fonts").rglob("Nanum*.ttf"))


NEEDS: dict[str, Callable[[], bool]] = {
    "chromium": _has_browser,
    "tesseract-ocr": _has_tesseract,
    "tesseract-ocr-kor": _reads_korean,
    "fonts-nanum": _has_korean_font,
    "curl": lambda: shutil.which("curl") is not None,  # docs/api.md speaks it
}

if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
