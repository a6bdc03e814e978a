"""Finds the Nanum fonts on this machine (Debian: fonts-nanum) and makes them known to reportlab."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_FAMILIES = {"sans": "NanumGothic", "serif": "NanumMyeongjo"}
_PLACES = (
    os.environ.get("SAMPLE_FONTS", ""),
    "/usr/share/fonts/truetype/nanum",
    "/Library/Fonts",
    str(Path.home() / "Library/Fonts"),
)


@dataclass(frozen=True)
class Faces:
    """Names that reportlab knows, and the letters that both faces can draw."""

    plain: str
    bold: str
    letters: frozenset[int]


def register(style: str) -> Faces:
    """The faces of "sans" or "serif"; a missing font says how to get it."""
    family = _FAMILIES[style]
    fonts = [TTFont(name, _find(f"{name}.ttf")) for name in (family, f"{family}Bold")]
    for font in fonts:
        pdfmetrics.registerFont(font)
    for bold in (0, 1):
        addMapping(family, bold, 0, fonts[bold].fontName)
        addMapping(family, bold, 1, fonts[bold].fontName)
    letters = frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)
    return Faces(fonts[0].fontName, fonts[1].fontName, letters)


def _find(name: str) -> str:
    for place in filter(None, _PLACES):
        if (path := Path(place) / name).is_file():
            return str(path)
    raise FileNotFoundError(f"{name} is not here: apt-get install fonts-nanum, or set SAMPLE_FONTS to its folder")
