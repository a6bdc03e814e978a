"""`manage.py search QUESTION --as USER`: passages without a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import BadRequest
from accounts.models import User
from kb.management.base import MaruCommand
from kb.models import Collection
from kb.people import person_named
from kb.retrieval.hits import Hit
from kb.retrieval.search import search


class Command(MaruCommand):
    """Search as a person; what they may not read is not found."""

    help = "Find passages that a person may read."
    needs_encoder = True

    def arguments(self, parser: CommandParser) -> None:
        """QUESTION --as USER [--collection SLUG] [--limit N]."""
        parser.add_argument("question")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--collection", action="append", metavar="SLUG")
        parser.add_argument("--limit", type=int, default=10, metavar="N")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Search and say how long it took."""
        user = person_named(options["user"])
        collections = collection_ids(user, options["collection"])
        found = search(user, options["question"], collections=collections, limit=max(1, min(options["limit"], 100)))
        return {"hits": [hit_row(hit) for hit in found.hits], "relevant": found.relevant, "ms": found.ms}

    def show(self, result: Mapping[str, Any]) -> None:
        """One line a hit, and its text."""
        for place, hit in enumerate(result["hits"], 1):
            where = " › ".join(part for part in (hit["document"], hit["heading"]) if part)
            self.stdout.write(f"{place:2}. {hit['score']:.3f}  {where}  ({hit['collection']}, p. {hit['page']})")
            self.stdout.write("    " + " ".join(hit["text"].split())[:200])
        self.stdout.write(_("%(count)s passages, %(ms)s ms") % {"count": len(result["hits"]), "ms": result["ms"]})


def collection_ids(user: User, slugs: list[str] | None) -> list[int] | None:
    """Ids of the collections of these short names that the person may read; None for all."""
    if not slugs:
        return None
    with as_user(user):
        known = dict(Collection.objects.readable_by(user).filter(slug__in=slugs).values_list("slug", "pk"))
    missing = [slug for slug in slugs if slug not in known]
    if missing:
        raise BadRequest(_("There is no collection %(slug)s that you may read.") % {"slug": ", ".join(missing)})
    return list(known.values())


def hit_row(hit: Hit) -> dict[str, Any]:
    """A hit as interfaces.md has it."""
    return {
        "collection": hit.collection_slug,
        "document": hit.title,
        "revision": hit.revision_number,
        "page": hit.page,
        "heading": hit.path,
        "text": hit.text,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
    }
