"""Files that the tests make for themselves, from scratch or with the libraries that people write them with."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hwpkit import cfb

NOTICE = (
    "이 문서는 상위 버전의 배포용 문서입니다. 최신 버전의 한글에서 열어 보시기 바랍니다. "
    "현재 버전에서는 본문을 볼 수 없습니다."
)
KOREAN_FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE file with these streams; `a/b` stands in the storage `a`."""
    root = cfb.DirEntryOut(
        name="Root Entry", etype=5, color=1, left=cfb.NOSTREAM, right=cfb.NOSTREAM, child=cfb.NOSTREAM,
        clsid=b"\0" * 16, state_bits=b"\0" * 4, ctime=b"\0" * 8, mtime=b"\0" * 8, data=b"",
    )  # fmt: skip
    entries = {0: root}
    for path, data in streams.items():
        *folders, name = path.split("/")
        parent = 0
        for folder in folders:
            parent = cfb.add_storage(entries, folder, parent)
        cfb.add_stream(entries, name, data, parent)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "made.ole"
        cfb.dump(entries, str(target))
        return target.read_bytes()


def package(parts: dict[str, str | bytes], *, stored: Iterable[str] = ()) -> bytes:
    """A ZIP with these parts; those in `stored` are not packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=method)
    return buffer.getvalue()


def hwp(paragraphs: list[str], *, flags: int = 1, packed: bytes | None = None) -> bytes:
    """A HWP 5 document of plain paragraphs, written by hand. `flags`: 1 packed, 2 password, 4 distribution.

    `packed` is the body stream instead, as it stands in the file.
    """
    head = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000500, flags)
    body = b"".join(_hwp_paragraph(text) for text in paragraphs)
    section = packed if packed is not None else deflate(body)
    return ole({"FileHeader": head.ljust(256, b"\0"), "DocInfo": deflate(b""), "BodyText/Section0": section})


def deflate(data: bytes) -> bytes:
    """Raw deflate, as HWP 5 packs its streams."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _hwp_paragraph(text: str) -> bytes:
    characters = (text + "\r").encode("utf-16-le")
    header = struct.pack("<IIHBBHHHI", len(text) + 1, 0, 0, 0, 0, 1, 0, 0, 0)
    return _hwp_record(0x42, 0, header) + _hwp_record(0x43, 1, characters)


def _hwp_record(tag: int, level: int, payload: bytes) -> bytes:
    size = min(len(payload), 0xFFF)
    head = struct.pack("<I", tag | level << 10 | size << 20)
    return head + (struct.pack("<I", len(payload)) if size == 0xFFF else b"") + payload


_HP = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph"'
_HS = 'xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"'


_HH = 'xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"'
_OPF = 'xmlns:opf="http://www.idpf.org/2007/opf/"'
_PAGE = (
    '<hp:secPr><hp:pagePr landscape="WIDELY" width="59528" height="84186" gutterType="LEFT_ONLY"><hp:margin header="2834" '
    'footer="2834" gutter="0" left="5669" right="5669" top="4252" bottom="4252"/></hp:pagePr></hp:secPr>'
)


def hwpx(
    paragraphs: list[str], *, table: list[list[str]] | None = None, title: str = "", extra: dict[str, str] | None = None
) -> bytes:
    """A HWPX document of plain paragraphs on A4, and one table behind them. `extra` replaces or adds parts."""
    body = _hwpx_paragraph(_PAGE) + "".join(_hwpx_paragraph(f"<hp:t>{text}</hp:t>") for text in paragraphs)
    if table:
        body += _hwpx_paragraph(_hwpx_table(table))
    items = "".join(
        f'<opf:item id="{name}" href="Contents/{name}.xml" media-type="application/xml"/>'
        for name in ("header", "section0")
    )
    spine = '<opf:itemref idref="header"/><opf:itemref idref="section0"/>'
    parts = {
        "mimetype": "application/hwp+zip",
        "Contents/content.hpf": f"<opf:package {_OPF}><opf:metadata><opf:title>{title}</opf:title></opf:metadata>"
        f"<opf:manifest>{items}</opf:manifest><opf:spine>{spine}</opf:spine></opf:package>",
        "Contents/header.xml": f'<hh:head {_HH} version="1.4" secCnt="1"/>',
        "Contents/section0.xml": f'<?xml version="1.0" encoding="UTF-8"?><hs:sec {_HS} {_HP}>{body}</hs:sec>',
        **(extra or {}),
    }
    return package(parts, stored=["mimetype"])


def _hwpx_paragraph(inside: str) -> str:
    return f'<hp:p paraPrIDRef="0" styleIDRef="0"><hp:run charPrIDRef="0">{inside}</hp:run></hp:p>'


def _hwpx_table(rows: list[list[str]]) -> str:
    lines = []
    for y, row in enumerate(rows):
        cells = "".join(
            f"<hp:tc><hp:subList>{_hwpx_paragraph(f'<hp:t>{text}</hp:t>')}</hp:subList>"
            f'<hp:cellAddr colAddr="{x}" rowAddr="{y}"/><hp:cellSpan colSpan="1" rowSpan="1"/></hp:tc>'
            for x, text in enumerate(row)
        )
        lines.append(f"<hp:tr>{cells}</hp:tr>")
    return f'<hp:tbl rowCnt="{len(rows)}" colCnt="{len(rows[0])}">{"".join(lines)}</hp:tbl>'


@cache
def _font() -> str:
    """The Korean font by its name in reportlab: a CID font that needs no file."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    return "HYSMyeongJo-Medium"


def pdf(
    pages: list[list[str]], *, head: str = "", foot: str = "", size: float = 11, title: str = "", password: str = ""
) -> bytes:
    """A PDF with these lines on each page; `foot` may hold {page}."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    lock = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(buffer, pagesize=(595, 842), encrypt=lock)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont(_font(), 8)
        canvas.drawString(60, 815, head)
        canvas.drawString(280, 25, foot.format(page=number))
        canvas.setFont(_font(), size)
        for place, line in enumerate(lines):
            canvas.drawString(60, 760 - place * size * 2, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(lines: list[str], *, copies: int = 1, angle: float = 0.0, columns: int = 1) -> bytes:
    """A PDF whose pages are pictures of these lines, each column the same; turned by `angle` degrees."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    picture = ImageReader(page_picture(lines, angle=angle, columns=columns))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for _ in range(copies):
        canvas.drawImage(picture, 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def page_picture(lines: list[str], *, angle: float = 0.0, columns: int = 1):
    """A grey picture of a printed page at 200 dpi."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(KOREAN_FONT, 31)
    for column in range(columns):
        for place, line in enumerate(lines):
            draw.text((150 + column * 780, 200 + place * 52), line, fill=0, font=font)
    return image.rotate(angle, fillcolor=255) if angle else image


def png(lines: list[str]) -> bytes:
    """The same as an image file."""
    buffer = io.BytesIO()
    page_picture(lines).save(buffer, "PNG", dpi=(200, 200))
    return buffer.getvalue()


def png_head(width: int, height: int) -> bytes:
    """A PNG that announces this size and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def saved(writer: object) -> bytes:
    """What python-docx, openpyxl or python-pptx would save."""
    buffer = io.BytesIO()
    writer.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def rewritten(data: bytes, changes: dict[str, str | bytes]) -> bytes:
    """A package with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return package({**parts, **changes})
