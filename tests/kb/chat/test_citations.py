"""Numbers of citations: one for each page of a passage, in the order in which they are needed."""

from __future__ import annotations

from kb.chat.citations import Numbering
from tests.kb.chat.made import evidence, passage

FIRST, SECOND = "연차는 15일입니다.", "병가는 30일입니다."
TEXT = f"{FIRST}\n{SECOND}"


def numbering(*starts: int) -> Numbering:
    """Pages of a revision that begin at these places of its text."""
    return Numbering(lambda _revision, place: sum(start <= place for start in starts) or 1)


def test_one_page_of_a_passage_has_one_number_however_often_it_is_cited():
    numbers = numbering(0)
    (one,) = evidence(passage(TEXT))
    assert numbers.cite(one, [(0, len(FIRST))]) == (1,)
    assert numbers.cite(one, [(len(FIRST) + 1, len(TEXT))]) == (1,)
    (cited,) = numbers.citations()
    assert (cited.number, cited.quote, cited.page) == (1, TEXT, 1)


def test_numbers_follow_first_use_and_not_the_rank_of_passages():
    numbers = numbering(0)
    one, two = evidence(passage(FIRST), passage(SECOND, revision=2))
    assert numbers.cite(two, [(0, 3)]) == (1,)
    assert numbers.cite(one, [(0, 3)]) == (2,)
    assert numbers.cite(two, [(4, 6)]) == (1,)
    assert [(each.number, each.passage.revision) for each in numbers.citations()] == [(1, 2), (2, 1)]


def test_a_passage_over_two_pages_gets_a_number_for_each_that_is_quoted():
    numbers = numbering(0, 100 + len(FIRST))
    (one,) = evidence(passage(TEXT, start=100))
    assert numbers.cite(one, [(0, len(FIRST)), (len(FIRST) + 1, len(TEXT))]) == (1, 2)
    assert [(each.page, each.quote) for each in numbers.citations()] == [(1, FIRST), (2, SECOND)]


def test_places_are_those_of_the_revision_and_the_quote_is_its_text():
    numbers = numbering(0)
    (one,) = evidence(passage(TEXT, start=100, context="취업규칙\n제3조"))
    shift = len("취업규칙\n제3조\n")
    numbers.cite(one, [(shift + 4, shift + len(FIRST))])
    (cited,) = numbers.citations()
    assert (cited.start, cited.end, cited.spans) == (104, 100 + len(FIRST), ((104, 100 + len(FIRST)),))
    assert cited.quote == TEXT[4 : len(FIRST)]


def test_ranges_apart_are_marked_apart_and_joined_in_the_quote_by_a_gap():
    numbers = numbering(0)
    (one,) = evidence(passage("연차는 15일입니다. 반차도 있습니다. 병가는 30일입니다."))
    numbers.cite(one, [(22, 33), (0, 11)])
    (cited,) = numbers.citations()
    assert cited.spans == ((0, 11), (22, 33))
    assert cited.quote == "연차는 15일입니다. … 병가는 30일입니다."
    assert (cited.start, cited.end) == (0, 33)


def test_ranges_that_overlap_are_one():
    numbers = numbering(0)
    (one,) = evidence(passage(TEXT))
    numbers.cite(one, [(0, 8), (4, 11), (5, 6)])
    assert numbers.citations()[0].spans == ((0, 11),)


def test_what_lies_in_title_and_path_alone_cites_the_whole_passage():
    numbers = numbering(0)
    (one,) = evidence(passage(FIRST, start=50, context="취업규칙"))
    assert numbers.cite(one, [(0, 4)]) == (1,)
    assert numbers.citations()[0].quote == FIRST
    assert numbers.citations()[0].start == 50


def test_a_range_that_begins_in_the_context_is_cut_to_the_text():
    numbers = numbering(0)
    (one,) = evidence(passage(FIRST, start=50, context="취업규칙"))
    numbers.cite(one, [(2, len("취업규칙\n연차는"))])
    assert numbers.citations()[0].quote == "연차는"


def test_nothing_cited_is_no_citation():
    assert numbering(0).citations() == ()
