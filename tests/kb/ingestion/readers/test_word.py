"""DOCX: headings, computed numbers, merged cells, notes, boxes, pages, damage."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kb.ingestion.readers.blocks import Block, Kind, ReadResult, Status, heading_path
from tests.kb.ingestion.readers import made_files as made


def texts(result: ReadResult, kind: Kind | None = None) -> list[str]:
    return [block.plain for block in result.blocks if kind is None or block.kind is kind]


def rules() -> docx.document.Document:
    document = docx.Document()
    document.core_properties.title = "취업규칙"
    document.add_heading("제1장 총칙", 1)
    document.add_paragraph("이 규칙은 근로조건을 정한다.")
    document.add_heading("휴가", 2)
    document.add_paragraph("연차", style="List Bullet")
    document.add_paragraph("제5조(이월) 연차는 5일까지 이월한다.")
    return document


def test_marked_and_numbered_headings_give_the_path(read) -> None:
    result = read(made.saved(rules()), "규칙.docx")
    body = next(block for block in result.blocks if "이월한다" in block.text)

    assert (result.status, result.reader, result.title) == (Status.OK, "docx", "취업규칙")
    assert heading_path(result.blocks, body) == ("제1장 총칙", "휴가", "제5조(이월)")
    assert texts(result, Kind.LIST_ITEM) == ["연차"]


def test_numbers_that_word_computes_are_printed(read) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="제%1조"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for text, level in (
        ("(목적)", 0),
        ("첫째 항목을 지킨다.", 1),
        ("둘째 항목을 지킨다.", 1),
        ("(정의)", 0),
        ("다시 첫째를 지킨다.", 1),
    ):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )
    result = read(made.saved(document), "a.docx")

    assert texts(result) == [
        "제1조 (목적)",
        "가. 첫째 항목을 지킨다.",
        "나. 둘째 항목을 지킨다.",
        "제2조 (정의)",
        "가. 다시 첫째를 지킨다.",
    ]
    assert texts(result, Kind.HEADING) == ["제1조 (목적)", "제2조 (정의)"]


def test_merged_cells_are_spans(read) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for y, row in enumerate(("이름 부서 급여", "하나 인사 3", "민수 인사 4")):
        for x, text in enumerate(row.split()):
            table.cell(y, x).text = text
    table.cell(1, 1).merge(table.cell(2, 1)).text = "인사"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "사람"
    block = next(block for block in read(made.saved(document), "a.docx").blocks if block.kind is Kind.TABLE)

    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in block.rows] == [
        [("사람", 1, 2), ("급여", 1, 1)],
        [("하나", 1, 1), ("인사", 2, 1), ("3", 1, 1)],
        [("민수", 1, 1), ("4", 1, 1)],
    ]


def test_heads_and_feet_are_not_body(read) -> None:
    document = rules()
    document.sections[0].header.paragraphs[0].text = "대외비"
    document.sections[0].footer.paragraphs[0].text = "인사팀"
    result = read(made.saved(document), "a.docx")

    assert texts(result, Kind.HEADER) == ["대외비"]
    assert texts(result, Kind.FOOTER) == ["인사팀"]


def test_explicit_breaks_turn_the_page_where_none_were_saved(read) -> None:
    document = docx.Document()
    document.add_paragraph("첫 쪽")
    document.add_page_break()
    document.add_paragraph("둘째 쪽")
    result = read(made.saved(document), "a.docx")

    assert [(block.text, block.page) for block in result.blocks] == [("첫 쪽", 1), ("둘째 쪽", 2)]
    assert len(result.pages) == 2


def test_a_document_without_breaks_claims_no_pages(read) -> None:
    result = read(made.saved(rules()), "a.docx")

    assert result.pages == ()
    assert {block.page for block in result.blocks} == {None}


def add(document: docx.document.Document, xml: str) -> None:
    document.element.body.insert(0, parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (
            "<w:p><w:r><w:t>남은 </w:t></w:r><w:del><w:r><w:delText>지운 </w:delText></w:r></w:del><w:ins><w:r><w:t>넣은</w:t></w:r></w:ins></w:p>",
            "남은 넣은",
        ),
        ("<w:p><w:r><w:t>첫</w:t><w:br/><w:t>둘</w:t><w:tab/><w:t>셋</w:t></w:r></w:p>", "첫\n둘 셋"),
        ("<w:p><w:hyperlink><w:r><w:t>연결</w:t></w:r></w:hyperlink></w:p>", "연결"),
        (
            "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:sdt><w:sdtContent><w:r><w:t>칸</w:t></w:r></w:sdtContent></w:sdt></w:p>",
            "칸",
        ),
        (
            "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>글상자</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
            "글상자",
        ),
    ],
)
def test_what_a_reader_of_the_page_sees_is_read(read, xml: str, expected: str) -> None:
    document = docx.Document()
    add(document, xml)

    assert texts(read(made.saved(document), "a.docx")) == [expected]


def test_notes_and_comments_are_read_at_their_place(read) -> None:
    document = docx.Document()
    add(document, '<w:p><w:r><w:t>본문</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>')
    document.add_paragraph("다음")
    data = made.saved(document)
    notes = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>각주</w:t></w:r></w:p></w:footnote></w:footnotes>'
    comments = (
        f'<w:comments {nsdecls("w")}><w:comment w:id="0"><w:p><w:r><w:t>메모</w:t></w:r></w:p></w:comment></w:comments>'
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kinds}footnotes" Target="footnotes.xml"/>'
        f'<Relationship Id="r2" Type="{kinds}comments" Target="comments.xml"/></Relationships>'
    )
    changed = made.rewritten(
        data, {"word/footnotes.xml": notes, "word/comments.xml": comments, "word/_rels/document.xml.rels": links}
    )
    result = read(changed, "a.docx")

    assert [(block.kind, block.text) for block in result.blocks] == [
        (Kind.PARAGRAPH, "본문"),
        (Kind.FOOTNOTE, "각주"),
        (Kind.PARAGRAPH, "다음"),
        (Kind.COMMENT, "메모"),
    ]


def test_a_damaged_part_is_read_by_the_fallback_or_told(read_apart) -> None:
    data = made.rewritten(
        made.saved(rules()), {"word/numbering.xml": "<w:numbering", "word/_rels/document.xml.rels": b"\xff"}
    )
    result = read_apart(data, "a.docx")

    assert result.status is Status.OK
    assert ("other_reader", {"reader": "xberg"}) in [(warning.code, warning.params) for warning in result.warnings]


def test_a_cut_file_is_broken(read_apart) -> None:
    data = made.saved(rules())
    result = read_apart(data[: len(data) // 2], "a.docx")

    assert (result.status, result.reason.code) == (Status.BROKEN, "broken")


def test_20_000_nested_tables_are_refused(read_apart) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20_000
    body = f"<w:document {nsdecls('w')}><w:body>{deep}</w:body></w:document>"
    result = read_apart(made.rewritten(made.saved(docx.Document()), {"word/document.xml": body}), "a.docx")

    assert (result.status, result.reason.code) == (Status.LIMIT, "too_deep")


def test_macros_are_told(read) -> None:
    result = read(made.rewritten(made.saved(rules()), {"word/vbaProject.bin": b"x"}), "a.docm")

    assert "macros" in [warning.code for warning in result.warnings]


def test_a_picture_leaves_its_description(read) -> None:
    document = docx.Document()
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:docPr id="1" name="Picture 1" descr="조직도"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    add(document, drawing)
    blocks: tuple[Block, ...] = read(made.saved(document), "a.docx").blocks

    assert [(block.kind, block.text) for block in blocks] == [(Kind.IMAGE, "조직도")]
