"""Formats that xberg reads alone, and the password flags that it takes for damage."""

from __future__ import annotations

import struct

import pytest

from kb.ingestion.readers.blocks import Kind, Status
from tests.kb.ingestion.readers import made_files as made

ODF = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body>{}</office:body></office:document-content>"
)


def odf(kind: str, body: str) -> bytes:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/></manifest:manifest>'
    )
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": ODF.format(body),
        "META-INF/manifest.xml": manifest,
    }
    return made.package(parts, stored=["mimetype"])


def test_odt_keeps_headings_and_text(read_apart) -> None:
    body = '<office:text><text:h text:outline-level="1">휴가</text:h><text:p>연차는 5일이다.</text:p></office:text>'
    result = read_apart(odf("text", body), "a.odt")

    assert (result.status, result.format, result.reader) == (Status.OK, "odt", "xberg")
    assert [(block.kind, block.text) for block in result.blocks] == [
        (Kind.HEADING, "휴가"),
        (Kind.PARAGRAPH, "연차는 5일이다."),
    ]


def test_ods_is_a_table_on_its_sheet(read_apart) -> None:
    cells = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
        for text in ("이름", "급여")
    )
    body = f'<office:spreadsheet><table:table table:name="급여"><table:table-row>{cells}</table:table-row></table:table></office:spreadsheet>'
    result = read_apart(odf("spreadsheet", body), "a.ods")

    assert result.status is Status.OK
    assert "이름 | 급여" in [block.plain for block in result.blocks]


def test_rtf_in_cp949(read_apart) -> None:
    words = "".join(f"\\'{byte:02x}" for byte in "연차 안내".encode("cp949"))
    result = read_apart(f"{{\\rtf1\\ansi\\ansicpg949 {words}\\par plain words\\par}}".encode(), "a.rtf")

    assert result.status is Status.OK
    assert "연차 안내" in " ".join(block.text for block in result.blocks)


def test_word_xml_of_2003_under_the_name_doc(read) -> None:
    text = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:sect><w:p><w:r><w:t>연차는 5일이다.</w:t></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>가</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>나</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "</w:sect></w:body></w:wordDocument>"
    )
    result = read(text.encode(), "a.doc")

    assert (result.status, result.format) == (Status.OK, "wordml")
    assert [block.plain for block in result.blocks] == ["연차는 5일이다.", "가 | 나"]


def test_entities_in_word_xml_are_refused(read) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]><w:wordDocument xmlns:w="w"><w:body><w:p>&a;</w:p></w:body></w:wordDocument>'

    assert read(text.encode(), "a.doc").reason.code == "xml_entities"


LOCKED = [
    made.ole({"EncryptionInfo": b"x" * 64, "EncryptedPackage": b"y" * 5000}),
    made.ole({"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x0412, 0, 0x0100).ljust(64, b"\0")}),
    made.ole({"Workbook": struct.pack("<HHHHHHHH", 0x0809, 2, 0x0600, 0x002F, 4, 1, 1, 0).ljust(64, b"\0")}),
    made.ole({"PowerPoint Document": b"x" * 64, "Current User": struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xF3D1C4DF)}),
    made.ole({"PowerPoint Document": b"x" * 64, "EncryptedSummary": b"x" * 64}),
]


@pytest.mark.parametrize("data", LOCKED)
def test_a_password_is_told_as_such(read, data: bytes) -> None:
    result = read(data, "a.xlsx")

    assert (result.status, result.reason.code) == (Status.ENCRYPTED, "password")


@pytest.mark.parametrize("stream", ["WordDocument", "Workbook", "PowerPoint Document"])
def test_an_old_binary_file_of_nonsense_is_broken(read_apart, stream: str) -> None:
    result = read_apart(made.ole({stream: b"\x01\x02" * 3000}), "a.doc")

    assert result.status in (Status.BROKEN, Status.EMPTY)
