"""Units of Korean and English rules: how they are written, and which of them can be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that rules use.

    Two amounts of one `dimension` are compared after multiplying with `factor` (90 minutes are 1.5 hours). Units of one
    `family` measure the same kind of thing without a fixed rate between them (won and dollars, days and months).
    """

    name: str
    dimension: str
    factor: float
    family: str
    written: tuple[str, ...]


def _unit(name: str, dimension: str, factor: float, family: str, written: str) -> Unit:
    return Unit(name, dimension, factor, family, tuple(written.split()))


_ALL = (
    # Time. Months and days are two dimensions: a month has no fixed number of days.
    _unit("second", "duration", 1 / 60, "time", "초 second sec"),
    _unit("minute", "duration", 1, "time", "분 minute min"),
    _unit("hour", "duration", 60, "time", "시간 hour hr"),
    _unit("day", "duration", 1440, "time", "일 날 day"),
    _unit("week", "duration", 10080, "time", "주 주일 주간 week"),
    _unit("month", "calendar", 1, "time", "개월 달 month"),
    _unit("quarter", "calendar", 3, "time", "개분기 quarter"),
    _unit("year", "calendar", 12, "time", "년 해 개년 year yr"),
    _unit("business day", "business day", 1, "time", "영업일 근무일 workday"),
    _unit("night", "night", 1, "time", "박 night"),
    # Money.
    _unit("KRW", "KRW", 1, "money", "원 won krw"),
    _unit("USD", "USD", 1, "money", "달러 불 dollar usd"),
    _unit("cent", "USD", 0.01, "money", "센트 cent"),
    _unit("EUR", "EUR", 1, "money", "유로 euro eur"),
    _unit("JPY", "JPY", 1, "money", "엔 yen jpy"),
    _unit("GBP", "GBP", 1, "money", "파운드 gbp"),
    _unit("CNY", "CNY", 1, "money", "위안 yuan cny"),
    # Shares.
    _unit("percent", "percent", 1, "share", "% 퍼센트 프로 percent pct"),
    _unit("percentage point", "percentage point", 1, "share", "%p 퍼센트포인트"),
    _unit("per mille", "percent", 0.1, "share", "‰ 퍼밀"),
    _unit("fold", "fold", 1, "share", "배"),
    # Counts.
    _unit("times", "times", 1, "count", "회 번 차례 time attempt"),
    _unit("person", "person", 1, "count", "명 인 사람 person people employee colleague"),
    _unit("item", "item", 1, "count", "개 곳 군데 가지 건 item piece pc"),
    _unit("character", "character", 1, "count", "자 자리 글자 character digit"),
    _unit("copy", "copy", 1, "count", "부 copy copie"),
    _unit("vehicle", "vehicle", 1, "count", "대"),
    _unit("floor", "floor", 1, "count", "층 floor"),
    _unit("semester", "semester", 1, "count", "학기 semester"),
    _unit("age", "age", 1, "count", "세 살"),
    _unit("grade", "grade", 1, "count", "급 등급 grade"),
    # Length, area, volume, mass.
    _unit("mm", "length", 0.001, "length", "mm ㎜ 밀리미터 millimeter millimetre"),
    _unit("cm", "length", 0.01, "length", "cm ㎝ 센티미터 센티 centimeter centimetre"),
    _unit("m", "length", 1, "length", "m 미터 meter metre"),
    _unit("km", "length", 1000, "length", "km ㎞ 킬로미터 kilometer kilometre"),
    _unit("inch", "inch", 1, "length", "인치 inch inche"),
    _unit("foot", "inch", 12, "length", "피트 ft foot feet"),
    _unit("mile", "inch", 63360, "length", "마일 mile"),
    _unit("m2", "area", 1, "area", "m2 ㎡ 제곱미터 평방미터"),
    _unit("km2", "area", 1e6, "area", "km2 ㎢ 제곱킬로미터"),
    _unit("pyeong", "pyeong", 1, "area", "평"),
    _unit("l", "volume", 1, "volume", "l ℓ 리터 liter litre"),
    _unit("ml", "volume", 0.001, "volume", "ml ㎖ 밀리리터"),
    _unit("g", "mass", 0.001, "mass", "g 그램 gram"),
    _unit("kg", "mass", 1, "mass", "kg ㎏ 킬로그램 kilogram"),
    _unit("t", "mass", 1000, "mass", "t 톤 ton tonne"),
    # Technology.
    _unit("KB", "data", 1e-6, "data", "kb"),
    _unit("MB", "data", 1e-3, "data", "mb 메가바이트 megabyte"),
    _unit("GB", "data", 1, "data", "gb 기가바이트 기가 gigabyte"),
    _unit("TB", "data", 1e3, "data", "tb 테라바이트 terabyte"),
    _unit("bit", "bit", 1, "bit", "비트 bit"),
    _unit("degree C", "degree C", 1, "temperature", "°c ℃"),
    _unit("degree F", "degree F", 1, "temperature", "°f ℉"),
    _unit("degree", "degree", 1, "temperature", "도 ° degree"),
    _unit("rpm", "rpm", 1, "rate", "rpm"),
    _unit("mAh", "mAh", 1, "energy", "mah 밀리암페어시"),
    _unit("kWh", "kWh", 1, "energy", "kwh"),
    _unit("kW", "kW", 1, "power", "kw 킬로와트"),
    _unit("W", "kW", 0.001, "power", "w 와트 watt"),
    _unit("V", "V", 1, "voltage", "v 볼트 volt"),
    _unit("bar", "bar", 1, "pressure", "bar"),
    _unit("MPa", "MPa", 1, "pressure", "mpa"),
)

UNITS: dict[str, Unit] = {unit.name: unit for unit in _ALL}
WRITTEN: dict[str, Unit] = {form: unit for unit in _ALL for form in unit.written}
CURRENCY_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "₩": "KRW", "£": "GBP", "¥": "JPY"}

# Values that Korean writes as words.
DAY_WORDS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15,
}  # fmt: skip
# Days between two times, a month taken as 30: only used to tell one period from another.
PERIOD_WORDS: dict[str, int] = {
    "매일": 1, "날마다": 1, "매주": 7, "매월": 30, "매달": 30, "달마다": 30, "매분기": 90, "매년": 360, "매해": 360, "해마다": 360,
    "daily": 1, "weekly": 7, "monthly": 30, "quarterly": 90, "yearly": 360, "annually": 360, "annual": 360,
}  # fmt: skip
