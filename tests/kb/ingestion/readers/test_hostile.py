"""Files made to hurt, each through the product's own way: bounded, named, and the parent unharmed."""

from __future__ import annotations

import io
import zlib

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from kb.ingestion.readers.blocks import Status
from kb.ingestion.readers.limits import MIB
from tests.kb.ingestion.readers import made_files as made


@pytest.fixture(scope="module")
def bombs() -> dict[str, tuple[bytes, str]]:
    """Sixty megabytes of one letter in each package that unpacks."""
    text = b"<w:t>" + b"x" * (60 * MIB) + b"</w:t>"
    return {
        "docx": (made.rewritten(made.saved(docx.Document()), {"word/document.xml": text}), "a.docx"),
        "hwpx": (made.hwpx(["x"], extra={"Contents/section0.xml": text}), "a.hwpx"),
    }


@pytest.mark.parametrize("kind", ["docx", "hwpx"])
def test_a_bomb_is_refused_quickly(read_apart, bombs, kind: str) -> None:
    data, name = bombs[kind]
    result = read_apart(data, name)

    assert result.status is Status.LIMIT
    assert result.reason.code in ("zip_size", "zip_ratio")
    assert result.seconds < 10


def test_a_theft_of_a_file_by_an_entity_gives_nothing(read_apart, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("한빛정밀의 비밀")
    xml = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
    for encoding in ("utf-8", "utf-16"):
        result = read_apart(
            made.rewritten(made.saved(docx.Document()), {"word/document.xml": xml.encode(encoding)}), "a.docx"
        )
        assert (result.status, result.reason.code) == (Status.LIMIT, "xml_entities")
        assert "비밀" not in str(result)


def test_an_entity_hidden_behind_a_long_comment_gives_nothing(read_apart, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("한빛정밀의 비밀")
    xml = (
        f'<!--{"x" * 100_000}--><!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>a&x;</w:t>'
        "</w:r></w:p></w:body></w:document>"
    )
    result = read_apart(made.rewritten(made.saved(docx.Document()), {"word/document.xml": xml}), "a.docx")

    assert "비밀" not in str(result)


def test_a_billion_laughs_behind_a_long_comment_cost_little(read_apart) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<!--{"x" * 100_000}--><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>a&l11;</w:t></w:r></w:p></w:body></w:document>'
    result = read_apart(made.rewritten(made.saved(docx.Document()), {"word/document.xml": xml}), "a.docx")

    assert result.letters < 1000
    assert result.seconds < 15


def image_pdf(width: int, height: int) -> bytes:
    """A PDF whose picture announces this size and holds nothing like it."""
    stream = zlib.compress(b"\xff" * 1000)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n"
        % (width, height, len(stream))
        + stream
        + b"\nendstream",
        b"<</Length 30>>stream\nq 595 0 0 842 0 0 cm /I Do Q \nendstream",
    ]
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj" % number + body + b"endobj\n")
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def test_a_picture_of_60_000_by_60_000_in_a_pdf_is_bounded(read_apart) -> None:
    result = read_apart(image_pdf(60_000, 60_000), "a.pdf", ocr_blocks=1)

    assert result.status is not Status.OK
    assert result.reason is not None
    assert result.pending_ocr == ()
    assert result.seconds < 60


def test_a_pdf_whose_pages_go_in_circles_ends(read_apart) -> None:
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9999999>>endobj\n"
        b"3 0 obj<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 5>>endobj\ntrailer<</Root 1 0 R>>"
    )
    result = read_apart(loop, "a.pdf")

    assert (result.status, result.reason.code) == (Status.BROKEN, "broken")
    assert result.seconds < 40


def test_a_page_larger_than_a_house_is_drawn_small(read_apart) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(14_400, 14_400))
    canvas.drawImage(
        __import__("reportlab.lib.utils", fromlist=["x"]).ImageReader(made.page_picture(["본문"])), 0, 0, 14_400, 14_400
    )
    canvas.save()
    result = read_apart(buffer.getvalue(), "a.pdf", ocr_blocks=1)

    assert result.pending_ocr == ()
    assert result.status in (Status.OK, Status.EMPTY)


def test_random_bytes_of_every_kind_end_in_a_reason(read_apart) -> None:
    import random

    dice = random.Random(7)
    for head in (
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1",
        b"<html>",
        b"From: a\nTo: b\n\n",
        b"\x89PNG\r\n\x1a\n",
    ):
        result = read_apart(head + dice.randbytes(5000), "a")
        assert result.status in (Status.OK, Status.EMPTY, Status.BROKEN, Status.UNSUPPORTED, Status.LIMIT), head
        assert result.reason is not None or result.status is Status.OK


@pytest.mark.parametrize("place", range(0, 10))
def test_a_document_with_a_byte_turned_over_never_crashes(read_apart, place: int) -> None:
    data = bytearray(made.hwpx(["제1조(목적) 이 규칙은 목적을 정한다."] * 9, table=[["가", "나"]]))
    data[len(data) * place // 10] ^= 0xFF
    result = read_apart(bytes(data), "a.hwpx")

    assert result.status is not Status.CRASH
