"""Reads company.toml into frozen dataclasses; standard library only, so that any process may use it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILES = HERE / "files"


@dataclass(frozen=True)
class Audience:
    """Who may read: kind "everyone", "departments" (with those below where `below`) or "people" (usernames)."""

    kind: str
    departments: tuple[str, ...] = ()
    below: bool = False
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Department:
    """A place in the tree; the company itself has no parent."""

    slug: str
    name: str
    name_en: str
    parent: str | None


@dataclass(frozen=True)
class Membership:
    """Role is "employee", "editor" or "manager"."""

    department: str
    role: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `language` is "ko" or "en"."""

    username: str
    name: str
    name_en: str
    language: str
    admin: bool
    memberships: tuple[Membership, ...]


@dataclass(frozen=True)
class Collection:
    """Documents that one department keeps for one audience."""

    slug: str
    name: str
    name_en: str
    department: str
    audience: Audience
    discoverable: bool


@dataclass(frozen=True)
class Revision:
    """`effective_to` is the last day on which it holds; None: until a newer one begins."""

    number: int
    label: str
    file: Path
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True)
class Document:
    """`audience` counts instead of the collection's where it is not None. Revisions: the oldest first."""

    external_id: str
    collection: str
    title: str
    owner: str
    language: str
    review_on: date | None
    audience: Audience | None
    revisions: tuple[Revision, ...]


@dataclass(frozen=True)
class Canary:
    """A phrase of one collection, or of one document in it, that no other file holds."""

    phrase: str
    collection: str
    document: str | None


@dataclass(frozen=True)
class Company:
    """The departments come parents first, the documents by collection."""

    name: str
    name_en: str
    mail_domain: str
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    collections: tuple[Collection, ...]
    documents: tuple[Document, ...]
    canaries: tuple[Canary, ...]


def load(path: Path = HERE / "company.toml") -> Company:
    """The company described by a file. A missing key raises KeyError; TOML errors come from tomllib."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Company(
        **data["company"],
        departments=tuple(Department(**{"parent": None, **row}) for row in data["departments"]),
        people=tuple(_person(row) for row in data["people"]),
        collections=tuple(_collection(row) for row in data["collections"]),
        documents=tuple(_document(row) for row in data["documents"]),
        canaries=tuple(Canary(**{"document": None, **row}) for row in data["canaries"]),
    )


def _person(row: dict[str, Any]) -> Person:
    memberships = tuple(Membership(**membership) for membership in row["memberships"])
    return Person(**{"admin": False, **row, "memberships": memberships})


def _audience(row: dict[str, Any]) -> Audience:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Audience(**{**row, **lists})


def _collection(row: dict[str, Any]) -> Collection:
    return Collection(**{"discoverable": False, **row, "audience": _audience(row["audience"])})


def _document(row: dict[str, Any]) -> Document:
    audience = _audience(row["audience"]) if "audience" in row else None
    revisions = tuple(_revision(revision) for revision in row["revisions"])
    defaults = {"language": "ko", "review_on": None}
    return Document(**{**defaults, **row, "audience": audience, "revisions": revisions})


def _revision(row: dict[str, Any]) -> Revision:
    defaults = {"label": "", "effective_to": None}
    return Revision(**{**defaults, **row, "file": FILES / row["file"]})
