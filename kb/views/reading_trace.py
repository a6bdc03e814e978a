"""What explains an answer: what was searched, the hits with their score parts, and how the model's context was shared out.

A hit that may no longer be read is counted and not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from kb.models import Answer, Chunk
from kb.views.links import page_href
from kb.views.notes import place_of


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with its score parts, and whether the model read it."""

    title: str
    place: str
    href: str
    score: float
    dense: float
    lexical: float
    cited: bool


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One part of the model's context, in tokens and in per cent of the whole."""

    name: str
    tokens: int
    share: int


@dataclass(frozen=True, slots=True)
class ReadingTrace:
    """Everything on the page "what was read"."""

    query: str
    hits: Sequence[HitRow]
    hidden: int
    ms_search: int | None
    confidence: float | None
    relevant: bool
    budget: Sequence[BudgetRow]
    context: int
    dropped: int
    prompt_tokens: int
    completion_tokens: int


def reading_trace(user: User, answer: Answer) -> ReadingTrace:
    """Made from the answer's row. Inside `as_user`."""
    trace = answer.trace
    found = trace.get("found") or {}
    hits = found.get("hits") or []
    rows = _hits(user, answer, hits)
    budget = trace.get("budget") or {}
    tokens = trace.get("tokens") or {}
    return ReadingTrace(
        query=trace.get("query") or answer.question.text,
        hits=rows,
        hidden=len(hits) - len(rows),
        ms_search=found.get("ms"),
        confidence=found.get("confidence"),
        relevant=bool(found.get("relevant")),
        budget=budget_rows(budget),
        context=int(budget.get("context") or 0),
        dropped=len(budget.get("dropped") or ()),
        prompt_tokens=int(tokens.get("prompt") or 0),
        completion_tokens=int(tokens.get("completion") or 0),
    )


def _hits(user: User, answer: Answer, hits: Sequence[dict[str, Any]]) -> list[HitRow]:
    rows = Chunk.objects.visible_to(user).filter(pk__in=[hit["chunk"] for hit in hits])
    by_id = {chunk.pk: chunk for chunk in rows.select_related("document", "revision")}
    cited = list(answer.citations.values_list("revision_id", "start", "end"))
    return [_hit(hit, by_id[hit["chunk"]], cited) for hit in hits if hit["chunk"] in by_id]


def _hit(hit: dict[str, Any], chunk: Chunk, cited: Sequence[tuple[int, int, int]]) -> HitRow:
    return HitRow(
        title=chunk.document.title,
        place=place_of(chunk.path, chunk.page_first, chunk.revision, chunk.document.title),
        href=page_href(chunk.document_id, chunk.revision.number, chunk.page_first, (chunk.start, chunk.end)),
        score=hit["score"],
        dense=hit["dense"],
        lexical=hit["lexical"],
        cited=any(
            revision == chunk.revision_id and start < chunk.end and end > chunk.start for revision, start, end in cited
        ),
    )


def budget_rows(budget: dict[str, Any]) -> list[BudgetRow]:
    """The parts of a context in the order of the prompt, the unused rest last. Pure; empty without a model."""
    whole = int(budget.get("context") or 0)
    if not whole:
        return []
    names = (
        ("system", _("Instructions")),
        ("passages", _("Passages")),
        ("history", _("Conversation")),
        ("examples", _("Examples")),
        ("question", _("Question")),
        ("answer", _("Room for the answer")),
    )
    rows = [(name, int(budget.get(key) or 0)) for key, name in names]
    rows.append((_("Unused"), max(0, whole - sum(tokens for _name, tokens in rows))))
    return [BudgetRow(name, tokens, round(100 * tokens / whole)) for name, tokens in rows if tokens]
