"""Whether a discoverable collection has something near: its id, for those who may not read it, and never a word of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts.access import as_user
from accounts.models import User
from kb.models import Collection, Document
from kb.retrieval import profiles
from kb.retrieval.discover import collections_elsewhere
from kb.retrieval.hits import Found
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.made import add_document, today

QUESTION = "재고 평가 손실"


@pytest.fixture
def house(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """재무팀 has something near the question; a common word makes something near."""
    near = profiles.Calibration(dense=0.0, lexical=25.0, bias=-5.0)
    monkeypatch.setattr(profiles.Profile, "_fitted", lambda self, own: near)
    add_document(cast.finance_private, "결산 메모", ["9월 재고 평가 손실은 31,000,000원입니다."])
    add_document(cast.dev_private, "설계", ["감속기 백래시는 3분입니다."])
    return cast


def open_up(*collections: Collection) -> None:
    Collection.objects.filter(pk__in=[each.pk for each in collections]).update(discoverable=True)


def elsewhere(user: User, question: str = QUESTION, **values) -> tuple[int, ...]:
    found = Found(question, "ko", (), 0.0, 0.0, -1.0, False, 1, 1)
    with as_user(user):
        return collections_elsewhere(found, encoder=WordEncoder(), **values)  # type: ignore[arg-type]


def test_by_default_nothing_is_discovered_and_nobody_is_asked(house: Cast):
    class Unasked:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked for nothing")

    found = Found(QUESTION, "ko", (), 0.0, 0.0, -1.0, False, 1, 1)
    with as_user(house.suji):
        assert collections_elsewhere(found, encoder=Unasked()) == ()  # type: ignore[arg-type]


def test_a_discoverable_collection_with_something_near_is_named_by_its_id(house: Cast):
    open_up(house.finance_private)
    assert elsewhere(house.suji) == (house.finance_private.pk,)


def test_one_with_nothing_near_is_not_named(house: Cast):
    open_up(house.finance_private, house.dev_private)
    assert elsewhere(house.suji) == (house.finance_private.pk,)
    assert elsewhere(house.suji, "화성 탐사선") == ()


def test_who_may_read_it_is_not_told_that_it_is_elsewhere(house: Cast):
    open_up(house.finance_private)
    assert elsewhere(house.minsu) == ()


def test_what_is_not_in_force_or_deleted_is_not_discovered(house: Cast):
    open_up(house.finance_private)
    late = add_document(
        house.hr_private, "내년 급여표", ["2030년 상여금은 900%입니다."], begin=today() + timedelta(days=9)
    )
    open_up(house.hr_private)
    assert elsewhere(house.suji, "상여금") == ()
    assert elsewhere(house.suji, "상여금", day=today() + timedelta(days=10)) == (late.collection_id,)
    with as_user(house.minsu):
        document = Document.objects.get(title="결산 메모")
    from kb.documents import changes

    with as_user(house.admin):
        changes.delete(document, actor=house.admin)
    assert elsewhere(house.suji) == ()


def test_the_function_behind_it_gives_ids_and_scores_alone(house: Cast):
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_function_result('maru_discover'::regproc)")
        assert cursor.fetchone()[0] == "TABLE(collection bigint, dense double precision, lexical double precision)"
