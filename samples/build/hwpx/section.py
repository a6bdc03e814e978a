"""Contents/section0.xml: the page, its header and number, and every block of the text."""

from __future__ import annotations

from itertools import count
from xml.sax.saxutils import escape

from samples.build.blocks import Block, Box, Cell, Heading, Item, Note, PageBreak, Paragraph, SpeakerNote, Table
from samples.build.hwpx.header import Look, Shape
from samples.build.hwpx.names import NAMESPACES, XML
from samples.build.hwpx.table import table_xml
from samples.build.markup import spans
from samples.build.source import Source

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 59528, 84188, 7087  # A4 with 25 mm, in 1/7200 inch
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN

_HEADINGS = {
    1: (Shape.OUTLINE1, Shape.CHAPTER, Look.CHAPTER),
    2: (Shape.OUTLINE2, Shape.ARTICLE, Look.ARTICLE),
    3: (Shape.OUTLINE3, Shape.ARTICLE, Look.ARTICLE),
}


def section_xml(source: Source) -> str:
    """The section; `outline = false` in the head writes headings as bold paragraphs, as many people do."""
    writer = _Writer(source)
    first = _run(Look.BODY, _page(source.head.get("header", source.title)))
    parts = [f'<hp:p id="0" {_refs(Shape.CENTER)}>{first}</hp:p>', *writer.front(), *writer.body()]
    return f"{XML}<hs:sec {NAMESPACES}>{''.join(parts)}</hs:sec>"


class _Writer:
    """Turns blocks into paragraphs; keeps the ids, the notes' texts and a pending page break."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.blocks = source.blocks()
        self.notes = {block.number: block.text for block in self.blocks if isinstance(block, Note)}
        self.outline = source.head.get("outline", True)
        self.ids = count(1)
        self.new_page = False

    def front(self) -> list[str]:
        company = self.source.head.get("company", "한빛정밀 주식회사")
        lines = [(company, Look.BOLD), (self.source.title, Look.TITLE)]
        lines += [(line, Look.SMALL) for line in self.source.head.get("subtitle", [])]
        return [self.paragraph(text, Shape.TITLE if look is Look.TITLE else Shape.CENTER, look) for text, look in lines]

    def body(self) -> list[str]:
        return [xml for block in self.blocks if (xml := self.block(block))]

    def block(self, block: Block) -> str:
        match block:
            case Heading(level, text):
                outlined, plain_shape, look = _HEADINGS[min(level, 3)]
                return self.paragraph(text, outlined if self.outline else plain_shape, look)
            case Paragraph(text):
                return self.paragraph(text, Shape.BODY)
            case Item(depth, label, text):
                return self.item(depth, label, text)
            case Box(text):
                return self.anchored(table_xml(_boxed(text), TEXT_WIDTH, self.paragraph, next(self.ids)))
            case Table():
                return self.anchored(table_xml(block, TEXT_WIDTH, self.paragraph, next(self.ids)))
            case PageBreak():
                self.new_page = True
            case Note() | SpeakerNote():
                pass
        return ""

    def item(self, depth: int, label: str, text: str) -> str:
        if label == "-":
            return self.paragraph(text, Shape.BULLET)
        return self.paragraph(f"{label} {text}", Shape.SUBITEM if depth else Shape.ITEM)

    def paragraph(self, text: str, shape: Shape, look: Look = Look.BODY) -> str:
        runs = []
        for span in spans(text):
            if span.note:
                runs.append(_run(look, self.footnote(span.note)))
            else:
                bold = Look.CELL_BOLD if look is Look.CELL else Look.BOLD
                runs.append(_run(bold if span.bold else look, f"<hp:t>{escape(span.text)}</hp:t>"))
        return self.wrap(shape, "".join(runs))

    def anchored(self, xml: str) -> str:
        return self.wrap(Shape.LEFT, _run(Look.BODY, xml + "<hp:t/>"))

    def wrap(self, shape: Shape, runs: str) -> str:
        page, self.new_page = int(self.new_page), False
        return f'<hp:p id="{next(self.ids)}" {_refs(shape, page)}>{runs}</hp:p>'

    def footnote(self, number: int) -> str:
        auto = (
            f'<hp:ctrl><hp:autoNum num="{number}" numType="FOOTNOTE"><hp:autoNumFormat type="DIGIT" userChar="" '
            'prefixChar="" suffixChar=")" supscript="0"/></hp:autoNum></hp:ctrl>'
        )
        text = _run(Look.SMALL, f"{auto}<hp:t> {escape(self.notes[number])}</hp:t>")
        return (
            f'<hp:ctrl><hp:footNote number="{number}" suffixChar="41" instId="{90000 + number}">{_SUB_LIST}'
            f'<hp:p id="0" {_refs(Shape.NOTE)}>{text}</hp:p></hp:subList></hp:footNote></hp:ctrl>'
        )


_SUB_LIST = (
    '<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="TOP" linkListIDRef="0" '
    'linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">'
)


def _boxed(text: str) -> Table:
    return Table(1, 1, 0, (Cell(text, 0, 0),))


def _refs(shape: Shape, page: int = 0) -> str:
    style = {Shape.OUTLINE1: 1, Shape.OUTLINE2: 2, Shape.OUTLINE3: 3}.get(shape, 0)
    return f'paraPrIDRef="{shape}" styleIDRef="{style}" pageBreak="{page}" columnBreak="0" merged="0"'


def _run(look: Look, content: str) -> str:
    return f'<hp:run charPrIDRef="{look}">{content}</hp:run>'


def _page(header: str) -> str:
    return (
        '<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" tabStopVal="4000" '
        'tabStopUnit="HWPUNIT" outlineShapeIDRef="1" memoShapeIDRef="0" textVerticalWidthHead="0" masterPageCnt="0">'
        '<hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/>'
        '<hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>'
        '<hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" border="SHOW_ALL" '
        'fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" showLineNumber="0"/>'
        f'<hp:pagePr landscape="WIDELY" width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" gutterType="LEFT_ONLY">'
        f'<hp:margin header="2834" footer="2834" gutter="0" left="{MARGIN}" right="{MARGIN}" top="4252" '
        'bottom="4252"/></hp:pagePr>'
        f"{_note_shape('footNotePr', 'EACH_COLUMN')}{_note_shape('endNotePr', 'END_OF_DOCUMENT')}"
        f"{''.join(_page_border(kind) for kind in ('BOTH', 'EVEN', 'ODD'))}</hp:secPr>"
        '<hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/></hp:ctrl>'
        f'<hp:ctrl><hp:header id="1" applyPageType="BOTH">{_SUB_LIST}<hp:p id="0" {_refs(Shape.RIGHT)}>'
        f"{_run(Look.SMALL, f'<hp:t>{escape(header)}</hp:t>')}</hp:p></hp:subList></hp:header></hp:ctrl>"
        '<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>'
    )


def _note_shape(tag: str, place: str) -> str:
    return (
        f'<hp:{tag}><hp:autoNumFormat type="DIGIT" userChar="" prefixChar="" suffixChar=")" supscript="0"/>'
        '<hp:noteLine length="-1" type="SOLID" width="0.12 mm" color="#000000"/>'
        '<hp:noteSpacing betweenNotes="283" belowLine="567" aboveLine="850"/>'
        f'<hp:numbering type="CONTINUOUS" newNum="1"/><hp:placement place="{place}" beneathText="0"/></hp:{tag}>'
    )


def _page_border(kind: str) -> str:
    return (
        f'<hp:pageBorderFill type="{kind}" borderFillIDRef="1" textBorder="PAPER" headerInside="0" footerInside="0" '
        'fillArea="PAPER"><hp:offset left="1417" right="1417" top="1417" bottom="1417"/></hp:pageBorderFill>'
    )
