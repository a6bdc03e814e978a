"""What hwp2markdown and rhwp say, turned into our blocks and places."""

from __future__ import annotations

import pytest
from hwp2md.blocks import Image, ListInfo, Math, Note, Paragraph, Table

from kb.ingestion.readers import hwp, hwp_pages
from kb.ingestion.readers.blocks import Block, Kind, ListMark
from kb.ingestion.readers.hwp_pages import find, lay_out, letters_of, surround
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Format, Source
from tests.kb.ingestion.readers import made_files as made


@pytest.mark.parametrize(
    ("item", "block"),
    [
        (Paragraph("개요", level=2), Block(Kind.HEADING, "개요", level=2)),
        (
            Paragraph("(목적)", list_info=ListInfo("number", 0, "제1조")),
            Block(Kind.LIST_ITEM, "제1조 (목적)", mark=ListMark(0, "제1조")),
        ),
        (Paragraph("항목", list_info=ListInfo("bullet", 1, "")), Block(Kind.LIST_ITEM, "항목", mark=ListMark(1, ""))),
        (Paragraph("1 over 2", inlines=(Math("1 over 2", None),)), Block(Kind.FORMULA, "1 over 2")),
        (Table([["한 칸뿐인 상자"]]), Block(Kind.PARAGRAPH, "한 칸뿐인 상자")),
        (Note("footnote", 3, (Paragraph("첫"), Paragraph("둘"))), Block(Kind.FOOTNOTE, "3) 첫\n둘")),
        (Image("img_001.png", b""), Block(Kind.IMAGE)),
    ],
)
def test_each_kind_of_hwp2markdown(item: object, block: Block) -> None:
    from dataclasses import replace

    assert list(hwp._blocks(item)) == [replace(block, src="hwp2markdown")]


def test_rhwp_reads_paragraphs_too() -> None:
    source = Source(made.hwpx(["제1조(목적) 이 규칙은 목적을 정한다.", "둘째"]), "a.hwpx", Format.HWPX, Limits())
    draft = hwp.by_rhwp(source)

    assert draft.reader == "rhwp"
    assert [block.text for block in draft.blocks] == ["제1조(목적) 이 규칙은 목적을 정한다.", "둘째"]


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(ReadFailure) as caught:
        lay_out(made.hwpx([f"줄 {number}" for number in range(200)]), limit=1)
    assert caught.value.reason.code == "too_many_pages"


def test_letters_are_found_from_the_cursor_on() -> None:
    text = letters_of("같은 줄이다. 같은 줄이다. 끝")

    assert find(text, letters_of("같은 줄이다"), 0) == (0, 5)
    assert find(text, letters_of("같은 줄이다"), 5) == (5, 10)
    assert find(text, letters_of("같은 줄이다"), 6) == (0, 5)


@pytest.mark.parametrize("wanted", ["", "없는글자들"])
def test_what_is_not_drawn_is_not_found(wanted: str) -> None:
    assert find("본문", wanted, 0) == (-1, -1)


def test_a_short_text_is_not_looked_for_backwards() -> None:
    assert find("가나다라", "가", 2) == (-1, -1)


def test_a_page_that_cannot_be_drawn_has_no_letters(monkeypatch) -> None:
    monkeypatch.setattr(hwp_pages, "_draw", lambda document, index: "")

    layout = lay_out(made.hwpx(["본문"]), limit=9)
    assert (layout.letters, [(page.width, page.height) for page in layout.pages]) == ((), [(595.3, 841.9)])


def test_a_box_around_nothing_is_none() -> None:
    assert surround([]) is None
    assert surround([(1, 5, 2, 6), (0, 7, 9, 8)]) == (0, 5, 9, 8)
