"""Packages are refused before a library opens them."""

from __future__ import annotations

import struct

import pytest

from kb.ingestion.readers import zips
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure
from tests.kb.ingestion.readers import made_files as made


def refusal(data: bytes, limits: Limits | None = None) -> str | None:
    limits = limits or Limits()
    try:
        with zips.open_zip(data, limits) as package:
            zips.check(package, len(data), limits)
    except ReadFailure as failure:
        return failure.reason.code
    return None


def test_an_ordinary_package_passes() -> None:
    assert refusal(made.package({"a.xml": "<a>" + "text " * 1000 + "</a>", "b.bin": bytes(5000)})) is None


def test_a_bomb_is_refused_by_its_size() -> None:
    assert refusal(made.package({"a.xml": b"\0" * (3 * MIB)}), Limits(inflated_bytes=2 * MIB)) == "zip_size"


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert refusal(made.package({"a.xml": b"\0" * (20 * MIB)})) == "zip_ratio"


def test_a_small_part_may_be_packed_tight() -> None:
    assert refusal(made.package({"a.xml": b"\0" * MIB})) is None


def test_a_bomb_that_announces_less_than_it_holds_is_refused() -> None:
    """Python stops at the announced size; a library that follows the stream would not."""
    honest = made.package({"a.xml": b"\0" * (8 * MIB)})
    size = struct.pack("<I", 8 * MIB)
    liar = honest.replace(size, struct.pack("<I", 100))

    assert refusal(liar, Limits(inflated_bytes=4 * MIB)) == "zip_size"


def test_200_000_entries_are_refused_without_reading_the_directory() -> None:
    one = made.package({"a": b""})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[start:end] * 200_000
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), start, 0)

    assert refusal(one[:start] + directory + last) == "zip_entries"


def test_a_directory_that_understates_its_entries_is_refused_by_its_length() -> None:
    one = made.package({"a": b""})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[start:end] * 200_000
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)

    assert refusal(one[:start] + directory + last) == "zip_entries"


def test_parts_on_top_of_each_other_are_refused() -> None:
    data = made.package({"a.bin": bytes(range(256)) * 40, "b.bin": bytes(range(256)) * 40}, stored=["a.bin", "b.bin"])
    size = struct.pack("<II", 10_240, 10_240)
    start = data.index(b"PK\x01\x02")
    swollen = data[:start] + data[start:].replace(size, struct.pack("<II", 18_000, 18_000))

    assert refusal(swollen) == "zip_overlap"


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE x [<!ENTITY a "b">]><x/>', '<!doctype x [<!entity a SYSTEM "file:///etc/passwd">]>']
)
def test_entities_in_an_xml_part_are_refused(text: str) -> None:
    assert refusal(made.package({"word/document.xml": text})) == "xml_entities"
    assert refusal(made.package({"word/document.xml": text.encode("utf-16")})) == "xml_entities"


def test_a_cut_package_is_broken() -> None:
    data = made.package({"a.xml": "<a/>"})

    assert refusal(data[:-30]) == "broken"


def test_a_damaged_part_reads_as_absent() -> None:
    data = made.package({"a.bin": bytes(range(256)) * 8})
    start = data.index(b"PK\x01\x02")
    damaged = data[:50] + b"\xff" * 20 + data[70:]

    assert start > 70
    with zips.open_zip(damaged, Limits()) as package:
        assert zips.read(package, "a.bin") is None
        assert zips.read(package, "not there") is None
