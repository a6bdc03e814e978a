"""Collections: each person theirs."""

from __future__ import annotations

from accounts.models import AudiencePerson
from tests.cast import Cast
from tests.kb.api.conftest import Api, Shelf


def test_a_reader_sees_what_may_be_read_and_an_editor_what_their_department_keeps(cast: Cast, shelf: Shelf):
    rows = {row["slug"]: row for row in Api(cast.hana).get("/collections/").json()["results"]}
    assert set(rows) == {"rules", "hr-private"}
    assert (rows["rules"]["readable"], rows["rules"]["managed"], rows["rules"]["documents"]) == (True, True, 1)
    rows = {row["slug"]: row for row in Api(cast.suji).get("/collections/").json()["results"]}
    assert set(rows) == {"rules"}
    assert (rows["rules"]["readable"], rows["rules"]["managed"]) == (True, False)


def test_an_admin_manages_everything_and_reads_only_what_an_audience_gives(cast: Cast):
    rows = {row["slug"]: row for row in Api(cast.admin).get("/collections/").json()["results"]}
    assert set(rows) == {"rules", "hr-private", "finance-private", "dev-private"}
    assert (rows["hr-private"]["managed"], rows["hr-private"]["readable"]) == (True, False)


def test_a_collection_of_others_is_not_there(cast: Cast):
    assert Api(cast.suji).get("/collections/hr-private/").status_code == 404
    assert Api(cast.suji).get("/collections/nothing/").json() == Api(cast.suji).get("/collections/hr-private/").json()


def test_a_grant_takes_effect_at_the_next_call(cast: Cast):
    api = Api(cast.suji)
    AudiencePerson.objects.create(audience=cast.hr_private.audience, user=cast.suji)
    assert api.get("/collections/hr-private/").status_code == 200


def test_lists_come_in_pages_that_lead_to_each_other(cast: Cast):
    api, seen, address = Api(cast.admin), [], "/api/v1/collections/?limit=3"
    while address:
        page = api.client.get(address).json()
        seen += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert seen == ["rules", "hr-private", "finance-private", "dev-private"]


def test_a_page_that_cannot_be_is_refused(cast: Cast):
    api = Api(cast.admin)
    for query in (
        {"cursor": "x"},
        {"cursor": "9" * 20},
        {"cursor": "-1"},
        {"limit": 0},
        {"limit": 201},
        {"limit": "x"},
    ):
        assert api.get("/collections/", **query).status_code == 400, query
    assert api.get("/collections/", cursor="9" * 18).json() == {"results": [], "next": None}
