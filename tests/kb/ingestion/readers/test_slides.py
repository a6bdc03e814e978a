"""PPTX: a slide is a page; titles, lists, tables, charts, notes."""

from __future__ import annotations

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from kb.ingestion.readers.blocks import Kind, Status, heading_path
from tests.kb.ingestion.readers import made_files as made

BOX = (Inches(1), Inches(2), Inches(6), Inches(3))


def deck() -> pptx.presentation.Presentation:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "분기 보고"
    frame = slide.placeholders[1].text_frame
    frame.text = "매출 증가"
    frame.add_paragraph().text = "수출"
    frame.paragraphs[1].level = 1
    slide.notes_slide.notes_text_frame.text = "발표자 메모"
    return presentation


def test_a_slide_is_a_page_with_its_title(read) -> None:
    result = read(made.saved(deck()), "a.pptx")

    assert (result.status, result.reader) == (Status.OK, "pptx")
    assert [(page.number, page.label, page.width, page.height) for page in result.pages] == [
        (1, "분기 보고", 720.0, 540.0)
    ]
    assert [(block.kind, block.text) for block in result.blocks] == [
        (Kind.HEADING, "분기 보고"),
        (Kind.LIST_ITEM, "매출 증가"),
        (Kind.LIST_ITEM, "수출"),
        (Kind.COMMENT, "발표자 메모"),
    ]
    assert result.blocks[2].mark.depth == 1
    assert heading_path(result.blocks, result.blocks[2]) == ("분기 보고",)


def test_a_table_keeps_its_spans(read) -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "표"
    table = slide.shapes.add_table(2, 2, *BOX).table
    for y in range(2):
        for x in range(2):
            table.cell(y, x).text = f"칸{y}{x}"
    table.cell(0, 0).merge(table.cell(0, 1))
    block = next(block for block in read(made.saved(presentation), "a.pptx").blocks if block.kind is Kind.TABLE)

    assert [[(cell.text.replace("\n", " "), cell.colspan) for cell in row] for row in block.rows] == [
        [("칸00 칸01", 2)],
        [("칸10", 1), ("칸11", 1)],
    ]
    assert (block.page, block.page_label, block.header_rows) == (2, "표", 1)


def test_a_chart_gives_its_numbers(read) -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    data = CategoryChartData()
    data.categories = ["1분기", "2분기"]
    data.add_series("매출", (8.1999999999999993, 3.2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
    block = next(block for block in read(made.saved(presentation), "a.pptx").blocks if block.kind is Kind.TABLE)

    assert [[cell.text for cell in row] for row in block.rows] == [["", "매출"], ["1분기", "8.2"], ["2분기", "3.2"]]


def test_shapes_in_groups_and_free_boxes_are_read(read) -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.shapes.add_textbox(*BOX).text_frame.text = "글상자"
    slide.shapes.add_group_shape().shapes.add_textbox(*BOX).text_frame.text = "묶음 안"

    assert [block.text for block in read(made.saved(presentation), "a.pptx").blocks] == ["글상자", "묶음 안"]


def test_slides_come_in_the_order_of_the_show(read) -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "먼저"
    order = presentation.slides._sldIdLst
    order.insert(0, order[1])

    assert [page.label for page in read(made.saved(presentation), "a.pptx").pages] == ["먼저", "분기 보고"]


def test_a_deck_without_slides_is_empty(read) -> None:
    result = read(made.saved(pptx.Presentation()), "a.pptx")

    assert (result.status, result.reason.code) == (Status.EMPTY, "no_text")


def test_a_damaged_slide_is_read_by_the_fallback_or_told(read_apart) -> None:
    result = read_apart(made.rewritten(made.saved(deck()), {"ppt/slides/slide1.xml": "<p:sld"}), "a.pptx")

    assert result.status in (Status.BROKEN, Status.EMPTY)


def test_too_many_slides_are_refused(read) -> None:
    presentation = deck()
    for _ in range(4):
        presentation.slides.add_slide(presentation.slide_layouts[6])

    assert read(made.saved(presentation), "a.pptx", pages=4).reason.code == "too_many_pages"


def test_a_diagram_gives_the_texts_of_its_points(read) -> None:
    presentation = pptx.Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[6])
    data = made.saved(presentation)
    ns = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    )
    slide = (
        f"<p:sld {ns}><p:cSld><p:spTree><p:graphicFrame><p:nvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData>"
        '<dgm:relIds r:dm="rId9"/></a:graphicData></a:graphic></p:graphicFrame>'
        '<p:pic><p:nvPicPr><p:cNvPr id="4" name="x" descr="조직도"/></p:nvPicPr></p:pic>'
        '<p:sp><p:nvSpPr><p:nvPr><p:ph type="sldNum"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>7</a:t></a:r></a:p></p:txBody></p:sp>'
        "<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody><a:p><a:r><a:t>위</a:t></a:r><a:br/><a:fld><a:t>아래</a:t></a:fld></a:p></p:txBody></p:sp>"
        "</p:spTree></p:cSld></p:sld>"
    )
    points = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>" for text in ("계획", "실행")
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    )
    changed = made.rewritten(
        data,
        {
            "ppt/slides/slide1.xml": slide,
            "ppt/slides/_rels/slide1.xml.rels": links,
            "ppt/diagrams/data1.xml": f"<dgm:dataModel {ns}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>",
        },
    )

    assert [(block.kind, block.text) for block in read(changed, "a.pptx").blocks] == [
        (Kind.PARAGRAPH, "계획"),
        (Kind.PARAGRAPH, "실행"),
        (Kind.IMAGE, "조직도"),
        (Kind.PARAGRAPH, "위\n아래"),
    ]
