"""search(user, question): access and dates in the statement, phrases, codes, "not found"."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from accounts.access import revoke_membership
from kb.documents import changes
from kb.retrieval import population
from kb.retrieval.hits import Found
from kb.retrieval.search import Ranking, search
from tests.cast import Cast
from tests.database import as_owner, as_worker
from tests.doubles import WordEncoder
from tests.made import add_document, add_revision

ENCODER = WordEncoder()


def find(person, question: str, **options) -> Found:
    return search(person, question, encoder=ENCODER, **options)


def titles(found: Found) -> list[str]:
    return [hit.title for hit in found.hits]


@pytest.fixture
def house(cast: Cast) -> Cast:
    add_document(cast.rules, "취업규칙", ["연차 휴가는 10일까지 다음 해로 이월합니다.", "병가는 30일입니다."])
    add_document(cast.hr_private, "급여표", ["과장 기본급은 5,200,000원입니다."])
    add_document(cast.dev_private, "설계서", ["HB-220 감속기 백래시는 3분입니다."])
    add_document(
        cast.rules,
        "제품 안내",
        ["KX-2300 컨트롤러의 정격 전압은 220V입니다.", "KX-4100 컨트롤러의 정격 전압은 380V입니다."],
    )
    return cast


def test_the_passage_that_answers_comes_first_with_its_score_parts(house: Cast):
    found = find(house.minsu, "연차 휴가 이월")
    best = found.hits[0]
    assert best.text.startswith("연차 휴가는 10일까지")
    assert best.score == pytest.approx(4.0 * best.dense + best.lexical, abs=1e-6)
    assert 0 < best.lexical <= 1


def test_what_a_person_may_not_read_is_not_found_by_any_ranking(house: Cast):
    for ranking in (Ranking(), Ranking(dense=False), Ranking(lexical=False)):
        assert "급여표" not in titles(find(house.minsu, "과장 기본급", ranking=ranking, limit=50))
    assert titles(find(house.hana, "과장 기본급"))[0] == "급여표"


def test_the_statement_itself_shows_nothing_when_its_filter_is_taken_out(house: Cast, monkeypatch: pytest.MonkeyPatch):
    from kb.retrieval import search as module

    monkeypatch.setattr(
        module,
        "_PERMITTED",
        "%(audiences)s::bigint[] is not null and e.version = %(version)s and e.valid @> %(day)s::date",
    )
    assert "급여표" not in titles(find(house.minsu, "과장 기본급", limit=50))
    assert "급여표" in titles(find(house.hana, "과장 기본급", limit=50))


def test_access_revoked_counts_at_the_next_search(house: Cast):
    revoke_membership(house.hana.memberships.get())
    assert "급여표" not in titles(find(house.hana, "과장 기본급", limit=50))


def test_only_what_is_in_force_is_found_and_another_day_can_be_asked_about(house: Cast):
    document = add_document(house.rules, "출장여비 규정", ["식비 한도는 35,000원입니다."])
    add_revision(document, ["식비 한도는 40,000원입니다."], begin=date(2026, 12, 1))
    assert "35,000" in find(house.minsu, "식비 한도", day=date(2026, 11, 24)).hits[0].text
    assert "40,000" in find(house.minsu, "식비 한도", day=date(2026, 12, 1)).hits[0].text
    texts = [hit.text for hit in find(house.minsu, "식비 한도", day=date(2026, 12, 1), limit=50).hits]
    assert not any("35,000" in text for text in texts)


def test_a_deleted_document_is_not_found(house: Cast):
    from accounts.access import as_user

    document = add_document(house.rules, "안내", ["사내 체육대회는 5월입니다."])
    assert "안내" in titles(find(house.minsu, "체육대회"))
    with as_user(house.hana):
        changes.delete(document, actor=house.hana)
    assert "안내" not in titles(find(house.minsu, "체육대회", limit=50))


def test_a_product_code_finds_its_own_passage(house: Cast):
    assert find(house.minsu, "KX 2300 정격 전압").hits[0].text.startswith("KX-2300")
    assert find(house.minsu, "KX4100 정격 전압").hits[0].text.startswith("KX-4100")


def test_a_quoted_phrase_comes_before_everything_else(house: Cast):
    add_document(
        house.rules,
        "메모",
        ["정격 전압은 KX-2300과 컨트롤러 정격 전압 컨트롤러입니다.", "이 문장에는 정격 출력 전압 값이 있습니다."],
    )
    found = find(house.minsu, '"정격 출력" 전압 컨트롤러')
    assert found.hits[0].phrase
    assert "정격 출력" in found.hits[0].text


@pytest.mark.parametrize("question", ["연차", "병가", "220V"])
def test_one_word_is_a_question(house: Cast, question: str):
    assert question.lower() in find(house.minsu, question).hits[0].text.lower()


@pytest.mark.parametrize(
    "question", ["'; drop table kb_chunk; --", "{{ 7*7 }} {% debug %}", "%s %(x)s \\ ' \" | & !", "a:*b <-> c"]
)
def test_sql_and_template_syntax_are_words(house: Cast, question: str):
    assert find(house.minsu, question) is not None


def test_collections_narrow_the_search(house: Cast):
    found = find(house.hana, "기본급", collections=[house.rules.pk], limit=50)
    assert {hit.collection for hit in found.hits} <= {house.rules.pk}


def test_collections_cannot_widen_it(house: Cast):
    assert find(house.minsu, "과장 기본급", collections=[house.hr_private.pk]).hits == ()


def test_nothing_near_is_not_relevant(house: Cast):
    assert not find(house.minsu, "화성 탐사선 착륙 궤도").relevant


def test_an_empty_index_finds_nothing_and_says_so(cast: Cast):
    found = find(cast.minsu, "연차")
    assert found.hits == ()
    assert not found.relevant


def test_above_the_limit_the_hnsw_index_answers_and_finds_the_same(house: Cast, monkeypatch: pytest.MonkeyPatch):
    exact = titles(find(house.minsu, "연차 휴가 이월"))
    monkeypatch.setattr("kb.retrieval.search.EXACT_BELOW", 0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert titles(find(house.minsu, "연차 휴가 이월"))[:1] == exact[:1]
    assert any("hnsw.iterative_scan" in query["sql"] for query in queries)


@pytest.mark.parametrize(("limit", "index"), [(0, True), (20_000, False)])
def test_the_planner_takes_hnsw_above_the_limit_however_few_rows_it_expects(
    house: Cast, monkeypatch: pytest.MonkeyPatch, limit: int, index: bool
):
    monkeypatch.setattr("kb.retrieval.search.EXACT_BELOW", limit)
    plans: list[str] = []

    def explained(execute, sql, params, many, context):
        if "with near as" in sql:
            execute(f"explain {sql}", params, many, context)
            plans.append("\n".join(row[0] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        find(house.minsu, "연차 휴가 이월")

    assert [("entry_dense_v1" in plan) for plan in plans] == [index]
    with connection.cursor() as cursor:
        cursor.execute("show enable_sort")
        assert cursor.fetchone() == ("on",)  # for whatever else the transaction does


def test_hnsw_is_used_by_the_approximate_form_and_not_by_the_exact_one(house: Cast):
    with as_worker(), connection.cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_indexonlyscan = off"
        )
        vector = "[" + ",".join(["0.05"] * 384) + "]"
        for ending, used in (("", True), (" + 0", False)):
            cursor.execute(
                f"explain select id from kb_indexentry e where e.version = 1 order by (e.dense::halfvec(384) <#> '{vector}'::halfvec(384)){ending} limit 5"
            )
            assert ("entry_dense_v1" in "\n".join(row[0] for row in cursor.fetchall())) is used


def test_row_level_security_leaves_the_terms_index_usable(house: Cast):
    from accounts.access import as_user

    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select indexname from pg_indexes where tablename = 'kb_indexentry' and indexdef like '%(%audience_id%)'"
        )
        for (name,) in cursor.fetchall():  # so that on a handful of rows there is no other way
            cursor.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
    with as_user(house.minsu), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_indexscan = off")
        cursor.execute("explain select id from kb_indexentry e where e.terms @@ '''연차'''::tsquery")
        assert "entry_by_terms" in "\n".join(row[0] for row in cursor.fetchall())


def test_rows_are_counted_by_audience_and_collection(house: Cast):
    with as_worker(), connection.cursor() as cursor:
        everyone = [house.rules.audience_id]
        assert population.readable_rows(cursor, 1, everyone, None) == 4
        assert population.readable_rows(cursor, 1, [*everyone, house.hr_private.audience_id], None) == 5
        assert population.readable_rows(cursor, 1, everyone, [house.hr_private.pk]) == 0
