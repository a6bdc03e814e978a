"""Days as people type them, and what they are told about wrong ones."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from kb.views.typed_dates import TypedDay, WrongDay, typed_day


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026.12.1",
        "2026. 12. 1.",
        "2026/12/01",
        "20261201",
        "2026년 12월 1일",
        " 2026-12-01 ",
        "２０２６－１２－０１",
    ],
)
def test_the_usual_ways_to_write_a_day_are_understood(text: str):
    assert typed_day(text) == date(2026, 12, 1)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_no_day(text: str):
    assert typed_day(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-13-01", "There is no month 13. Write it like 2026-12-01."),
        ("2026-00-01", "There is no month 0."),
        ("2026-02-30", "There is no day 30 in month 2 of 2026; the last is 28."),
        ("2024-02-30", "the last is 29"),
        ("2026-04-00", "There is no day 0"),
        ("0026-01-01", "The year 26 is too far away"),
        ("9999-01-01", "The year 9999 is too far away"),
        ("tomorrow", "This is no date"),
        ("26-12-01", "This is no date"),
        ("2026-12-01 or so", "This is no date"),
        ("1" * 40, "This is no date"),
    ],
)
def test_a_wrong_day_says_what_is_wrong_with_it(text: str, why: str):
    with pytest.raises(WrongDay, match=why.replace(".", r"\.")):
        typed_day(text)


def test_the_form_field_gives_the_sentence():
    from django import forms

    class Form(forms.Form):
        day = TypedDay()

    assert Form({"day": "2026-13-01"}).errors["day"] == ["There is no month 13. Write it like 2026-12-01."]
    form = Form({})
    assert form.is_valid() and form.cleaned_data["day"] is None
