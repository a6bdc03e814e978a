"""Contents/header.xml: fonts, borders, and the looks that paragraphs and characters refer to by number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from samples.build.hwpx.names import LANGUAGES, NAMESPACES, XML


class Look(IntEnum):
    """Character looks; the value is charPr's id."""

    BODY = 0
    BOLD = 1
    TITLE = 2
    CHAPTER = 3
    ARTICLE = 4
    SMALL = 5
    CELL = 6
    CELL_BOLD = 7


class Shape(IntEnum):
    """Paragraph shapes; the value is paraPr's id."""

    BODY = 0
    TITLE = 1
    OUTLINE1 = 2
    OUTLINE2 = 3
    OUTLINE3 = 4
    CHAPTER = 5
    ARTICLE = 6
    BULLET = 7
    ITEM = 8
    SUBITEM = 9
    LEFT = 10
    CENTER = 11
    RIGHT = 12
    NOTE = 13


@dataclass(frozen=True)
class _Face:
    size: int  # hundredths of a point
    gothic: bool = False
    bold: bool = False
    colour: str = "#000000"


@dataclass(frozen=True)
class _Layout:
    align: str
    heading: str = "NONE"
    level: int = 0
    left: int = 0  # HWPUNIT, 1/7200 inch
    indent: int = 0
    before: int = 0
    after: int = 0
    spacing: int = 160  # per cent
    keep: int = 0


_FACES = {
    Look.BODY: _Face(1050),
    Look.BOLD: _Face(1050, bold=True),
    Look.TITLE: _Face(1800, gothic=True, bold=True),
    Look.CHAPTER: _Face(1300, gothic=True, bold=True),
    Look.ARTICLE: _Face(1050, gothic=True, bold=True),
    Look.SMALL: _Face(900, colour="#444444"),
    Look.CELL: _Face(950),
    Look.CELL_BOLD: _Face(950, gothic=True, bold=True),
}
_LAYOUTS = {
    Shape.BODY: _Layout("JUSTIFY", after=200),
    Shape.TITLE: _Layout("CENTER", after=900),
    Shape.OUTLINE1: _Layout("CENTER", "OUTLINE", 0, before=1200, after=600, keep=1),
    Shape.OUTLINE2: _Layout("LEFT", "OUTLINE", 1, before=500, after=100, keep=1),
    Shape.OUTLINE3: _Layout("LEFT", "OUTLINE", 2, before=300, after=100, keep=1),
    Shape.CHAPTER: _Layout("CENTER", before=1200, after=600, keep=1),
    Shape.ARTICLE: _Layout("LEFT", before=500, after=100, keep=1),
    Shape.BULLET: _Layout("JUSTIFY", "BULLET", 0, left=1500, indent=-900, after=100),
    Shape.ITEM: _Layout("JUSTIFY", left=1500, indent=-1000, after=100),
    Shape.SUBITEM: _Layout("JUSTIFY", left=2800, indent=-1000, after=100),
    Shape.LEFT: _Layout("LEFT", spacing=130),
    Shape.CENTER: _Layout("CENTER", spacing=130),
    Shape.RIGHT: _Layout("RIGHT", spacing=130),
    Shape.NOTE: _Layout("JUSTIFY", indent=-1000, left=1000, spacing=130),
}
_FONTS = ("나눔명조", "나눔고딕")
_BORDERS = (("NONE", None), ("SOLID", None), ("SOLID", "#E8EAE6"))  # ids 1, 2, 3: none, cell, header cell


def header_xml() -> str:
    """The whole part; the same for every document."""
    lists = (
        ("fontfaces", [_fontface(name) for name in LANGUAGES]),
        ("borderFills", [_border(i + 1, *border) for i, border in enumerate(_BORDERS)]),
        ("charProperties", [_char(look, face) for look, face in _FACES.items()]),
        ("tabProperties", ['<hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/>']),
        ("numberings", [_numbering()]),
        ("bullets", [_bullet()]),
        ("paraProperties", [_para(shape, layout) for shape, layout in _LAYOUTS.items()]),
        ("styles", _styles()),
    )
    body = "".join(f'<hh:{name} itemCnt="{len(parts)}">{"".join(parts)}</hh:{name}>' for name, parts in lists)
    return (
        f'{XML}<hh:head {NAMESPACES} version="1.4" secCnt="1">'
        '<hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/>'
        f'<hh:refList>{body}</hh:refList><hh:compatibleDocument targetProgram="HWP201X"><hh:layoutCompatibility/>'
        '</hh:compatibleDocument><hh:docOption><hh:linkinfo path="" pageInherit="0" footnoteInherit="0"/>'
        '</hh:docOption><hh:trackchageConfig flags="56"/></hh:head>'
    )


def _fontface(language: str) -> str:
    fonts = "".join(f'<hh:font id="{i}" face="{face}" type="TTF" isEmbedded="0"/>' for i, face in enumerate(_FONTS))
    return f'<hh:fontface lang="{language.upper()}" fontCnt="{len(_FONTS)}">{fonts}</hh:fontface>'


def _border(number: int, line: str, fill: str | None) -> str:
    sides = "".join(
        f'<hh:{side}Border type="{line}" width="0.12 mm" color="#000000"/>'
        for side in ("left", "right", "top", "bottom")
    )
    brush = (
        f'<hc:fillBrush><hc:winBrush faceColor="{fill}" hatchColor="#000000" alpha="0"/></hc:fillBrush>' if fill else ""
    )
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
        f'{sides}<hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>{brush}</hh:borderFill>'
    )


def _every(tag: str, value: int) -> str:
    return f"<hh:{tag} " + " ".join(f'{name}="{value}"' for name in LANGUAGES) + "/>"


def _char(look: Look, face: _Face) -> str:
    return (
        f'<hh:charPr id="{look}" height="{face.size}" textColor="{face.colour}" shadeColor="none" useFontSpace="0" '
        f'useKerning="0" symMark="NONE" borderFillIDRef="1">{_every("fontRef", int(face.gothic))}'
        f"{_every('ratio', 100)}{_every('spacing', 0)}{_every('relSz', 100)}{_every('offset', 0)}"
        f"{'<hh:bold/>' if face.bold else ''}"
        '<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" color="#000000"/>'
        '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#B2B2B2" offsetX="10" offsetY="10"/></hh:charPr>'
    )


def _numbering() -> str:
    heads = "".join(f"{_para_head(level)}</hh:paraHead>" for level in range(1, 8))
    return f'<hh:numbering id="1" start="0">{heads}</hh:numbering>'


def _para_head(level: int) -> str:
    return (
        f'<hh:paraHead start="1" level="{level}" align="LEFT" useInstWidth="0" autoIndent="1" widthAdjust="0" '
        'textOffsetType="PERCENT" textOffset="50" numFormat="DIGIT" charPrIDRef="4294967295" checkable="0">'
    )


def _bullet() -> str:
    return f'<hh:bullet id="1" char="-" useImage="0">{_para_head(0)}</hh:paraHead></hh:bullet>'


def _para(shape: Shape, layout: _Layout) -> str:
    reference = 1 if layout.heading == "BULLET" else 0
    return (
        f'<hh:paraPr id="{shape}" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" '
        'suppressLineNumbers="0" checked="0">'
        f'<hh:align horizontal="{layout.align}" vertical="BASELINE"/>'
        f'<hh:heading type="{layout.heading}" idRef="{reference}" level="{layout.level}"/>'
        '<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="KEEP_WORD" widowOrphan="0" '
        f'keepWithNext="{layout.keep}" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/>'
        f'<hh:autoSpacing eAsianEng="0" eAsianNum="0"/>{_margins(layout)}'
        '<hh:border borderFillIDRef="1" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0" connect="0" '
        'ignoreMargin="0"/></hh:paraPr>'
    )


def _margins(layout: _Layout) -> str:
    # Hancom writes both: today's unit for programs that know it, and twice the value for older ones.
    new, old = _margin(layout, 1), _margin(layout, 2)
    space = "http://www.hancom.co.kr/hwpml/2016/HwpUnitChar"
    return (
        f'<hp:switch><hp:case hp:required-namespace="{space}">{new}</hp:case><hp:default>{old}</hp:default></hp:switch>'
    )


def _margin(layout: _Layout, times: int) -> str:
    sizes = {"intent": layout.indent, "left": layout.left, "right": 0, "prev": layout.before, "next": layout.after}
    margin = "".join(f'<hc:{name} value="{value * times}" unit="HWPUNIT"/>' for name, value in sizes.items())
    return f'<hh:margin>{margin}</hh:margin><hh:lineSpacing type="PERCENT" value="{layout.spacing}" unit="HWPUNIT"/>'


def _styles() -> list[str]:
    names = (
        ("바탕글", "Normal", Shape.BODY, Look.BODY),
        ("개요 1", "Outline 1", Shape.OUTLINE1, Look.CHAPTER),
        ("개요 2", "Outline 2", Shape.OUTLINE2, Look.ARTICLE),
        ("개요 3", "Outline 3", Shape.OUTLINE3, Look.ARTICLE),
    )
    return [
        f'<hh:style id="{i}" type="PARA" name="{name}" engName="{english}" paraPrIDRef="{shape}" charPrIDRef="{look}" '
        f'nextStyleIDRef="0" langID="1042" lockForm="0"/>'
        for i, (name, english, shape, look) in enumerate(names)
    ]
