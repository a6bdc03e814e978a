"""What a file is, whatever its name says."""

from __future__ import annotations

import struct

import docx
import openpyxl
import pptx
import pytest

from kb.ingestion.readers.sniff import drm_product, sniff
from kb.ingestion.readers.source import Format
from tests.kb.ingestion.readers import made_files as made

EML = b"From: hana@hanbit.example\r\nTo: minsu@hanbit.example\r\nSubject: x\r\n\r\nbody"
ODT = made.package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, stored=["mimetype"])
CASES = [
    (made.hwp(["x"]), Format.HWP),
    (b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + b"\0" * 200, Format.HWP3),
    (made.hwpx(["x"]), Format.HWPX),
    (b'<?xml version="1.0" encoding="UTF-8"?><HWPML Version="2.8">', Format.HWPML),
    (made.saved(docx.Document()), Format.DOCX),
    (made.saved(openpyxl.Workbook()), Format.XLSX),
    (made.saved(pptx.Presentation()), Format.PPTX),
    (made.package({"[Content_Types].xml": "<a/>", "xl/workbook.bin": b"x"}), Format.XLSB),
    (made.ole({"WordDocument": b"x" * 64}), Format.DOC),
    (made.ole({"Workbook": b"x" * 64}), Format.XLS),
    (made.ole({"PowerPoint Document": b"x" * 64}), Format.PPT),
    (made.ole({"__properties_version1.0": b"x" * 64}), Format.MSG),
    (made.ole({"EncryptionInfo": b"x" * 64, "EncryptedPackage": b"y" * 5000}), Format.ENCRYPTED_OFFICE),
    (made.ole({"Something": b"x" * 64}), Format.OLE),
    (ODT, Format.ODT),
    (b"{\\rtf1\\ansi\\ansicpg949 x}", Format.RTF),
    (made.pdf([["x"]]), Format.PDF),
    (b"\n\n%PDF-1.4 late", Format.PDF),
    (EML, Format.EML),
    (b"<!DOCTYPE html><html><body>x", Format.HTML),
    ("\n <html><head>".encode("utf-16"), Format.HTML),
    (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>', Format.WORDML),
    (b'<?xml version="1.0"?><invoice/>', Format.XML),
    ("제1조(목적) 이 규칙은".encode("cp949"), Format.TEXT),
    (b"plain words", Format.TEXT),
    (b"MZ" + b"\x90\x00\x03" * 50, Format.EXECUTABLE),
    (b"\x7fELF\x02\x01\x01" + b"\0" * 60, Format.EXECUTABLE),
    (made.package({"notes.txt": "x"}), Format.ARCHIVE),
    (b"\x1f\x8b\x08\x00\x00\x00", Format.ARCHIVE),
    (made.png_head(5, 5), Format.IMAGE),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", Format.IMAGE),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00", Format.IMAGE),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", Format.MEDIA),
    (bytes(range(256)) * 4, Format.BINARY),
    (b"", Format.EMPTY),
    (b"\x9b\x20DRMONE  This Document is encrypted" + b"\x01" * 20, Format.DRM),
    (b"SCDSA004" + b"\x01" * 40, Format.DRM),
]


@pytest.mark.parametrize(("data", "kind"), CASES, ids=lambda value: value.value if isinstance(value, Format) else "")
def test_content_tells_the_kind(data: bytes, kind: Format) -> None:
    assert sniff(data, "wrong.bin") is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", Format.MARKDOWN),
        ("a.CSV", Format.CSV),
        ("a.tsv", Format.CSV),
        ("a.txt", Format.TEXT),
        ("a.pdf", Format.TEXT),
    ],
)
def test_a_name_tells_text_kinds_apart_and_nothing_else(name: str, kind: Format) -> None:
    assert sniff(b"a,b\n1,2\n", name) is kind


def test_words_that_begin_like_a_magic_number_are_text() -> None:
    assert sniff(b"MZ is how programs begin, BM how pictures do.") is Format.TEXT


def test_a_colon_in_the_first_lines_does_not_make_a_mail() -> None:
    assert sniff("제목: 회의록\n일시: 3월\n장소: 본사\n".encode()) is Format.TEXT


def test_a_cut_package_is_known_by_its_local_headers() -> None:
    whole = made.saved(docx.Document())

    assert sniff(whole[: len(whole) // 2]) is Format.DOCX


def test_a_hwpx_that_was_cut_in_its_first_parts_is_known_by_its_mimetype() -> None:
    whole = made.package({"mimetype": "application/hwp+zip", "x.xml": "<v/>" * 50}, stored=["mimetype"])
    assert sniff(whole[:90], "a.hwpx") is Format.HWPX
    assert sniff(whole[:40], "a.hwpx") is Format.ARCHIVE


def test_a_cut_ole_file_is_known_by_its_names() -> None:
    whole = made.ole({"EncryptedPackage": b"y" * 9000})
    header = struct.unpack_from("<I", whole, 48)[0]
    broken = whole[:48] + struct.pack("<I", header + 10_000) + whole[52:]

    assert sniff(broken) is Format.ENCRYPTED_OFFICE


def test_the_product_that_locked_a_file_is_named() -> None:
    assert drm_product(b"SCDSA002....") == "Softcamp"
    assert drm_product(b"ordinary") is None
