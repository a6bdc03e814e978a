"""Numbers, units, dates and clock times: what is read, and what counts as the same."""

from __future__ import annotations

import pytest

from kb.chat.support.quantities import Bound, quantities, rates_differ, same, same_family, same_kind


def _values(found):
    return [(q.unit, q.number) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15일의 연차를 준다", [("day", 15)]),
        ("열다섯 날의 연차", [("day", 15)]),
        ("사흘까지 쓴다", [("day", 3)]),
        ("보름 안에 낸다", [("day", 15)]),
        ("하룻밤에 낸다", [("night", 1)]),
        ("석 달 동안", [("month", 3)]),
        ("백여덟 개", [("item", 108)]),
        ("칠십사 미터", [("m", 74)]),
        ("천 명 이상", [("person", 1000)]),
        ("이십 년 근속", [("year", 20)]),
        ("10영업일 안에", [("business day", 10)]),
        ("1,200만원", [("KRW", 12_000_000)]),
        ("3천만원", [("KRW", 30_000_000)]),
        ("천만원", [("KRW", 10_000_000)]),
        ("2억 5천만 원", [("KRW", 250_000_000)]),
        ("1만 2천원", [("KRW", 12_000)]),
        ("12백만 화소", [("", 12_000_000)]),
        ("4천5백 개", [("item", 4500)]),
        ("80퍼센트", [("percent", 80)]),
        ("지원금의 절반", [("percent", 50)]),
        ("3분의 1", [("percent", 33.33)]),
        ("3~5일", [("day", 3), ("day", 5)]),
        ("3분 안에", [("minute", 3)]),
        ("3분기 실적", [("분기", 3)]),
        ("최대 8학기까지", [("semester", 8)]),
        ("±0.02mm", [("mm", 0.02)]),
        ("16 weeks", [("week", 16)]),
        ("sixteen weeks", [("week", 16)]),
        ("twenty-one days", [("day", 21)]),
        ("10 business days", [("business day", 10)]),
        ("5 consecutive days", [("day", 5)]),
        ("$1,000", [("USD", 1000)]),
        ("KRW 5,000", [("KRW", 5000)]),
        ("2.5 million dollars", [("USD", 2_500_000)]),
        ("7 million square kilometres", [("km2", 7_000_000)]),
        ("three quotes", [("quote", 3)]),
        ("twice", [("times", 2)]),
        ("half of the amount", [("percent", 50)]),
        ("18,000 rpm and 42 kg", [("rpm", 18000), ("kg", 42)]),
    ],
)
def test_it_reads_amounts_in_digits_and_words(read, text, expected):
    assert _values(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "제5조에 따른다",
        "제 3 항을 따른다",
        "Section 2.1 applies",
        "KX-2300과 M3",
        "답은 이렇다 [1, 2]",
        "3.1 초품 검사",
        "1. 휴가 신청",
        "이 한도 안에서",
        "임원에 한해 이용한다",
        "대표가 서명한다",
    ],
)
def test_it_reads_no_amount_in_names_and_namesakes(read, text):
    assert read(text) == ()


def test_man_before_an_age_is_no_ten_thousand(read):
    assert _values(read("만 8세 이하")) == [("age", 8)]


def test_ninety_days_may_also_be_read_as_ninety_one(read):
    (quantity,) = read("구십일까지 쓴다")
    assert [(r.unit, r.number) for r in quantity.readings] == [("day", 90), ("", 91)]


@pytest.mark.parametrize(
    "text",
    [
        "2026년 3월 1일",
        "2026-03-01",
        "2026.3.1.",
        "'26.3.1.",
        "March 1, 2026",
        "1 March 2026",
    ],
)
def test_it_reads_full_dates(read, text):
    (quantity,) = read(text)
    assert quantity.readings[0].date == (2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("3월 1일", (None, 3, 1)),
        ("12/31에 끝난다", (None, 12, 31)),
        ("3.1부터 시행한다", (None, 3, 1)),
        ("2026년 3월", (2026, 3, None)),
        ("2026년에", (2026, None, None)),
        ("매월 25일에 지급", (None, None, 25)),
        ("until March 31 of that year", (None, 3, 31)),
        ("by the 10th of the month", (None, None, 10)),
        ("until the end of March", (None, 3, None)),
        ("in 2026,", (2026, None, None)),
    ],
)
def test_a_missing_part_of_a_date_is_open(read, text, date):
    assert date in [reading.date for quantity in read(text) for reading in quantity.readings]


def test_the_end_of_a_range_of_days_takes_its_month(read):
    assert [q.readings[0].date for q in read("4월 6일부터 10일까지")] == [(None, 4, 6), (None, 4, 10)]


def test_a_version_is_no_date(read):
    assert all(not quantity.timelike for quantity in read("버전 3.1을 설치한다"))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("18시", 1080),
        ("오후 6시", 1080),
        ("18:00", 1080),
        ("밤 11시", 1380),
        ("새벽 2시", 120),
        ("오후 2시 반", 870),
        ("22시 30분", 1350),
        ("5:30 p.m.", 1050),
        ("8 a.m.", 480),
        ("12 a.m.", 0),
        ("정오", 720),
    ],
)
def test_it_reads_clock_times(read, text, minutes):
    (quantity,) = read(text)
    assert (quantity.unit, quantity.number) == ("clock", minutes)


def test_an_hour_is_a_duration_and_o_clock_a_time(read):
    assert _values(read("3시간")) == [("hour", 3)]
    assert read("설치 시 설명한다") == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("10일 이상", Bound.AT_LEAST),
        ("10일 이내에", Bound.AT_MOST),
        ("10일 미만", Bound.LESS_THAN),
        ("10일을 초과하면", Bound.MORE_THAN),
        ("10만원이 넘는", Bound.MORE_THAN),
        ("25일을 초과할 수 없다", Bound.AT_MOST),
        ("10km를 넘지 않는다", Bound.AT_MOST),
        ("100km에 못 미치는", Bound.LESS_THAN),
        ("2년이 안 되는", Bound.LESS_THAN),
        ("최대 10일", Bound.AT_MOST),
        ("최소 10일", Bound.AT_LEAST),
        ("3일 전까지", Bound.AT_LEAST),
        ("50만원을 한도로", Bound.AT_MOST),
        ("3월 1일부터", Bound.AT_LEAST),
        ("3월 1일까지", Bound.AT_MOST),
        ("at least 14 days", Bound.AT_LEAST),
        ("up to $75", Bound.AT_MOST),
        ("no more than 5 days", Bound.AT_MOST),
        ("longer than 8 hours", Bound.MORE_THAN),
        ("fewer than 3 people", Bound.LESS_THAN),
        ("within 4 hours", Bound.AT_MOST),
        ("may not exceed $500", Bound.AT_MOST),
        ("3 days or more", Bound.AT_LEAST),
        ("until March 31", Bound.AT_MOST),
        ("10일을 준다", None),
        ("4시간 단위로", None),
    ],
)
def test_it_reads_the_bound_of_a_number(read, text, bound):
    assert read(text)[0].bound == bound


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("월 5만원", "month"),
        ("연 2회", "year"),
        ("주 2일", "week"),
        ("1인당 5만원", "person"),
        ("1km당 350원", "km"),
        ("1박 20만원", "night"),
        ("하루 3만원", "day"),
        ("1년에 최장 90일", "year"),
        ("학기당 200만원", "semester"),
        ("$0.67 per mile", "mile"),
        ("two days a week", "week"),
        ("20 days of paid leave per calendar year", "year"),
        ("5만원", None),
    ],
)
def test_it_reads_what_an_amount_is_counted_per(read, text, per):
    (quantity,) = read(text)  # and the base itself is no amount of its own
    assert quantity.per == per


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("90분", "1.5시간"),
        ("2주", "14일"),
        ("48시간", "이틀"),
        ("36개월", "3년"),
        ("67 cents", "$0.67"),
        ("1.5km", "1,500m"),
        ("오후 6시", "18:00"),
        ("2시", "오후 2시"),
        ("2026년 3월 1일", "3월 1일"),
        ("2026-03-01", "March 1, 2026"),
        ("구십일까지", "90일"),
        ("매년", "12개월마다"),
        ("월요일", "Monday"),
        ("5회", "5번"),
        ("three quotes", "3개의 견적"),
    ],
)
def test_quantities_that_are_the_same(read, one, other):
    assert any(same(a, b) for a in read(one) for b in read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15일", "16일"),
        ("15일", "15주"),
        ("10일", "10영업일"),
        ("250달러", "250유로"),
        ("2시", "14시 30분"),
        ("오전 2시", "오후 2시"),
        ("3월 1일", "3월 2일"),
        ("2025년 3월", "2026년 3월"),
        ("매주", "매월"),
        ("5 USD", "5%"),
    ],
)
def test_quantities_that_are_not_the_same(read, one, other):
    assert not any(same(a, b) for a in read(one) for b in read(other))


def test_kinds_and_families_say_what_can_be_compared(read):
    days, weeks, months, won, dollars = read("5일, 5주, 5개월, 5원, 5달러")
    assert same_kind(days, weeks)
    assert not same_kind(days, months)
    assert same_family(days, months)
    assert same_family(won, dollars)
    assert not same_family(won, days)


def test_rates_differ_only_when_both_are_said():
    assert rates_differ("month", "year")
    assert not rates_differ("month", None)
    assert not rates_differ("day", "night")


def test_without_morphemes_the_longest_known_unit_is_taken():
    assert _values(quantities("3개월과 5명")) == [("month", 3), ("person", 5)]


def test_a_huge_number_is_read_without_harm(read):
    assert read("9" * 400 + "일마다") is not None
