"""Bytes become the text that people wrote."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.decode import decode

KOREAN = "연차는 최대 5일까지 이월할 수 있다. 똠방각하 펲시콜라"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (KOREAN.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + KOREAN.encode(), "utf-8"),
        (KOREAN.encode("cp949"), "cp949"),
        (b"\xff\xfe" + KOREAN.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + KOREAN.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + KOREAN.encode("utf-32-le"), "utf-32-le"),
        ("name,salary hana".encode("utf-16-le"), "utf-16-le"),
        ("name,salary hana".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_each_encoding_is_recognised(data: bytes, encoding: str) -> None:
    found = decode(data)

    assert found.encoding == encoding
    assert found.text in (KOREAN, "name,salary hana")
    assert found.bad == 0


@pytest.mark.parametrize("charset", ["euc-kr", "KS_C_5601-1987", "ks_c_5601-1987", "cp949", "x-windows-949"])
def test_every_korean_name_means_cp949(charset: str) -> None:
    assert decode("똠방각하".encode("cp949"), charset).text == "똠방각하"
    assert decode("연차".encode("cp949"), charset).encoding == "cp949"


def test_a_meta_line_names_the_encoding() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">日本語テスト'

    assert decode(page.encode("shift_jis")).text == page


def test_valid_utf8_beats_a_meta_line_that_was_left_over() -> None:
    page = f'<meta charset="euc-kr">{KOREAN}'

    assert decode(page.encode()).text == page


def test_western_text_is_not_read_as_korean() -> None:
    text = "Größe und Maß der Prüfung, Überprüfung für Straße"

    assert decode(text.encode("cp1252")).text == text


def test_a_cut_character_is_counted_and_the_rest_stays() -> None:
    found = decode(KOREAN.encode()[:-1])

    assert found.encoding == "utf-8"
    assert found.bad == 1
    assert found.text.startswith(KOREAN[:-1])


def test_an_unknown_charset_is_passed_over() -> None:
    assert decode(KOREAN.encode("cp949"), "x-nonsense").text == KOREAN
