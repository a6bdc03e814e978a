"""company.toml agrees with itself, with the files, and with what the product promises of the cast."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from samples.build.source import FILES, load_all
from samples.company import Audience, Document, Revision, load

COMPANY = load()
SOURCES = {FILES / source.file: source for source in load_all()}
DEPARTMENTS = {department.slug: department for department in COMPANY.departments}
PEOPLE = {person.username: person for person in COMPANY.people}
COLLECTIONS = {collection.slug: collection for collection in COMPANY.collections}
TODAY = date(2026, 11, 24)


def audience_of(document: Document) -> Audience:
    return document.audience or COLLECTIONS[document.collection].audience


def readers(audience: Audience) -> set[str]:
    """Usernames whom the audience lets read."""
    if audience.kind == "everyone":
        return set(PEOPLE)
    if audience.kind == "people":
        return set(audience.people)
    return {name for name in PEOPLE if any(_is_in(m.department, audience) for m in PEOPLE[name].memberships)}


def _is_in(department: str, audience: Audience) -> bool:
    parent = DEPARTMENTS[department].parent
    return department in audience.departments or (audience.below and parent is not None and _is_in(parent, audience))


def holding(document: Document, day: date) -> list[Revision]:
    return [r for r in document.revisions if r.effective_from <= day <= (r.effective_to or date.max)]


def document(external_id: str) -> Document:
    return next(document for document in COMPANY.documents if document.external_id == external_id)


def test_every_file_is_one_revision_of_one_document() -> None:
    named = [revision.file for document in COMPANY.documents for revision in document.revisions]

    assert sorted(named) == sorted(path for path in FILES.rglob("*") if path.is_file())


def test_a_file_lies_in_the_folder_of_its_collection() -> None:
    for doc in COMPANY.documents:
        assert {revision.file.parent.name for revision in doc.revisions} == {doc.collection}
        assert doc.external_id.startswith(f"{doc.collection}/")


def test_titles_are_those_of_the_sources() -> None:
    for doc in COMPANY.documents:
        assert {SOURCES[revision.file].title for revision in doc.revisions} == {doc.title}
        assert {SOURCES[revision.file].language for revision in doc.revisions} == {doc.language}


@pytest.mark.parametrize(
    "slugs",
    [
        [department.slug for department in COMPANY.departments],
        [person.username for person in COMPANY.people],
        [collection.slug for collection in COMPANY.collections],
        [doc.external_id for doc in COMPANY.documents],
        [canary.phrase for canary in COMPANY.canaries],
    ],
)
def test_nothing_is_there_twice(slugs: list[str]) -> None:
    assert [slug for slug, times in Counter(slugs).items() if times > 1] == []


def test_a_parent_department_comes_before_its_children() -> None:
    seen: set[str | None] = {None}
    for department in COMPANY.departments:
        assert department.parent in seen
        seen.add(department.slug)


def test_every_slug_that_is_named_exists() -> None:
    audiences = [c.audience for c in COMPANY.collections] + [d.audience for d in COMPANY.documents if d.audience]

    assert {m.department for person in COMPANY.people for m in person.memberships} <= set(DEPARTMENTS)
    assert {m.role for person in COMPANY.people for m in person.memberships} <= {"employee", "editor", "manager"}
    assert {collection.department for collection in COMPANY.collections} <= set(DEPARTMENTS)
    assert {a.kind for a in audiences} == {"everyone", "departments", "people"}
    assert {slug for a in audiences for slug in a.departments} <= set(DEPARTMENTS)
    assert {name for a in audiences for name in a.people} <= set(PEOPLE)
    assert {doc.collection for doc in COMPANY.documents} == set(COLLECTIONS)


def test_an_owner_may_read_what_they_own() -> None:
    for doc in COMPANY.documents:
        assert doc.owner in readers(audience_of(doc)), doc.external_id


def test_revisions_follow_each_other_without_a_gap_or_an_overlap() -> None:
    for doc in COMPANY.documents:
        for older, newer in pairwise(doc.revisions):
            assert older.number < newer.number
            assert older.effective_to == newer.effective_from - timedelta(days=1), doc.external_id
        for revision in doc.revisions:
            assert date(2020, 1, 1) < revision.effective_from <= (revision.effective_to or date.max)


def test_reviews_are_due_after_the_last_revision_began() -> None:
    for doc in COMPANY.documents:
        assert doc.review_on is None or doc.review_on > doc.revisions[-1].effective_from, doc.external_id


def test_there_are_past_present_and_future_revisions() -> None:
    travel = document("company-rules/travel-rules")
    telework = document("company-rules/telework-pilot")

    assert [r.number for r in holding(travel, TODAY)] == [5]
    assert [r.number for r in holding(travel, date(2026, 12, 1))] == [6]
    assert holding(telework, TODAY) == []
    assert [r.number for r in holding(telework, date(2026, 6, 30))] == [2]


def test_it_is_large_and_of_many_formats() -> None:
    formats = Counter(doc.revisions[-1].file.suffix for doc in COMPANY.documents)
    wanted = {"hwpx": 10, "pdf": 8, "docx": 8, "xlsx": 6, "pptx": 4, "md": 4, "html": 3, "eml": 4, "csv": 1, "txt": 1}

    assert len(COMPANY.documents) >= 48
    assert {kind: formats[f".{kind}"] for kind, least in wanted.items() if formats[f".{kind}"] < least} == {}


def test_the_cast_has_the_places_that_the_interfaces_promise() -> None:
    places = {name: [(m.department, m.role) for m in PEOPLE[name].memberships] for name in PEOPLE}

    assert [name for name, person in PEOPLE.items() if person.admin] == ["admin"]
    assert places["hana"] == [("hr", "editor")]
    assert places["minsu"] == [("finance", "employee")]
    assert places["jiwoo"] == [("dev", "editor")]
    assert places["suji"] == [("sales", "employee")]


@pytest.mark.parametrize(
    ("collection", "insider", "outsiders"),
    [
        ("hr-private", "hana", {"minsu", "jiwoo", "suji", "admin", "minjae", "daniel"}),
        ("finance-private", "minsu", {"hana", "jiwoo", "suji", "admin", "minjae"}),
        ("dev-private", "jiwoo", {"hana", "minsu", "suji", "admin", "jeongmin"}),
        ("sales-private", "suji", {"hana", "minsu", "jiwoo", "admin", "daniel"}),
        ("support-shared", "minsu", {"jiwoo", "suji", "daniel"}),
        ("tech-shared", "jiwoo", {"hana", "minsu", "suji", "daniel"}),
    ],
)
def test_private_collections_are_their_departments_own(collection: str, insider: str, outsiders: set[str]) -> None:
    allowed = readers(COLLECTIONS[collection].audience)

    assert insider in allowed
    assert allowed & outsiders == set()


def test_one_document_has_narrower_readers_than_its_collection() -> None:
    raises = document("hr-private/raise-table-2026")

    assert readers(audience_of(raises)) == {"seoyeon", "gyuseok"}
    assert "hana" in readers(COLLECTIONS["hr-private"].audience)


def test_the_headline_question_has_one_answer_today() -> None:
    rules = document("company-rules/employment-rules")
    (today,) = holding(rules, TODAY)
    sentence = "그해에 쓰지 못한 연차는 5일까지 다음 해로 이월할 수 있다."

    assert rules.audience is None
    assert COLLECTIONS[rules.collection].audience.kind == "everyone"
    assert SOURCES[today.file].text.count(sentence) == 1
    assert sentence not in SOURCES[rules.revisions[0].file].text


def test_dates_with_a_weekday_fall_on_it() -> None:
    wrong = [
        f"{source.file}: {match[0]}"
        for source in SOURCES.values()
        for match in re.finditer(r"(?:(\d{4})년 )?(\d{1,2})월 (\d{1,2})일\(([월화수목금토일])\)", source.text)
        if match[4] not in _weekdays(match)
    ]

    assert wrong == []


def _weekdays(match: re.Match[str]) -> set[str]:
    years = [int(match[1])] if match[1] else [2026, 2027]
    return {"월화수목금토일"[date(year, int(match[2]), int(match[3])).weekday()] for year in years}


def test_a_key_that_no_one_knows_is_refused() -> None:
    raw = tomllib.loads('department = "hr"\nrole = "editor"\nsalary = 1')

    with pytest.raises(TypeError, match="salary"):
        type(COMPANY.people[0].memberships[0])(**raw)
