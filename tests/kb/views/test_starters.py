"""What the empty page offers."""

from __future__ import annotations

from datetime import timedelta

from accounts.access import as_user
from kb.documents import changes
from kb.documents.revisions import set_dates
from kb.models import Document, GoldenQuestion, QuestionSet, Revision
from kb.models.evaluation import QuestionKind
from kb.views.starters import starters
from tests.cast import Cast
from tests.database import as_worker
from tests.made import today


def golden(cast: Cast, key: str, collection, *sources: str, kind: str = QuestionKind.FACT) -> None:
    with as_worker():
        QuestionSet.objects.get_or_create(slug="s", name="s")
        GoldenQuestion.objects.create(
            question_set=QuestionSet.objects.get(), audience=collection.audience, key=key, text=key, kind=kind,
            language="ko", asked_as=cast.suji, sources=list(sources),
        )  # fmt: skip


def external_id(title: str) -> str:
    with as_worker():
        return Document.objects.get(title=title).external_id


def offered(person) -> tuple[list[str], list[str]]:
    with as_user(person):
        found = starters(person)
        return [each.text for each in found.own], [each.text for each in found.everyone]


def test_only_questions_whose_answer_is_readable_today_are_offered(shelf: Cast):
    golden(shelf, "식비?", shelf.rules, external_id("출장여비 규정"))
    golden(shelf, "원가?", shelf.finance_private, external_id("10월 결산 메모"), kind=QuestionKind.DEPARTMENT)
    golden(shelf, "없는 문서?", shelf.rules, "no-such-document")
    golden(shelf, "날씨?", shelf.rules, kind=QuestionKind.OFF_TOPIC)
    assert offered(shelf.suji) == ([], ["식비?"])
    assert offered(shelf.minsu) == (["원가?"], ["식비?"])


def test_whole_questions_that_fit_a_line_come_first(shelf: Cast):
    long = "출장을 가서 거래처와 먹은 식비는 얼마까지 낼 수 있어요?"
    for number in range(8):
        golden(shelf, f"{long} {number}", shelf.rules, external_id("출장여비 규정"))
    golden(shelf, "식비", shelf.rules, external_id("출장여비 규정"))
    golden(shelf, "식비 한도는?", shelf.rules, external_id("출장여비 규정"))
    assert offered(shelf.suji)[1][0] == "식비 한도는?" and len(offered(shelf.suji)[1]) == 4


def test_a_document_that_is_not_in_force_or_in_the_trash_offers_nothing(shelf: Cast):
    golden(shelf, "식비?", shelf.rules, external_id("출장여비 규정"))
    with as_user(shelf.hana):
        set_dates(Revision.objects.get(document__title="출장여비 규정"), today() + timedelta(days=1), None)
    assert offered(shelf.suji) == ([], [])
    with as_user(shelf.hana):
        set_dates(Revision.objects.get(document__title="출장여비 규정"), None, None)
    assert offered(shelf.suji) == ([], ["식비?"])
    with as_user(shelf.hana):
        changes.delete(Document.objects.get(title="출장여비 규정"), actor=shelf.hana)
    assert offered(shelf.suji) == ([], [])


def test_without_questions_the_new_documents_are_offered(shelf: Cast):
    with as_user(shelf.suji):
        assert [each.title for each in starters(shelf.suji).documents] == ["출장여비 규정"]
