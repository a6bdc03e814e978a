"""Numbers as a sheet shows them: 3,000원, 12.5%, 2026-03-01. A search finds what people see, not 46082."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.ingestion.readers.ooxml import Element, attribute, child, children, number

_BUILTIN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss",
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]\-]*)[^\]]*\]|(?:_.|\*.|\[[^\]]*\])|([-+()$₩€£¥])')
_DIGITS = re.compile(r"[#0?][#0?,.]*")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_465


@dataclass(frozen=True, slots=True)
class NumberFormats:
    """The format code of each cell style, and where days are counted from."""

    codes: tuple[str, ...]
    is_1904: bool

    def show(self, raw: str, style: int) -> str:
        """A stored number as text; what is no number comes back as it is."""
        code = self.codes[style] if 0 <= style < len(self.codes) else ""
        try:
            value = float(raw)
        except ValueError:
            return raw
        return show(value, code, is_1904=self.is_1904)


def read_formats(root: Element | None, *, is_1904: bool) -> NumberFormats:
    """The formats of styles.xml."""
    own = {
        number(attribute(item, "numFmtId")): attribute(item, "formatCode")
        for item in children(child(root, "numFmts"), "numFmt")
    }
    ids = [number(attribute(item, "numFmtId")) for item in children(child(root, "cellXfs"), "xf")]
    return NumberFormats(tuple(own.get(i, _BUILTIN.get(i, "")) for i in ids), is_1904)


def show(value: float, code: str, *, is_1904: bool = False) -> str:
    """A number in an Excel format code. Only what changes the digits is followed: date, percent, thousands, decimals, words."""
    section = code.split(";")[1 if value < 0 and code.count(";") else 0]
    bare = _QUOTED.sub("", section).lower()
    if _is_date(bare, section) and 0 <= value <= _LAST_DAY:
        return _date(value, bare, section, is_1904=is_1904)
    digits = _DIGITS.search(bare)
    if digits is None or "e+" in bare or "/" in bare:
        return _general(value)
    if value >= 0 or not code.count(";"):
        return _surround(_digits(value, digits.group(), bare), section)
    shown = _surround(_digits(-value, digits.group(), bare), section)
    return shown if "-" in shown or "(" in shown else f"-{shown}"  # red alone says negative in a sheet, not in text


def _is_date(bare: str, section: str) -> bool:
    return ("general" not in bare and bool(re.search(r"[ymdhs]", bare))) or bool(
        re.search(r"\[(?:h+|m+|s+)\]", section, re.I)
    )


def _date(value: float, bare: str, section: str, *, is_1904: bool) -> str:
    if re.search(r"\[h+\]", section, re.I):
        minutes = round(value * 24 * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(value * 86_400))
    has_day, has_time = bool(re.search(r"[yd]", bare)) or value >= 1, bool(re.search(r"[hs]", bare))
    parts = [moment.strftime("%Y-%m-%d")] if has_day else []
    if has_time:
        parts.append(moment.strftime("%H:%M:%S" if "s" in bare and moment.second else "%H:%M"))
    return " ".join(parts) or _general(value)


def _digits(value: float, digits: str, bare: str) -> str:
    decimals = len(digits.partition(".")[2].rstrip(",")) if "." in digits else 0
    percent = "%" in bare
    shown = value * 100 if percent else value
    whole = digits.partition(".")[0]
    comma = "," if "," in whole else ""
    text = f"{shown:{comma}.{decimals}f}"
    return (text.zfill(whole.count("0")) if not comma and not decimals else text) + ("%" if percent else "")


def _surround(shown: str, section: str) -> str:
    """The words of the format around the digits: ₩ before, 원 behind."""
    found = _DIGITS.search(_QUOTED.sub(lambda match: "\x00" * len(match.group()), section))
    if found is None:
        return shown
    return _words(section[: found.start()]) + shown + _words(section[found.end() :])


def _words(part: str) -> str:
    return "".join("".join(found) for found in _LITERAL.findall(part))


def _general(value: float) -> str:
    """At most eleven digits, as a cell without a format: 0.3 for 0.30000000000000004."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.11g}"
