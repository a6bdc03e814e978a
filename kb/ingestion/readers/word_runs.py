"""The inside of a Word paragraph: text with tabs and breaks, pictures' descriptions, notes, text boxes; deleted text stays out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.ingestion.readers.ooxml import Element, attribute, child, children, local

_THROUGH = (
    "r", "hyperlink", "smartTag", "ins", "moveTo", "fldSimple", "sdt", "sdtContent", "customXml", "AlternateContent", "Choice",
    "ruby", "rubyBase", "drawing", "pict", "object", "inline", "anchor", "graphic", "graphicData", "wsp", "wgp", "wpc", "group",
    "shape", "rect", "roundrect", "oval", "textbox", "txbx", "dir", "bdo", "grpSp",
)  # fmt: skip
_FIXED = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of a paragraph, one of: text, a picture's description, a chart's relation, a note's key, a text box, a turn of the page."""

    text: str = ""
    picture: str | None = None
    chart: str = ""
    note: str = ""
    box: Element | None = None
    page_break: bool = False
    saved_break: bool = False


def paragraph_runs(parent: Element) -> Iterator[Run]:
    """Pieces in order."""
    for item in children(parent):
        name = local(item)
        if name == "t":
            yield Run(item.text or "")
        elif name in _FIXED:
            yield Run(_FIXED[name])
        elif name == "br":
            yield Run(page_break=True) if attribute(item, "type") == "page" else Run("\n")
        elif name == "lastRenderedPageBreak":
            yield Run(saved_break=True)
        elif name in ("footnoteReference", "endnoteReference"):
            yield Run(note=f"{name.removesuffix('Reference')}:{attribute(item, 'id')}")
        elif name == "txbxContent":
            yield Run(box=item)
        elif name in ("oMath", "oMathPara"):
            yield Run("".join(part.text or "" for part in item.iter() if local(part) == "t"))
        elif name == "chart":
            yield Run(chart=attribute(item, "id"))
        elif name == "docPr":
            yield from _picture(parent, item)
        elif name in _THROUGH:
            yield from paragraph_runs(item)


def _picture(frame: Element, properties: Element) -> Iterator[Run]:
    """A drawing counts as a picture when it holds one; its name says nothing, its description may."""
    if any(local(part) == "pic" for part in frame.iter()):
        yield Run(picture=attribute(properties, "descr"))


def style_id(paragraph: Element) -> str:
    """The id of a paragraph's style, empty for the default one."""
    return attribute(child(paragraph, "pPr", "pStyle"), "val")
