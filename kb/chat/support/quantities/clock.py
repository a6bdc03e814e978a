"""Clock times: 18시, 오후 6시 반, 18:00, 5:30 p.m."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.chat.support.quantities.dates import Found
from kb.chat.support.quantities.model import AFTERNOON, CLOCK, Reading

_KOREAN_HOURS = {
    "열두": 12, "열한": 11, "열": 10, "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_HALF_OF_DAY = r"(?P<half>오전|오후|밤|새벽|아침|저녁|낮)"
# 시간 is a duration, "시 설치" is "when installing"; a written hour without 오전 or 오후 ("한 시") is too often something else.
_KOREAN = re.compile(
    rf"(?:{_HALF_OF_DAY}\s*)?(?<!\d)(?P<hour>\d{{1,2}}|{'|'.join(_KOREAN_HOURS)})\s*시(?!간|[가-힣]{{0,2}}\s*설)"
    r"(?:\s*(?P<minute>\d{1,2})분|\s*(?P<thirty>반)(?![가-힣]))?"
)
_COLON = re.compile(r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?!\d)(?:\s*(?P<half>[aApP])\.?[mM]\b\.?)?")
_ENGLISH = re.compile(r"(?<![\d:.])(?P<hour>1[0-2]|[1-9])\s*(?P<half>[aApP])\.?[mM]\b\.?")
_AFTERNOON = {"오후", "밤", "저녁", "p"}
_NAMED = {"정오": 720, "자정": 1440, "noon": 720, "midnight": 1440}
_NAMED_PATTERN = re.compile(r"정오|자정|\bnoon\b|\bmidnight\b")


def clock_times(text: str) -> Iterator[Found]:
    """Clock times of a text, in minutes since midnight."""
    for match in _KOREAN.finditer(text):
        written = match["hour"]
        if not written.isdigit() and not match["half"]:
            continue
        hour = int(written) if written.isdigit() else _KOREAN_HOURS[written]
        minutes = int(match["minute"]) if match["minute"] else 30 if match["thirty"] else 0
        if hour <= 24:
            yield match.start(), match.end(), _readings(hour, minutes, match["half"]), False
    for pattern in (_COLON, _ENGLISH):
        for match in pattern.finditer(text):
            minutes = int(match.groupdict().get("minute") or 0)
            yield match.start(), match.end(), _readings(int(match["hour"]), minutes, match["half"]), False
    for match in _NAMED_PATTERN.finditer(text):
        yield match.start(), match.end(), (Reading(CLOCK, float(_NAMED[match[0]])),), False


def _readings(hour: int, minutes: int, half: str | None) -> tuple[Reading, ...]:
    """The time on the 24 hour clock: "밤 11시" and "11 p.m." are 23:00, "12 a.m." is midnight.

    An hour without 오전 or 오후 may also be the one after noon: "2시" agrees with "오후 2시", not with "14시" by accident.
    """
    half = half.lower() if half else None
    afternoon = half in _AFTERNOON or (half == "낮" and hour <= 6)
    if afternoon and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    time = float(hour * 60 + minutes)
    if afternoon:
        return Reading(CLOCK, time), Reading(AFTERNOON, time)
    if half is None and 1 <= hour < 12:
        return Reading(CLOCK, time), Reading(AFTERNOON, time + 720)
    return (Reading(CLOCK, time),)
