"""Finished answers made for a test, straight into their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.access import as_user
from accounts.models import User
from kb.chat import records
from kb.models import Answer, Chunk, Citation, Conversation, Question
from kb.models.chat import AnswerState, Basis
from kb.retrieval.question import SearchQuestion


@dataclass
class Said:
    """A sentence of an answer: its words, its verdict, what it cites, and its differences."""

    words: str
    verdict: str = "supported"
    cites: Sequence[int] = ()
    differences: Sequence[dict[str, str]] = field(default=())


def answered(
    user: User,
    question: str,
    said: Sequence[Said],
    chunks: Sequence[Chunk] = (),
    *,
    conversation: Conversation | None = None,
    previous: Question | None = None,
    found: Sequence[Chunk] = (),
    **values: Any,
) -> Answer:
    """An answer of these sentences that cites `chunks` as 1, 2, …; `found` were found besides."""
    text = " ".join(each.words for each in said)
    with as_user(user):
        answer = records.begin(user, SearchQuestion.of(question), conversation=conversation, previous=previous)
        Answer.objects.filter(pk=answer.pk).update(
            **{
                "state": AnswerState.DONE,
                "text": text,
                "draft": text,
                "sentences": list(_sentences(said)),
                "basis": Basis.SOURCED if chunks else Basis.MODEL,
                "citation_count": len(chunks),
                "trace": _trace(question, [*chunks, *found]),
                **values,
            }
        )
        for number, chunk in enumerate(chunks, 1):
            Citation.objects.create(
                answer=answer,
                owner=user,
                audience_id=chunk.audience_id,
                number=number,
                document_id=chunk.document_id,
                revision_id=chunk.revision_id,
                chunk=chunk,
                page=chunk.page_first,
                path=chunk.path,
                start=chunk.start,
                end=chunk.end,
                spans=[[chunk.start, chunk.end]],
                quote=chunk.text,
            )
        return Answer.objects.select_related("question__conversation").get(pk=answer.pk)


def _sentences(said: Sequence[Said]) -> Any:
    place = 0
    for each in said:
        yield {
            "start": place,
            "end": place + len(each.words),
            "verdict": each.verdict,
            "citations": list(each.cites),
            "differences": list(each.differences),
        }
        place += len(each.words) + 1


def _trace(question: str, chunks: Sequence[Chunk]) -> dict[str, Any]:
    scores = {"score": 1.5, "dense": 0.9, "lexical": 0.2}
    return {
        "query": question,
        "found": {
            "ms": 7,
            "confidence": 2.0,
            "relevant": bool(chunks),
            "hits": [{"chunk": chunk.pk, "revision": chunk.revision_id, **scores} for chunk in chunks],
        },
        "passages": [{"chunks": [chunk.pk], **scores} for chunk in chunks],
        "budget": {
            "context": 1000, "answer": 200, "system": 100, "question": 50, "passages": 400, "history": 0, "examples": 0,
            "kept": ["a"], "dropped": ["b"],
        },
        "tokens": {"prompt": 550, "completion": 40},
        "elsewhere": [],
    }  # fmt: skip


def chunks_of(user: User, title: str) -> list[Chunk]:
    """The chunks of a document that this person may read, in order."""
    with as_user(user):
        return list(Chunk.objects.filter(document__title=title).order_by("revision_id", "position"))
