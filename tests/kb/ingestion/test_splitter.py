"""Chunks: by structure, within their limit, never through a table row."""

from __future__ import annotations

import itertools

import pytest

from kb.ingestion.layout import lay_out
from kb.ingestion.readers.blocks import Block, Cell, Kind
from kb.ingestion.splitter import LONGEST_CONTEXT, ChunkDraft, SplitSettings, split
from tests.doubles import WordEncoder
from tests.kb.ingestion.test_layout import result

ENCODER = WordEncoder()
SMALL = SplitSettings(most=LONGEST_CONTEXT + 40, overlap=10, least=8)


def chunks(*blocks: Block, settings: SplitSettings = SMALL, title: str = "규정") -> tuple[str, list[ChunkDraft]]:
    layout = lay_out(result(*blocks))
    return layout.text, split(layout, title, ENCODER.count, ENCODER.analyse, settings)


def sentence(number: int, words: int = 7) -> str:
    return " ".join(f"낱말{chr(0xAC00 + number)}{chr(0xB000 + place)}" for place in range(words)) + "."


def prose(count: int, **values) -> list[Block]:
    return [Block(Kind.PARAGRAPH, sentence(number), page=1, **values) for number in range(count)]


def test_a_chunk_is_exactly_a_part_of_the_text():
    text, made = chunks(*prose(30))
    for chunk in made:
        assert chunk.text == text[chunk.start : chunk.end]
    assert [chunk.position for chunk in made] == list(range(len(made)))


def test_no_chunk_is_longer_than_its_limit_and_nothing_of_the_text_is_lost():
    text, made = chunks(*prose(60))
    assert all(chunk.tokens <= SMALL.most for chunk in made)
    covered = set()
    for chunk in made:
        covered |= set(range(chunk.start, chunk.end))
    assert {place for place, char in enumerate(text) if not char.isspace()} <= covered


def test_running_text_overlaps_by_whole_sentences_and_not_by_more():
    text, made = chunks(*prose(30))
    for one, two in itertools.pairwise(made):
        shared = text[two.start : one.end]
        assert ENCODER.count([shared])[0] - 2 <= SMALL.overlap or not shared.strip()
        assert not shared.strip() or shared.strip().endswith(".")
    assert any(two.start < one.end for one, two in itertools.pairwise(made))


def test_a_new_section_begins_a_new_chunk_and_carries_its_path():
    heads = [Block(Kind.HEADING, f"제{n}조(조항)", level=1, page=1) for n in (1, 2)]
    _text, made = chunks(
        heads[0],
        *prose(3, parent=0),
        heads[1],
        *[Block(Kind.PARAGRAPH, sentence(n + 10), page=1, parent=4) for n in range(3)],
    )
    assert [chunk.path for chunk in made] == ["제1조(조항)", "제2조(조항)"]
    assert made[1].text.startswith("제2조(조항)")
    assert made[1].context == "규정"


def test_the_title_and_the_path_stand_in_front_of_a_later_part_of_a_section():
    head = Block(Kind.HEADING, "제1조(연차)", level=1, page=1)
    _text, made = chunks(head, *prose(12, parent=0))
    assert made[1].context == "규정\n제1조(연차)"


def test_tiny_sections_share_a_chunk():
    blocks = []
    for number in range(4):
        blocks.append(Block(Kind.HEADING, f"{number}항", level=1, page=1))
        blocks.append(Block(Kind.PARAGRAPH, "짧다.", page=1, parent=2 * number))
    _text, made = chunks(*blocks, settings=SplitSettings(most=SMALL.most, overlap=10, least=20))
    assert len(made) == 1


def table(rows: int, cells: int = 3) -> Block:
    head = tuple(Cell(f"열{place}") for place in range(cells))
    body = tuple(tuple(Cell(f"값{row}에{place} 원") for place in range(cells)) for row in range(rows))
    return Block(Kind.TABLE, page=1, rows=(head, *body), header_rows=1)


def test_a_table_is_split_between_rows_and_every_later_part_carries_the_head():
    text, made = chunks(table(40))
    rows = set(text.split("\n"))
    assert len(made) > 3
    for chunk in made:
        assert set(chunk.text.split("\n")) <= rows
    assert all(chunk.context.endswith("열0 | 열1 | 열2") for chunk in made[1:])
    lines = [line for chunk in made for line in chunk.text.split("\n")]
    assert len(lines) == len(rows)


def test_a_row_that_is_longer_than_a_chunk_is_cut_at_its_cells():
    cells = tuple(Cell(" ".join(f"긴{place}말{n}" for n in range(12))) for place in range(8))
    text, made = chunks(Block(Kind.TABLE, page=1, rows=(cells,)))
    assert all(chunk.tokens <= SMALL.most for chunk in made)
    assert "".join(chunk.text for chunk in made).replace(" ", "").replace("|", "") == text.replace(" ", "").replace(
        "|", ""
    )


@pytest.mark.parametrize("piece", ["가" * 4000, " ".join(["낱말"] * 500)])
def test_one_endless_sentence_is_cut_and_kept_whole(piece: str):
    class ByCharacter(WordEncoder):
        def count(self, texts):
            return [len(text) // 4 + 2 for text in texts]

    layout = lay_out(result(Block(Kind.PARAGRAPH, piece, page=1)))
    made = split(layout, "t", ByCharacter().count, ByCharacter().analyse, SMALL)
    assert all(chunk.tokens <= SMALL.most for chunk in made)
    covered = sorted((chunk.start, chunk.end) for chunk in made)
    assert covered[0][0] == 0
    assert covered[-1][1] == len(piece)


def test_pages_of_a_chunk_are_those_of_its_first_and_last_word():
    blocks = [Block(Kind.PARAGRAPH, sentence(n, 4), page=1 + n // 2) for n in range(4)]
    _text, made = chunks(*blocks)
    assert (made[0].page_first, made[-1].page_last) == (1, 2)


def test_an_empty_layout_gives_no_chunk():
    assert chunks() == ("", [])
