"""Whether the system has a font with Hangul, which drawing HWP pages needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_NAMES = (
    "nanum",
    "notosanscjk",
    "notoserifcjk",
    "notosanskr",
    "unbatang",
    "undotum",
    "baekmuk",
    "applesdgothic",
    "malgun",
    "pretendard",
    "hcr",
)


@cache
def has_korean_font() -> bool:
    """Whether a font file of a known Korean family is installed."""
    files = (path.name.lower() for folder in _FOLDERS for path in Path(folder).rglob("*.[tToO][tT][fFcC]"))
    return any(name.startswith(_NAMES) for name in files)
