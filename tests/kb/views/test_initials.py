"""Searching by 초성, in the database's own regular expressions."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection

from kb.views.initials import INITIALS, pattern_of


def finds(typed: str, title: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select %s ~* %s", [title, pattern_of(typed)])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ㅊㅈㅇㅂ", "출장여비 규정"),
        ("ㅊㅈㅇㅂㄱㅈ", "출장여비 규정"),
        ("ㅊㅈ ㅇㅂ", "출장여비규정_개정6판"),
        ("ㅇㅂ", "출장여비 규정"),
        ("출장ㅇㅂ", "출장여비 규정"),
        ("출자", "출장여비 규정"),
        ("출장 여", "출장여비 규정"),
        ("ㄱㅅ", "감사 규정"),
        ("ㄳ", "감사 규정"),  # what an input method makes of ㄱ and ㅅ
        ("ㅄ", "보상표"),
        ("ㅉㅈ", "찌지미"),
        ("handbook", "Employee Handbook"),
        ("HB-220", "hb-220 감속기"),
        ("규정 6판", "출장여비_규정 6판"),
        ("ᄎᄌ", "출장"),  # decomposed, as a file name from macOS
        (unicodedata.normalize("NFD", "출장"), "출장"),
    ],
)
def test_it_finds_what_was_meant(db, typed: str, title: str):
    assert finds(typed, title)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ㅊㅈㅂ", "출장여비"),
        ("출작", "출장여비"),
        ("a.c", "abc"),
        ("(", "x"),
        ("ㅋ", "출장"),
        ("100%", "100 "),
        ("ㄱ", "까치"),
    ],
)
def test_it_finds_nothing_else(db, typed: str, title: str):
    assert not finds(typed, title)


@pytest.mark.parametrize(
    "typed", ["(", "[", "\\", "*", "a{3", "(?=x)", "^$", "[[:space:]]", "'; drop table", "x" * 100]
)
def test_signs_of_regular_expressions_are_only_letters(db, typed: str):
    assert finds(typed, typed)


@pytest.mark.parametrize("initial", INITIALS)
def test_every_initial_finds_its_first_and_last_syllable_and_not_its_neighbours(db, initial: str):
    first = 0xAC00 + INITIALS.index(initial) * 588
    assert finds(initial, chr(first)) and finds(initial, chr(first + 587))
    assert not finds(initial, chr(first - 1)) and not finds(initial, chr(first + 588))


@pytest.mark.parametrize("typed", ["", "  ", "_"])
def test_nothing_typed_is_no_pattern(typed: str):
    assert pattern_of(typed) == ""
