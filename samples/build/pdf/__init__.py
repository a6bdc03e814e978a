"""Writes PDF with reportlab: Nanum fonts as subsets, headers and footers, one column or two."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from samples.build.pdf.fonts import register
from samples.build.pdf.story import story_of
from samples.build.source import Source

_MARGIN, _TOP, _GAP = 20 * mm, 24 * mm, 8 * mm


def build(source: Source) -> bytes:
    """The source as a PDF, the same bytes for the same fonts and the same reportlab."""
    faces = register(source.head.get("font", "sans"))
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=source.title,
        author=source.head.get("author", "한빛정밀 주식회사"),
        lang=source.language,
        invariant=1,
        pageCompression=1,
    )
    columns = source.head.get("columns", 1)

    def furniture(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont(faces.plain, 8)
        canvas.drawString(_MARGIN, A4[1] - 14 * mm, source.head.get("header", ""))
        canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 14 * mm, source.head.get("header_right", ""))
        canvas.line(_MARGIN, A4[1] - 16 * mm, A4[0] - _MARGIN, A4[1] - 16 * mm)
        canvas.drawString(_MARGIN, 11 * mm, source.head.get("footer", ""))
        canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, f"- {canvas.getPageNumber()} -")

    document.addPageTemplates([PageTemplate(frames=_frames(columns), onPage=furniture)])
    width = (A4[0] - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    document.build(story_of(source, faces, width))
    return buffer.getvalue()


def _frames(columns: int) -> list[Frame]:
    width = (A4[0] - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    height = A4[1] - 2 * _TOP + 6 * mm
    return [
        Frame(
            _MARGIN + i * (width + _GAP), _TOP - 4 * mm, width, height,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )
        for i in range(columns)
    ]  # fmt: skip
