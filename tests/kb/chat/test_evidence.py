"""Passages as evidence: where their text begins, how rare words are, and on which page a place lies."""

from __future__ import annotations

from accounts.access import as_user
from kb.chat.evidence import gather, page_finder, rarity
from kb.models import Document, Revision
from kb.retrieval.encoder.client import EncoderClient
from tests.answers import chunks_of
from tests.cast import Cast
from tests.kb.chat.made import WORDS, passage


def test_all_texts_are_analysed_with_one_request():
    asked: list[list[str]] = []

    class Counted(type(WORDS)):
        def analyse(self, texts):
            asked.append(list(texts))
            return super().analyse(texts)

    one, two = passage("연차는 15일입니다.", context="취업규칙"), passage("병가는 30일입니다.")
    found, (draft, question) = gather([one, two], ["연차는 15일입니다.", "며칠?"], Counted())
    assert asked == [["취업규칙\n연차는 15일입니다.", "병가는 30일입니다.", "연차는 15일입니다.", "며칠?"]]
    assert [(each.passage, each.shift) for each in found] == [(one, len("취업규칙\n")), (two, 0)]
    assert (draft.text, question.text) == ("연차는 15일입니다.", "며칠?")


def test_a_range_is_a_range_of_the_revision_or_nothing():
    (one,), _ = gather([passage("연차는 15일입니다.", start=40, context="규칙")], [], WORDS)
    assert one.place((3, 6)) == (40, 43)
    assert one.words(40, 43) == "연차는"
    assert one.place((0, 2)) is None
    assert one.place((0, 4)) == (40, 41)


def test_a_title_that_is_written_otherwise_than_it_is_analysed_moves_nothing(shared_encoder: EncoderClient):
    """A ligature in a title becomes two letters; the text behind it is still found where it lies."""
    (one,), _ = gather([passage("연차는 15일입니다.", start=40, context="ﬁnal ㎏ 표")], [], shared_encoder)
    assert one.analysis.text[one.shift :] == "연차는 15일입니다."
    assert one.place((one.shift, one.shift + 3)) == (40, 43)


def test_words_are_as_rare_as_in_the_companys_own_index(house: Cast):
    analyses = WORDS.analyse(["식비 한도", "없는말"])
    with as_user(house.suji):
        idf = rarity(analyses)
    assert idf("없는말") > idf("식비") > 0


def test_a_place_lies_on_the_last_page_that_begins_before_it(house: Cast):
    first, second = chunks_of(house.suji, "취업규칙")
    with as_user(house.suji):
        find = page_finder([passage("x", revision=first.revision_id)])
    assert find(first.revision_id, first.start) == 1
    assert find(first.revision_id, first.end - 1) == 1
    assert find(first.revision_id, second.start) == 2
    assert find(first.revision_id, 10_000) == 2
    assert find(987, 0) == 1


def test_pages_of_what_one_may_not_read_are_not_found(house: Cast):
    with as_user(house.hana):
        document = Document.objects.get(title="급여 표")
        revision = Revision.objects.get(document=document)
    with as_user(house.suji):
        assert page_finder([passage("x", revision=revision.pk)])(revision.pk, 10_000) == 1
