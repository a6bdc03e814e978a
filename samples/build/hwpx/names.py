"""Names that every part of the package repeats."""

from __future__ import annotations

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'

_HANCOM = "http://www.hancom.co.kr/hwpml"
_SPACES = {
    "ha": f"{_HANCOM}/2011/app",
    "hp": f"{_HANCOM}/2011/paragraph",
    "hp10": f"{_HANCOM}/2016/paragraph",
    "hs": f"{_HANCOM}/2011/section",
    "hc": f"{_HANCOM}/2011/core",
    "hh": f"{_HANCOM}/2011/head",
    "hpf": "http://www.hancom.co.kr/schema/2011/hpf",
    "opf": "http://www.idpf.org/2007/opf/",
    "hwpunitchar": f"{_HANCOM}/2016/HwpUnitChar",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _SPACES.items())

LANGUAGES = ("hangul", "latin", "hanja", "japanese", "other", "symbol", "user")
