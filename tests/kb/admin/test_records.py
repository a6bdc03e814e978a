"""The overview, tokens and the audit trail in the console."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, AuditEvent, Department
from kb.models import IndexVersion, Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.admin.conftest import House


def overview(admin: Client) -> str:
    return admin.get(reverse("admin:index")).content.decode()


def test_the_overview_names_each_part_and_links_to_where_it_is_mended(admin: Client, cast: Cast, house: House):
    told = overview(admin)
    assert "The encoder does not answer, or is still loading" in told
    assert f"{reverse('admin:parts')}#encoder" in told
    assert told.count("To be mended") >= 1
    parts = admin.get(reverse("admin:parts")).content.decode()
    assert 'id="encoder"' in parts and "logs/encoder.log" in parts
    assert "logs/database.log" not in parts


def test_failed_jobs_and_unread_files_are_counted_with_a_link(admin: Client, cast: Cast, house: House):
    from django.utils import timezone

    with as_worker():
        type(house.failed).objects.update(finished_at=timezone.now())
        Revision.objects.filter(document=house.secret).update(state="failed")
    told = overview(admin)
    assert "1 jobs failed in the last 24 hours." in told
    assert f"{reverse('admin:kb_job_changelist')}?state__exact=failed" in told
    assert "1 documents have a newest revision that could not be read." in told
    assert admin.get(f"{reverse('admin:kb_job_changelist')}?state__exact=failed").status_code == 200


def test_an_index_that_lags_behind_is_shown(admin: Client, cast: Cast, house: House):
    IndexVersion.objects.update(chunk_count=100)
    told = overview(admin)
    assert "2 passages are in force; terms were counted over 100." in told


def test_a_token_is_revoked_and_its_secret_is_nowhere(admin: Client, cast: Cast):
    token, secret = ApiToken.issue(cast.hana, "groupware", None)
    page = reverse("admin:accounts_apitoken_change", args=[token.pk])
    for address in (page, reverse("admin:accounts_apitoken_changelist")):
        told = admin.get(address).content.decode()
        assert token.start in told
        assert secret not in told and token.digest not in told
    admin.post(reverse("admin:accounts_apitoken_do", args=[token.pk, "revoke"]), follow=True)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Client(HTTP_AUTHORIZATION=f"Bearer {secret}").get("/api/v1/collections/").status_code == 401
    event = AuditEvent.objects.get(action="token.revoke")
    assert (event.actor, event.thing_id) == ("admin", str(token.pk))
    listed = admin.get(reverse("admin:accounts_apitoken_changelist"), {"counts": "yes"}).content.decode()
    assert "groupware" not in listed


def test_tokens_are_neither_made_nor_changed_here(admin: Client, cast: Cast):
    token, _secret = ApiToken.issue(cast.hana, "groupware", None)
    assert admin.get(reverse("admin:accounts_apitoken_add")).status_code == 403
    admin.post(reverse("admin:accounts_apitoken_change", args=[token.pk]), {"name": "x", "owner": cast.admin.pk})
    token.refresh_from_db()
    assert (token.name, token.owner) == ("groupware", cast.hana)


def test_what_is_changed_in_the_console_stands_in_the_audit_trail(admin: Client, cast: Cast):
    address = reverse("admin:accounts_department_change", args=[cast.sales.pk])
    admin.post(address, {"name": "국내영업팀", "name_en": "", "slug": "sales", "parent": ""}, REMOTE_ADDR="10.0.0.7")
    event = AuditEvent.objects.get(action="department.change")
    assert (event.actor, event.thing, event.thing_id, event.address) == (
        "admin",
        "accounts.department",
        str(cast.sales.pk),
        "10.0.0.7",
    )
    assert Department.objects.get(pk=cast.sales.pk).name == "국내영업팀"
    grant = reverse("admin:accounts_audience_change", args=[cast.rules.audience_id])
    admin.post(
        grant,
        {
            "name": "모두",
            "everyone": "",
            "departments-TOTAL_FORMS": 1,
            "departments-INITIAL_FORMS": 0,
            "departments-0-audience": cast.rules.audience_id,
            "departments-0-department": cast.hr.pk,
            "departments-0-below": "on",
            "people-TOTAL_FORMS": 0,
            "people-INITIAL_FORMS": 0,
        },
    )
    assert AuditEvent.objects.filter(action="audience.change", thing_id=str(cast.rules.audience_id)).exists()


def test_the_trail_is_filtered_by_who_what_and_which_thing(admin: Client, cast: Cast):
    AuditEvent.record(cast.hana, "document.upload", cast.rules)
    AuditEvent.record(cast.minsu, "sign_in", cast.minsu)
    address = reverse("admin:accounts_auditevent_changelist")
    for query, seen, unseen in (
        ({"q": "hana"}, "document.upload", ">sign_in<"),
        ({"action": "sign_in"}, ">minsu<", ">hana<"),
        ({"thing": "kb.collection", "thing_id": cast.rules.pk}, ">hana<", ">minsu<"),
    ):
        rows = admin.get(address, query).content.decode().split("<tbody", 1)[1]
        assert seen in rows and unseen not in rows, query


@pytest.mark.parametrize("verb", ["add", "change", "delete"])
def test_the_trail_is_only_read(admin: Client, cast: Cast, verb: str):
    event = AuditEvent.record(cast.hana, "sign_in", cast.hana)
    arguments = [] if verb == "add" else [event.pk]
    answer = admin.post(
        reverse(f"admin:accounts_auditevent_{verb}", args=arguments), {"actor": "nobody", "post": "yes"}
    )
    assert answer.status_code == 403
    assert AuditEvent.objects.get(pk=event.pk).actor == "hana"


def test_history_of_a_row_is_its_audit_trail(admin: Client, cast: Cast):
    answer = admin.get(reverse("admin:accounts_user_history", args=[cast.hana.pk]))
    assert answer["Location"].endswith(f"thing=accounts.user&thing_id={cast.hana.pk}")
    assert admin.get(answer["Location"]).status_code == 200
