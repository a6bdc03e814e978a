"""The console as a whole: for admins, inside their access, under its own policy, quick."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import people
from accounts.models import AuditEvent
from kb.models import IndexVersion, Job, QuestionSet
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.admin.conftest import House, signed_in
from tests.made import add_document

SITE = django_admin.site
SECRETS = ("4,200,000", "기본급")


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the console."""
    resolver = resolver or next(
        each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and each.namespace == "admin"
    )
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


_VALUES = {"object_id": 1, "pk": 1, "name": "delete", "app_label": "kb"}


def parameters(pattern: URLPattern) -> list[str]:
    """The names in an address; one of Django's own is a regular expression."""
    return ["app_label"] if pattern.name == "app_list" else list(pattern.pattern.converters)


def lists() -> list[str]:
    return [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in SITE._registry]


def one_of_each(cast: Cast, house: House) -> list[str]:
    """The page of one row of each table."""
    QuestionSet.objects.get_or_create(slug="golden", defaults={"name": "Golden"})
    token_owner = cast.hana
    from accounts.models import ApiToken

    token, _secret = ApiToken.issue(token_owner, "x", None)
    AuditEvent.record(cast.admin, "test.event", cast.hana)
    rows = {
        "accounts_user": cast.hana.pk,
        "accounts_department": cast.hr.pk,
        "accounts_audience": cast.rules.audience_id,
        "accounts_apitoken": token.pk,
        "accounts_auditevent": AuditEvent.objects.first().pk,
        "kb_collection": cast.rules.pk,
        "kb_document": house.secret.pk,
        "kb_job": house.failed.pk,
        "kb_indexversion": IndexVersion.objects.get().pk,
        "kb_questionset": QuestionSet.objects.get().pk,
    }
    assert set(rows) == {f"{model._meta.app_label}_{model._meta.model_name}" for model in SITE._registry}
    return [reverse(f"admin:{name}_change", args=[pk]) for name, pk in rows.items()]


def pages(cast: Cast, house: House) -> list[str]:
    adds = [reverse(f"admin:{name}_add") for name in ("accounts_user", "accounts_department", "kb_collection")]
    more = [
        reverse("admin:index"),
        reverse("admin:parts"),
        reverse("admin:app_list", args=["kb"]),
        reverse("admin:accounts_user_access", args=[cast.minsu.pk]),
        reverse("admin:accounts_audience_readers", args=[cast.hr_private.audience_id]),
    ]
    return [*more, *lists(), *adds, *one_of_each(cast, house)]


def test_an_admin_opens_every_page_in_both_languages(cast: Cast, house: House):
    client = signed_in(cast.admin)
    for language in ("en", "ko"):
        type(cast.admin).objects.filter(pk=cast.admin.pk).update(language=language)
        for address in pages(cast, house):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f'lang="{language}"' in answer.content.decode()


def test_the_console_leads_to_the_list_of_people_and_to_the_portal(admin: Client, cast: Cast, house: House):
    told = admin.get(reverse("admin:index")).content.decode()
    assert f'href="{reverse("people_import")}"' in told and f'href="{reverse("ask")}"' in told
    assert admin.get(reverse("people_import")).status_code == 200


def test_every_label_of_a_page_is_in_the_readers_language(cast: Cast, house: House):
    client = signed_in(cast.admin)
    type(cast.admin).objects.filter(pk=cast.admin.pk).update(language="ko")
    for address in one_of_each(cast, house):
        labels = re.findall(r"<label[^>]*>(.*?)</label>", client.get(address).content.decode(), flags=re.S)
        words = [" ".join(re.sub(r"<[^>]+>", " ", label).split()) for label in labels]
        assert not [word for word in words if re.fullmatch(r"[A-Za-z][A-Za-z :*]{3,}", word) and word != "delete"], (
            address
        )


def test_a_row_shows_its_state_in_words(admin: Client, cast: Cast, house: House):
    for address in one_of_each(cast, house):
        assert "(&#x27;" not in admin.get(address).content.decode(), address
    assert "Failed" in admin.get(reverse("admin:kb_job_change", args=[house.failed.pk])).content.decode()


def test_what_somebody_can_read_is_told_under_their_name(admin: Client, cast: Cast, house: House):
    told = admin.get(reverse("admin:accounts_user_access", args=[cast.minsu.pk])).content.decode()
    assert f"<h1>What {cast.minsu.name} can read, and why</h1>" in told


def test_no_page_shows_text_that_the_admin_may_not_read(admin: Client, cast: Cast, house: House):
    for address in pages(cast, house):
        told = admin.get(address).content.decode()
        assert not [word for word in SECRETS if word in told], address


def test_others_are_told_that_nothing_is_there_at_every_address_and_verb(cast: Cast, house: House):
    addresses = [*pages(cast, house), reverse("admin:login"), reverse("admin:jsi18n"), "/admin/nothing/"]
    client = signed_in(cast.hana)
    for address in addresses:
        for verb in ("get", "post"):
            answer = getattr(client, verb)(address)
            assert answer.status_code == 404, (address, verb)


def test_every_view_of_the_console_is_guarded(cast: Cast, house: House):
    """Also those that no list above names: a view that was not wrapped answers somebody who is signed in."""
    client = signed_in(cast.hana)
    for pattern in patterns():
        if pattern.name in ("logout", "password_change", "password_change_done", "view_on_site", None):
            continue
        address = reverse(f"admin:{pattern.name}", kwargs={name: _VALUES[name] for name in parameters(pattern)})
        assert client.get(address).status_code == 404, address


def test_strangers_are_led_to_the_door(cast: Cast, house: House):
    for address in pages(cast, house):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]
    assert Client().get("/admin/login/?next=//evil.example/")["Location"] == "/accounts/login/?next=/admin/"


def test_a_suspended_admin_is_out_at_the_next_page(cast: Cast):
    from tests.cast import PASSWORD

    second = people.make(people.NewPerson("chief", "책임자", admin=True), actor=cast.admin)
    second.set_password(PASSWORD)
    second.save()
    client = signed_in(second)
    assert client.get(reverse("admin:parts")).status_code == 200
    people.suspend(second, actor=cast.admin)
    assert client.get(reverse("admin:parts")).status_code == 302


def test_the_consoles_policy_is_its_own_and_the_portals_stays_strict(admin: Client, cast: Cast, house: House):
    for address in (reverse("admin:index"), lists()[0]):
        policy = admin.get(address)["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert scripts == "script-src 'self' 'unsafe-eval'"
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    for address in ("/", "/accounts/login/", "/api/v1/docs/", "/healthz", "/admin/nothing"):
        for client in (admin, Client()):
            answer = client.get(address)
            if address.startswith("/admin"):
                continue
            assert "unsafe" not in answer["Content-Security-Policy"], address
    hidden = signed_in(cast.hana).get(reverse("admin:index"))
    assert "unsafe" not in hidden["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["kb_document", "kb_job", "accounts_user", "accounts_auditevent", "kb_collection"])
def test_a_list_costs_the_same_for_many_rows(admin: Client, cast: Cast, house: House, name: str):
    address = reverse(f"admin:{name}_changelist")
    with as_worker():
        Job.objects.create(kind="refresh_terms", state="queued")
    admin.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(address).status_code == 200
        return len(captured)

    before = queries()
    for number in range(6):
        add_document(cast.rules, f"안내 {number}", ["안내합니다."], owner=cast.hana)
        people.make(people.NewPerson(f"new{number}", f"새 사람 {number}", department=cast.hr), actor=cast.admin)
        type(cast.rules).objects.create(
            slug=f"c{number}", name=f"c{number}", department=cast.hr, audience=cast.rules.audience
        )
        with as_worker():
            Job.objects.create(kind="refresh_terms", state="queued")
    assert queries() == before


def test_nothing_is_deleted_from_the_console(admin: Client, cast: Cast, house: House):
    for address in one_of_each(cast, house):
        if "/department/" in address:
            continue
        assert admin.post(address.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403, address


def test_tables_of_other_apps_are_not_here():
    assert {model._meta.app_label for model in SITE._registry} == {"accounts", "kb"}


def test_a_list_counts_only_up_to_its_bound(admin: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kb.admin.paging.BOUND", 3)
    address = reverse("admin:accounts_user_changelist")
    with CaptureQueriesContext(connection) as captured:
        assert admin.get(address).status_code == 200
    counts = [query["sql"] for query in captured if "COUNT(*)" in query["sql"] and '"accounts_user"' in query["sql"]]
    assert counts and all("LIMIT 3" in sql for sql in counts)
