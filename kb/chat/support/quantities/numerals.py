"""Numbers as Korean and English write them: digits, 만 and 억, 열다섯, twenty-one."""

from __future__ import annotations

import re

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"

SINO_DIGITS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9, "영": 0, "공": 0}
SMALL_POWERS = {"십": 10, "백": 100, "천": 1000}
LARGE_POWERS = {"만": 10**4, "억": 10**8, "조": 10**12}
NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
NATIVE_ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "서": 3, "넷": 4, "네": 4, "넉": 4, "다섯": 5, "여섯": 6,
    "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
ENGLISH_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "single": 1,
}  # fmt: skip
ENGLISH_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
ENGLISH_SCALES = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def mixed_value(written: str) -> float:
    """The value of digits with Korean powers: "1,200만" is 12 million, "2억 5천만" 250 million, "천만" 10 million."""
    total = section = 0.0
    pending: float | None = None
    for part in re.findall(r"\d+(?:\.\d+)?|[일이삼사오육칠팔구영공십백천만억조]", written.replace(",", "")):
        if part[0].isdigit():
            pending = float(part)
        elif part in SINO_DIGITS:
            pending = float(SINO_DIGITS[part])
        elif part in SMALL_POWERS:
            section += (1 if pending is None else pending) * SMALL_POWERS[part]
            pending = None
        else:
            total += ((section + (pending or 0)) or 1) * LARGE_POWERS[part]
            section, pending = 0.0, None
    return total + section + (pending or 0)


def native_value(hundreds: str | None, tens: str | None, ones: str | None) -> float:
    """The value of a native Korean number cut into its parts: ("백", None, "여덟") is 108."""
    return SMALL_POWERS.get(hundreds or "", 0) + NATIVE_TENS.get(tens or "", 0) + NATIVE_ONES.get(ones or "", 0)


def english_value(written: str) -> float:
    """The value of an English number word ("twenty-one", "six") or of digits ("1,000")."""
    lowered = written.lower()
    if lowered[0].isdigit():
        return float(lowered.replace(",", ""))
    return float(sum(ENGLISH_TENS.get(word, ENGLISH_ONES.get(word, 0)) for word in re.split(r"[\s-]+", lowered)))
