"""Days as people type them: 2026-12-01, 2026.12.1, 2026/12/01, 20261201, 2026년 12월 1일. Wrong ones are told what is wrong."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kb.normalise import normalise

_PARTS = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
EARLIEST, LATEST = 1900, 2200


class WrongDay(ValueError):
    """What is wrong with a typed day, as a sentence."""


def typed_day(text: str) -> date | None:
    """The day; None for nothing. Raises WrongDay."""
    plain = normalise(text).strip()
    if not plain:
        return None
    found = _PARTS.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if found is None:
        raise WrongDay(_("This is no date. Write it like 2026-12-01."))
    year, month, day = map(int, found.groups())
    if not EARLIEST <= year <= LATEST:
        raise WrongDay(_("The year %(year)s is too far away. Write it like 2026-12-01.") % {"year": year})
    if not 1 <= month <= 12:
        raise WrongDay(_("There is no month %(month)s. Write it like 2026-12-01.") % {"month": month})
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise WrongDay(
            _("There is no day %(day)s in month %(month)s of %(year)s; the last is %(last)s.")
            % {"day": day, "month": month, "year": year, "last": last}
        )
    return date(year, month, day)


class TypedDay(forms.CharField):
    """A form field for a day as people type it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)

    def clean(self, value: object) -> date | None:
        """The day or None. Raises ValidationError with the sentence."""
        text = super().clean(value)
        try:
            return typed_day(text)
        except WrongDay as error:
            raise ValidationError(str(error)) from error
