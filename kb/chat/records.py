"""Conversations in the database: every function here runs inside `as_user` and is short."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import as_user, current_access, own_rows
from accounts.errors import MaruError, NotThere
from accounts.models import User
from kb.chat.events import Cited, Finished
from kb.chat.followup import Turn
from kb.models import Answer, Citation, Conversation, Document, Question
from kb.models.chat import AnswerState, Basis, Channel
from kb.retrieval.hits import Found
from kb.retrieval.passages import Passage
from kb.retrieval.question import SearchQuestion

OPEN = (AnswerState.WAITING, AnswerState.WORKING)
TITLE = 80
TURNS = 4
LEASE = 15.0  # seconds without a write after which an answer's producer counts as dead


class StoppedByUser(Exception):
    """Somebody pressed stop, nobody reads any more, or the answer's row was ended elsewhere."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AccessRevoked(MaruError):
    """A source of the answer may no longer be read by the person who asked."""

    code = "access_revoked"
    status = 403


def begin(
    user: User,
    asked: SearchQuestion,
    *,
    conversation: Conversation | None = None,
    previous: Question | None = None,
    scope: list[int] | None = None,
    channel: Channel = Channel.PORTAL,
) -> Answer:
    """Rows for a new question and its first answer, in a new conversation where none is given."""
    if conversation is None:
        conversation = Conversation.objects.create(
            owner=user, title=title_of(asked.text), scope=scope or [], channel=channel
        )
    question = Question.objects.create(
        conversation=conversation,
        owner=user,
        previous=previous,
        text=asked.text,
        language=asked.language,
        scope=scope or [],
    )
    touch(conversation)
    return new_version(question)


def new_version(question: Question) -> Answer:
    """A further answer to a question; the older ones stay."""
    last = question.answers.aggregate(last=Max("version"))["last"] or 0
    now = timezone.now()
    return Answer.objects.create(
        question=question,
        owner_id=question.owner_id,
        version=last + 1,
        language=question.language,
        lease_until=now + _lease(),
        reader_seen_at=now,
    )


def title_of(text: str) -> str:
    """A conversation's first title: the question's first line, cut at a word."""
    line = text.strip().splitlines()[0]
    return line if len(line) <= TITLE else line[:TITLE].rsplit(" ", 1)[0] + "…"


def touch(conversation: Conversation) -> None:
    """Move a conversation to the top of the list."""
    Conversation.objects.filter(pk=conversation.pk).update(updated_at=timezone.now())


def path_to(question: Question) -> list[Question]:
    """The questions that led to this one, oldest first, itself last."""
    by_id = {each.pk: each for each in Question.objects.filter(conversation_id=question.conversation_id)}
    path = [question]
    while path[-1].previous_id is not None and path[-1].previous_id in by_id:
        path.append(by_id[path[-1].previous_id])
    return path[::-1]


def turns_before(question: Question) -> tuple[Turn, ...]:
    """The last few turns before a question, oldest first; answers that may no longer be read are left out."""
    turns = []
    for earlier in path_to(question)[:-1][-TURNS:]:
        answer = earlier.answers.filter(state=AnswerState.DONE).order_by("-version").first()
        if answer is not None and not is_withheld(answer):
            turns.append(Turn(earlier.text, answer.text))
    return tuple(turns)


def is_withheld(answer: Answer) -> bool:
    """Whether a source of the answer may no longer be read, so that its text is not shown either.

    What the model read and did not cite counts too: its draft may hold words of it.
    """
    if answer.citations.count() < answer.citation_count:
        return True
    read = set(answer.trace.get("read") or ())
    readable = Document.objects.filter(pk__in=read, audience_id__in=current_access().audiences)
    return bool(read) and readable.count() < len(read)


def keep_going(user: User, answer_id: int, audiences: frozenset[int], **values: Any) -> None:
    """Write progress, once, and find out whether to go on.

    Raises StoppedByUser when somebody pressed stop or nobody reads, and AccessRevoked when a source may no longer be
    read or the person was suspended.
    """
    try:
        with as_user(user) as access:
            if not audiences <= set(access.audiences):
                raise AccessRevoked(_("A source of this answer may no longer be read by you, so it was stopped."))
            changed = Answer.objects.filter(pk=answer_id, state__in=OPEN).update(
                lease_until=timezone.now() + _lease(), event=F("event") + 1, state=AnswerState.WORKING, **values
            )
            if not changed:
                raise StoppedByUser("ended")
            row = Answer.objects.values("stop_requested", "reader_seen_at").get(pk=answer_id)
    except NotThere as error:
        raise AccessRevoked(_("You may not sign in any more, so the answer was stopped.")) from error
    if row["stop_requested"]:
        raise StoppedByUser("stopped")
    if row["reader_seen_at"] is None or row["reader_seen_at"] < timezone.now() - timedelta(
        seconds=settings.MARU_READERLESS_SECONDS
    ):
        raise StoppedByUser("nobody_reads")


def keep_draft(user: User, answer_id: int, _audiences: frozenset[int], **values: Any) -> None:
    """Write what there is so far and renew the lease, between two looks of `keep_going`: one row, nothing else."""
    with own_rows(user):
        Answer.objects.filter(pk=answer_id, state__in=OPEN).update(
            lease_until=timezone.now() + _lease(), event=F("event") + 1, state=AnswerState.WORKING, **values
        )


def _lease() -> timedelta:
    return timedelta(seconds=LEASE)


def ask_to_stop(user: User, answer_id: int) -> bool:
    """Ask an answer to stop. False when it is not this person's, or at an end."""
    with as_user(user):
        return bool(Answer.objects.visible_to(user).filter(pk=answer_id, state__in=OPEN).update(stop_requested=True))


def finish(user: User, answer_id: int, finished: Finished, *, ms_first_token: int | None, ms_total: int) -> None:
    """Keep the finished answer with its citations, once; a row that was ended elsewhere stays as it is."""
    with as_user(user):
        ended = Answer.objects.filter(pk=answer_id, state__in=OPEN).update(
            state=AnswerState.STOPPED if finished.stopped else AnswerState.DONE,
            event=F("event") + 1,
            stage="",
            text=finished.text,
            draft=finished.draft,
            sentences=[sentence.as_json() for sentence in finished.sentences],
            basis=finished.basis,
            extractive=finished.extractive,
            replaced=finished.replaced,
            language=finished.language,
            model=finished.model,
            adapter=finished.adapter,
            prompt_version=finished.prompt_version,
            index_version=finished.found.index_version if finished.found else None,
            trace=trace_of(finished),
            citation_count=len(finished.citations),
            ms_first_token=ms_first_token,
            ms_total=ms_total,
            finished_at=timezone.now(),
        )
        if ended:
            Citation.objects.bulk_create(_citation(answer_id, cited) for cited in finished.citations)


def fail(answer_id: int, code: str, *, draft: str | None = None, **params: Any) -> None:
    """End an answer that could not be finished. `draft` is what was written, kept as partial; None leaves the row's own."""
    values = {} if draft is None else {"draft": draft}
    Answer.objects.filter(pk=answer_id, state__in=OPEN).update(
        state=AnswerState.FAILED,
        event=F("event") + 1,
        error=code,
        error_params=params,
        stage="",
        finished_at=timezone.now(),
        **values,
    )


def _citation(answer_id: int, cited: Cited) -> Citation:
    passage = cited.passage
    return Citation(
        answer_id=answer_id,
        owner_id=current_access().user_id,
        audience_id=passage.audience,
        number=cited.number,
        document_id=passage.document,
        revision_id=passage.revision,
        chunk_id=passage.chunks[0],
        page=cited.page,
        path=passage.path,
        start=cited.start,
        end=cited.end,
        spans=[list(span) for span in cited.spans],
        quote=cited.quote,
    )


def trace_of(finished: Finished) -> dict[str, Any]:
    """What explains the answer a year later: ids and figures, no text of documents."""
    return {
        "query": finished.query,
        "found": _found_figures(finished.found) if finished.found else None,
        "passages": [
            {"chunks": p.chunks, "score": round(p.score, 4), "dense": round(p.dense, 4), "lexical": round(p.lexical, 4)}
            for p in finished.passages
        ],
        "read": sorted({passage.document for passage in _read(finished)}),
        "budget": asdict(finished.budget) if finished.budget else None,
        "tokens": {"prompt": finished.prompt_tokens, "completion": finished.completion_tokens},
        "elsewhere": list(finished.elsewhere),
    }


def _read(finished: Finished) -> list[Passage]:
    """The passages that a model wrote from; none for quoted passages, whose citations say it all, and for "not found"."""
    if finished.extractive or finished.basis == Basis.NOT_FOUND:
        return []
    kept = finished.budget.kept if finished.budget else None
    return [passage for passage in finished.passages if kept is None or passage.key in kept]


def _found_figures(found: Found) -> dict[str, Any]:
    return {
        "ms": found.ms,
        "confidence": round(found.confidence, 3),
        "relevant": found.relevant,
        "best_dense": round(found.best_dense, 4),
        "best_lexical": round(found.best_lexical, 4),
        "terms": list(found.matched_terms),
        "hits": [
            {
                "chunk": hit.chunk,
                "revision": hit.revision,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "lexical": round(hit.lexical, 4),
            }
            for hit in found.hits
        ],
    }
