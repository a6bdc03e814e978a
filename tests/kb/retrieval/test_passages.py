"""Neighbours joined, doubles dropped."""

from __future__ import annotations

from kb.retrieval.hits import Hit
from kb.retrieval.passages import passages_of

TEXT = "제7조(식비) 식비는 1일 35,000원입니다. 다만 광역시는 5,000원을 더합니다. 영수증은 5일 안에 냅니다."


def hit(
    start: int,
    end: int,
    position: int,
    score: float = 1.0,
    *,
    path: str = "제2장 › 제7조",
    revision: int = 1,
    text: str = TEXT,
) -> Hit:
    return Hit(
        chunk=position + 1, document=revision, revision=revision, collection=1, audience=1, collection_slug="rules",
        title="출장여비 규정", revision_number=5, position=position, path=path, page=4, start=start, end=end,
        context="출장여비 규정", text=text[start:end], language="ko", score=score, dense=0.9, lexical=0.5,
    )  # fmt: skip


def test_neighbours_of_a_section_become_one_passage_without_their_overlap():
    (passage,) = passages_of([hit(0, 30, 0), hit(20, len(TEXT), 1, 0.8)])
    assert passage.text == TEXT
    assert (passage.start, passage.end, passage.chunks) == (0, len(TEXT), (1, 2))
    assert passage.score == 1.0


def test_the_gap_of_a_line_end_keeps_every_place():
    text = "첫째 줄입니다.\n둘째 줄입니다."
    (passage,) = passages_of([hit(0, 8, 0, text=text), hit(9, len(text), 1, 0.5, text=text)])
    assert passage.text == text


def test_other_sections_other_revisions_and_distant_chunks_stay_apart():
    hits = [
        hit(0, 20, 0),
        hit(20, 40, 1, path="제3장 › 제9조"),
        hit(20, 40, 1, revision=2, text=TEXT[::-1]),
        hit(45, len(TEXT), 3),
    ]
    assert len(passages_of(hits)) == 4


def test_a_passage_never_grows_past_its_limit():
    hits = [hit(i, i + 10, i // 10, 1 - i / 100) for i in range(0, 50, 10)]
    assert all(passage.end - passage.start <= 20 for passage in passages_of(hits, longest=20))


def test_the_same_words_in_two_documents_are_read_once():
    copied = hit(0, len(TEXT), 0, 0.9, revision=2)
    passages = passages_of([hit(0, len(TEXT), 0), copied])
    assert [passage.revision for passage in passages] == [1]


def test_similar_rules_with_another_number_are_not_the_same():
    other = TEXT.replace("35,000", "30,000").replace("5일", "10일").replace("광역시", "특별시")
    passages = passages_of([hit(0, len(TEXT), 0), hit(0, len(other), 0, 0.9, revision=2, text=other)])
    assert len(passages) == 2


def test_the_best_come_first_and_no_more_than_asked_for():
    hits = [hit(0, 20, 0, 0.2, revision=n, text=f"{n}번째 " + TEXT[::-1][n:]) for n in range(1, 9)] + [
        hit(0, 20, 0, 0.9, revision=20)
    ]
    passages = passages_of(hits, limit=3)
    assert len(passages) == 3
    assert passages[0].revision == 20
