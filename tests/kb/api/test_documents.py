"""Documents: lists, one, changes, the trash."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.models import Document
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api, Shelf
from tests.made import add_document, add_revision, today


def kept(document: Document) -> dict:
    with as_worker():
        return Document.objects.values("collection_id", "audience_id", "external_id", "deleted_at").get(pk=document.pk)


def titles(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def test_each_person_lists_what_they_may_read_or_manage(cast: Cast, shelf: Shelf):
    assert titles(Api(cast.minsu).get("/documents/")) == ["결산 메모", "취업규칙"]
    assert titles(Api(cast.hana).get("/documents/")) == ["급여 표", "취업규칙"]
    assert titles(Api(cast.suji).get("/documents/")) == ["취업규칙"]


def test_managing_shows_titles_and_states_and_says_that_the_text_is_closed(cast: Cast, shelf: Shelf):
    row = Api(cast.admin).get(f"/documents/{shelf.finance.pk}/").json()
    assert (row["title"], row["state"], row["readable"], row["managed"]) == ("결산 메모", "ready", False, True)
    assert "31,000,000" not in str(row)


def test_a_document_says_which_revision_counts_and_which_came_last(cast: Cast, shelf: Shelf):
    tomorrow = today() + timedelta(days=1)
    add_revision(shelf.common, ["연차는 이월되지 않습니다."], begin=tomorrow)
    row = Api(cast.minsu).get(f"/documents/{shelf.common.pk}/").json()
    assert (row["current"]["number"], row["newest"]["number"]) == (1, 2)
    assert row["current"]["in_force"] == {"from": None, "to": tomorrow.isoformat()}
    assert (row["newest"]["current"], row["newest"]["in_force"]["from"]) == (False, tomorrow.isoformat())


def test_filters_narrow_the_list(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    past = today() - timedelta(days=10)
    add_document(cast.rules, "지난 안내", ["끝났습니다."], begin=past, end=today() - timedelta(days=1), owner=cast.hana)
    with as_worker():
        Document.objects.filter(title="급여 표").update(review_on=past)
    assert titles(api.get("/documents/", collection="rules")) == ["지난 안내", "취업규칙"]
    assert titles(api.get("/documents/", q="급여")) == ["급여 표"]
    assert titles(api.get("/documents/", owner="hana")) == ["지난 안내"]
    assert titles(api.get("/documents/", in_force="false")) == ["지난 안내"]
    assert titles(api.get("/documents/", in_force="true")) == ["급여 표", "취업규칙"]
    assert titles(api.get("/documents/", review_before=today().isoformat())) == ["급여 표"]
    assert titles(api.get("/documents/", state="failed")) == []
    assert titles(api.get("/documents/", state="ready", q="%")) == []


def test_a_filter_that_is_misspelt_is_refused_not_ignored(cast: Cast):
    answer = Api(cast.hana).get("/documents/", colection="rules")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "colection", "code": "unknown", "detail": answer.json()["errors"][0]["detail"]}
    ]
    assert Api(cast.hana).get("/documents/", collection="dev-private").status_code == 404


def test_a_list_costs_the_same_for_many_rows(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    api.get("/documents/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get("/documents/")
        return len(captured)

    before = queries()
    for number in range(5):
        add_document(cast.rules, f"안내 {number}", ["안내합니다."])
    assert queries() == before


def test_an_editor_changes_title_owner_and_review_and_nothing_else(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    before = kept(shelf.common)
    answer = api.patch(
        f"/documents/{shelf.common.pk}/", {"title": "  취업규칙\u202e 9판 ", "owner": "hana", "review_on": "2027-01-02"}
    )
    assert answer.status_code == 200, answer.content
    row = answer.json()
    assert (row["title"], row["owner"], row["review_on"]) == ("취업규칙 9판", "hana", "2027-01-02")
    assert api.patch(f"/documents/{shelf.common.pk}/", {"title": "규칙"}).json()["owner"] == "hana"
    assert api.patch(f"/documents/{shelf.common.pk}/", {"owner": None}).json()["owner"] is None
    for name in ("collection", "audience", "own_audience", "external_id", "deleted_at", "id", "created_by", "state"):
        refused = api.patch(f"/documents/{shelf.common.pk}/", {name: cast.dev_private.pk})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, name)
    assert kept(shelf.common) == before


def test_changes_that_cannot_be_are_refused_by_field(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    for body, field in (
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": None}, "title"),
        ({"title": {"$ne": 1}}, "title"),
        ({"owner": "nobody"}, "owner"),
        ({"review_on": "2026-02-30"}, "review_on"),
    ):
        answer = api.patch(f"/documents/{shelf.common.pk}/", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), body


def test_a_reader_changes_nothing_and_is_told_that_nothing_is_there(cast: Cast, shelf: Shelf):
    api = Api(cast.minsu)
    assert api.patch(f"/documents/{shelf.common.pk}/", {"title": "x"}).status_code == 404
    assert api.delete(f"/documents/{shelf.common.pk}/").status_code == 404
    assert kept(shelf.common)["deleted_at"] is None


def test_deleting_hides_and_restoring_brings_back(cast: Cast, shelf: Shelf):
    editor, reader = Api(cast.hana), Api(cast.minsu)
    assert editor.delete(f"/documents/{shelf.common.pk}/").status_code == 204
    assert editor.delete(f"/documents/{shelf.common.pk}/").status_code == 204
    assert reader.get(f"/documents/{shelf.common.pk}/").status_code == 404
    assert titles(reader.get("/documents/", trash="true")) == []
    assert titles(editor.get("/documents/")) == ["급여 표"]
    assert titles(editor.get("/documents/", trash="true")) == ["취업규칙"]
    assert editor.get(f"/documents/{shelf.common.pk}/").json()["deleted_at"] is not None
    assert reader.post(f"/documents/{shelf.common.pk}/restore/").status_code == 404
    restored = editor.post(f"/documents/{shelf.common.pk}/restore/").json()
    assert (restored["deleted_at"], restored["current"]["number"]) == (None, 1)
    assert reader.get(f"/documents/{shelf.common.pk}/").status_code == 200


def test_a_document_whose_place_was_taken_stays_in_the_trash(cast: Cast, shelf: Shelf):
    editor = Api(cast.hana)
    editor.delete(f"/documents/{shelf.common.pk}/")
    with as_worker():
        Document.objects.create(
            collection=cast.rules, external_id=shelf.common.external_id, title="다른 것", audience=cast.rules.audience
        )
    answer = editor.post(f"/documents/{shelf.common.pk}/restore/")
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
