"""HWP 5 and HWPX: text, tables, pages, passwords, distribution copies, bombs."""

from __future__ import annotations

import zlib

import pytest

from kb.ingestion.readers.blocks import Kind, Status, heading_path
from kb.ingestion.readers.limits import MIB
from tests.kb.ingestion.readers import made_files as made

RULES = ["제1장 총칙", "제1조(목적) 이 규칙은 근로조건을 정한다.", "제2조(휴가) ① 연차는 15일이다."]


def test_hwp5_gives_text_under_its_articles(read) -> None:
    result = read(made.hwp(RULES), "규칙.hwp")
    body = next(block for block in result.blocks if "연차" in block.text)

    assert (result.status, result.reader) == (Status.OK, "hwp2markdown")
    assert heading_path(result.blocks, body) == ("제1장 총칙", "제2조(휴가)")
    assert body.text == "(1) 연차는 15일이다."


def test_hwpx_gives_text_tables_title_and_places(read) -> None:
    result = read(made.hwpx(RULES, table=[["이름", "급여"], ["하나", "3,000"]], title="취업규칙"), "규칙.hwpx")
    table = next(block for block in result.blocks if block.kind is Kind.TABLE)
    body = next(block for block in result.blocks if "근로조건" in block.text)

    assert result.title == "취업규칙"
    assert [[cell.text for cell in row] for row in table.rows] == [["이름", "급여"], ["하나", "3,000"]]
    assert table.header_rows == 1
    assert body.page == 1
    assert body.bbox is not None
    assert 50 < body.bbox[0] < body.bbox[2] < 540
    assert [(round(page.width), round(page.height)) for page in result.pages] == [(595, 842)]
    assert "approximate_pages" in [warning.code for warning in result.warnings]


def test_pages_are_counted_through_a_long_document(read) -> None:
    result = read(made.hwpx([f"제{number}조(항목) 내용 {number}번이다." for number in range(1, 121)]), "긴.hwpx")
    pages = [block.page for block in result.blocks]

    assert len(result.pages) > 2
    assert pages == sorted(pages)
    assert set(pages) == {page.number for page in result.pages}


def test_equal_paragraphs_are_placed_in_order(read) -> None:
    result = read(made.hwpx(["같은 줄이다."] * 90), "같은.hwpx")

    assert result.blocks[0].page == 1
    assert result.blocks[-1].page == len(result.pages)


def test_a_package_without_a_head_is_read_and_says_that_pages_are_missing(read) -> None:
    data = made.hwpx(RULES)
    bare = made.package(
        {"mimetype": "application/hwp+zip", "Contents/section0.xml": _part(data, "Contents/section0.xml")}
    )
    result = read(bare, "a.hwpx")

    assert result.status is Status.OK
    assert [warning.code for warning in result.warnings] == ["no_page_numbers"]
    assert result.pages == ()


def _part(data: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_a_package_with_a_missing_section_is_read_by_the_next_reader(read) -> None:
    data = made.hwpx(RULES)
    moved = made.package(
        {"mimetype": "application/hwp+zip", "Contents/section1.xml": _part(data, "Contents/section0.xml")}
    )
    result = read(moved, "a.hwpx")

    assert (result.status, result.reader) == (Status.OK, "hwpkit")
    assert ("other_reader", {"reader": "hwpkit"}) in [(warning.code, warning.params) for warning in result.warnings]


@pytest.mark.parametrize(
    "data", [made.hwp(["x"], flags=3), b"HWP Document File V3.00 \x1a".ljust(126, b"\x01") + b"\x02\x00" + b"\0" * 99]
)
def test_a_password_is_told_as_such(read, data: bytes) -> None:
    result = read(data, "a.hwp")

    assert (result.status, result.reason.code) == (Status.ENCRYPTED, "password")


def test_an_encrypted_hwpx_is_told_as_such(read) -> None:
    manifest = (
        '<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><odf:file-entry><odf:encryption-data/>'
        "</odf:file-entry></odf:manifest>"
    )
    result = read(made.hwpx(["x"], extra={"META-INF/manifest.xml": manifest}), "a.hwpx")

    assert (result.status, result.reason.code) == (Status.ENCRYPTED, "password")


def test_the_notice_of_a_distribution_copy_is_no_text(read) -> None:
    result = read(made.hwp([made.NOTICE]), "a.hwp")

    assert (result.status, result.reason.code) == (Status.NOTICE_ONLY, "notice_only")


def test_a_distribution_copy_without_its_hidden_text_is_told_as_such(read) -> None:
    result = read(made.hwp([made.NOTICE], flags=5), "a.hwp")

    assert (result.status, result.reason.code) == (Status.NOTICE_ONLY, "notice_only")


def test_a_document_that_only_speaks_of_distribution_copies_is_text(read) -> None:
    result = read(made.hwp([made.NOTICE, "배포용 문서는 총무팀에서 관리하며 다음 절차를 따른다. " * 12]), "a.hwp")

    assert result.status is Status.OK


def test_a_document_without_text_is_empty(read) -> None:
    result = read(made.hwp(["", ""]), "a.hwp")

    assert (result.status, result.reason.code) == (Status.EMPTY, "no_text")


@pytest.mark.parametrize("data", [made.hwp(RULES)[:700], made.hwp([], packed=b"\xff" * 200), made.hwpx(RULES)[:400]])
def test_a_damaged_file_is_broken(read, data: bytes) -> None:
    result = read(data, "a.hwp")

    assert (result.status, result.reason.code) == (Status.BROKEN, "broken")


def test_a_deflate_bomb_is_refused_before_a_library_inflates_it(read_apart) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(bomb.compress(b"\0" * MIB) for _ in range(40)) + bomb.flush()
    result = read_apart(made.hwp([], packed=packed), "a.hwp", inflated_bytes=20 * MIB)

    assert (result.status, result.reason.code) == (Status.LIMIT, "zip_size")
    assert result.seconds < 10


def test_entities_are_refused(read) -> None:
    section = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><hs:sec>&a;</hs:sec>'
    result = read(made.hwpx(["x"], extra={"Contents/section0.xml": section}), "a.hwpx")

    assert (result.status, result.reason.code) == (Status.LIMIT, "xml_entities")


def test_hwp_named_doc_is_read_by_its_content(read) -> None:
    result = read(made.hwp(RULES), "규칙.doc")

    assert result.status is Status.OK
    assert ("wrong_extension", {"extension": ".doc", "type": "hwp"}) in [(w.code, w.params) for w in result.warnings]
