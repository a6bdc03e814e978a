"""Numbers in the form that a sheet shows."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.number_format import show


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (3000, "", "3000"),
        (3000.5, "General", "3000.5"),
        (0.1 + 0.2, "", "0.3"),
        (1234567.891, "#,##0", "1,234,568"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234, "#,##0;(#,##0)", "(1,234)"),
        (-1234, "#,##0;[Red]#,##0", "-1,234"),
        (-1234, "#,##0;[Red]-#,##0", "-1,234"),
        (1234, "$#,##0_);($#,##0)", "$1,234"),
        (-1234, "#,##0", "-1,234"),
        (0.256, "0.0%", "25.6%"),
        (3000, '"₩"#,##0', "₩3,000"),
        (3000, "[$₩-412]#,##0", "₩3,000"),
        (3000, '#,##0"원"', "3,000원"),
        (46082, "yyyy-mm-dd", "2026-03-01"),
        (46082, 'yyyy"년" m"월" d"일"', "2026-03-01"),
        (46082.75, "yyyy-mm-dd h:mm", "2026-03-01 18:00"),
        (0.75, "h:mm", "18:00"),
        (1.5, "[h]:mm", "36:00"),
        (-5, "yyyy-mm-dd", "-5"),
        (12, "0.00E+00", "12"),
        (7, "000", "007"),
        (12345, "00000000", "00012345"),
        (7, "@", "7"),
    ],
)
def test_a_format_code_is_followed_as_far_as_digits_go(value: float, code: str, shown: str) -> None:
    assert show(value, code) == shown


def test_days_of_1904_are_counted_from_there() -> None:
    assert show(44620, "yyyy-mm-dd", is_1904=True) == "2026-03-01"
