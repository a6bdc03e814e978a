"""What an amount is counted per: 월 5만원, 1인당 5만원, $0.67 per mile, two days a week."""

from __future__ import annotations

import re

_KOREAN_BASES = {
    "하루": "day", "일일": "day", "1일": "day", "매일": "day", "일": "day", "일주일": "week", "매주": "week",
    "1주": "week", "주": "week", "1주일": "week", "한 주": "week", "매월": "month", "매달": "month",
    "한 달": "month", "월": "month", "1개월": "month", "월간": "month", "매년": "year", "연": "year",
    "연간": "year", "1년": "year", "한 해": "year", "년": "year", "해마다": "year", "분기": "quarter",
    "반기": "half-year", "학기": "semester", "매 분기": "quarter", "매 학기": "semester", "1인": "person",
    "인": "person", "1명": "person", "한 사람": "person", "사람": "person", "한 명": "person", "건": "case",
    "1건": "case", "시간": "hour", "1시간": "hour", "한 시간": "hour", "1박": "night", "하룻밤": "night",
    "박": "night", "1km": "km", "km": "km", "1회": "times", "회": "times", "한 번": "times",
}  # fmt: skip
# These only count with 당 or 마다 behind them: "일 3만원" and "회 2명" are not sure enough.
_NEED_PARTICLE = {
    "일",
    "년",
    "인",
    "사람",
    "건",
    "시간",
    "박",
    "km",
    "회",
    "분기",
    "반기",
    "학기",
    "1회",
    "한 번",
    "1시간",
    "1년",
    "한 명",
    "1명",
}
_KOREAN_BEFORE = re.compile(
    rf"(?:^|(?<=[\s(,:|~])|(?<=[은는이가]))(?P<base>{'|'.join(sorted(map(re.escape, _KOREAN_BASES), key=len, reverse=True))})"
    r"(?P<particle>\s?(?:당|마다|에|별|간|\s?동안)?)\s*(?:최대|최장|최소|총|약|평균)?\s*$"
)
_KOREAN_AFTER = re.compile(r"\s?(?:/|\(|씩\s)?\s?(?P<base>월|일|주|년|인|박)(?=\s*(?:\)|,|\.|$|\|))")
_ENGLISH_BASES = {
    "day": "day", "week": "week", "month": "month", "year": "year", "quarter": "quarter", "hour": "hour", "night": "night", "mile": "mile",
    "kilometre": "km", "kilometer": "km", "km": "km", "person": "person", "employee": "person", "head": "person", "semester": "semester",
    "trip": "trip", "item": "item", "annum": "year", "case": "case", "meal": "meal",
}  # fmt: skip
_ENGLISH_AFTER = re.compile(
    rf"(?:\s+(?:of|paid|[a-z]+ly|leave|remote|work|from|home|reimbursement|allowance|[a-z]+ leave)){{0,4}}\s*"
    rf"(?:\bper|\ba|\ban|\beach|\bevery|/)\s*(?:calendar |working |business |single )?(?P<base>{'|'.join(_ENGLISH_BASES)})\b(?!')",
    re.IGNORECASE,
)
_ADVERB = re.compile(r"\s+(?P<base>daily|weekly|monthly|annually|yearly)\b", re.IGNORECASE)
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "annually": "year", "yearly": "year"}
_REACH_BEFORE, _REACH_AFTER = 12, 48
# A stay of one night and a day of the trip are paid alike.
_ALIKE = ({"day", "night"},)


def rate_before(text: str, start: int) -> tuple[str, int] | None:
    """The base that stands in front of a Korean amount and where it starts ("월 5만원": month), or None."""
    offset = max(0, start - _REACH_BEFORE)
    match = _KOREAN_BEFORE.search(text[offset:start])
    if match is None or (match["base"] in _NEED_PARTICLE and not match["particle"].strip()):
        return None
    return _KOREAN_BASES[match["base"]], offset + match.start("base")


def rate_after(text: str, end: int) -> tuple[str, int, int] | None:
    """The base that stands behind an amount where it ends and where it starts ("two days per week": week), or None."""
    window = text[end : end + _REACH_AFTER]
    match = _ENGLISH_AFTER.match(window)
    if match:
        return _ENGLISH_BASES[match["base"].lower()], end + match.end("base"), end + match.start("base")
    adverb = _ADVERB.match(window)
    if adverb:
        return _ADVERBS[adverb["base"].lower()], end + adverb.end("base"), end + adverb.start("base")
    korean = _KOREAN_AFTER.match(window) if window.startswith(("/", " /")) else None
    return (_KOREAN_BASES[korean["base"]], end + korean.end("base"), end + korean.start("base")) if korean else None


def rates_differ(one: str | None, other: str | None) -> bool:
    """Whether two amounts are counted per different things; an unsaid base differs from nothing."""
    return one is not None and other is not None and one != other and {one, other} not in _ALIKE
