"""An answer as a body: with its citations and sentences, or withheld when a source may no longer be read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import as_user
from accounts.errors import NotThere
from accounts.models import User
from kb.api.base import MaruView
from kb.api.examples import ANSWER, example
from kb.api.problems import nothing_here
from kb.chat.records import is_withheld
from kb.models import Answer, Citation, Collection
from kb.models.chat import AnswerState, Basis


class CitationBody(serializers.Serializer):
    """A passage that the answer cites: `quote` is the revision's text from `start` to `end`, in code points."""

    number = serializers.IntegerField(help_text="What sentences refer to.")
    collection = serializers.CharField()
    document = serializers.CharField(help_text="The document's title.")
    document_id = serializers.IntegerField()
    external_id = serializers.CharField()
    revision = serializers.IntegerField(help_text="The revision's number.")
    revision_id = serializers.IntegerField()
    page = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField()


class DifferenceBody(serializers.Serializer):
    """A value that the answer has otherwise than its source."""

    kind = serializers.CharField()
    answer = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the body's own name


class SentenceBody(serializers.Serializer):
    """A sentence of the answer, from `start` to `end`, and what Maru's own check says of it."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    verdict = serializers.CharField(help_text="supported, partial, unsupported or contradicted.")
    citations = serializers.ListField(child=serializers.IntegerField())
    differences = DifferenceBody(many=True)


class ElsewhereBody(serializers.Serializer):
    """Something that exists where you may not read: whom to ask. Never a title, never the collection's name."""

    department = serializers.CharField()
    contact = serializers.CharField(help_text="Empty where nobody is named.")


class EndedEarlyBody(serializers.Serializer):
    """Why an answer ended before its end."""

    code = serializers.CharField()
    text = serializers.CharField()
    retryable = serializers.BooleanField(help_text="Whether asking again may help.")


@extend_schema_serializer(examples=[example("A sourced answer", ANSWER)])
class AnswerBody(serializers.Serializer):
    """An answer and what it stands on."""

    answer_id = serializers.IntegerField()
    url = serializers.CharField(help_text="Gives this answer again.")
    state = serializers.ChoiceField(AnswerState.choices)
    question = serializers.CharField()
    answer = serializers.CharField(help_text="Markdown; empty while it is made, and when it is withheld.")
    basis = serializers.ChoiceField(Basis.choices, allow_blank=True)
    citations = CitationBody(many=True)
    sentences = SentenceBody(many=True)
    extractive = serializers.BooleanField(help_text="Quoted from the passages, without a model.")
    replaced = serializers.BooleanField(help_text="The model's own words found no support and were replaced by quotes.")
    elsewhere = ElsewhereBody(many=True)
    language = serializers.CharField()
    model = serializers.CharField()
    adapter = serializers.CharField()
    withheld = serializers.BooleanField(help_text="A source may no longer be read by you, so the answer is not shown.")
    error = EndedEarlyBody(allow_null=True, help_text="Why the answer ended early; null otherwise.")
    ms_first_token = serializers.IntegerField(allow_null=True)
    ms_total = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class OneAnswer(MaruView):
    """One of your answers."""

    def find(self, user: User, **ids: Any) -> None:
        """Only one's own, also for an admin."""
        self.answer = _one(user, ids["pk"])

    @extend_schema(operation_id="get_answer", tags=["ask"], summary="An answer again", responses=AnswerBody)
    def get(self, request: Request, pk: int) -> Response:
        """Withheld when a source may no longer be read by you."""
        return Response(AnswerBody(body_of(self.answer)).data)


def answer_now(user: User, answer_id: int) -> dict[str, Any]:
    """An answer of this person's, as it stands now; enters `as_user` itself. Raises NotThere."""
    with as_user(user):
        return dict(AnswerBody(body_of(_one(user, answer_id))).data)


def _one(user: User, answer_id: int) -> Answer:
    found = Answer.objects.visible_to(user).select_related("question").filter(pk=answer_id).first()
    if found is None:
        raise NotThere(nothing_here())
    return found


def body_of(answer: Answer) -> dict[str, Any]:
    """An answer's row with all that belongs to it; inside `as_user`."""
    withheld = is_withheld(answer)
    return {
        "answer_id": answer.pk,
        "url": reverse("api:answer", args=[answer.pk]),
        "state": answer.state,
        "question": answer.question.text,
        "answer": "" if withheld else answer.text,
        "basis": answer.basis,
        "citations": [] if withheld else _citations(answer),
        "sentences": [] if withheld else answer.sentences,
        "extractive": answer.extractive,
        "replaced": answer.replaced,
        "elsewhere": [] if withheld else _elsewhere(answer),
        "language": answer.language,
        "model": answer.model,
        "adapter": answer.adapter,
        "withheld": withheld,
        "error": ended_early(answer.error, answer.error_params),
        "ms_first_token": answer.ms_first_token,
        "ms_total": answer.ms_total,
        "created_at": answer.created_at,
    }


def ended_early(code: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """Why an answer ended early, for programs and for people."""
    if not code:
        return None
    retryable = bool(params.get("retryable", code not in ("access_revoked", "stopped")))
    return {"code": code, "text": str(params.get("message") or sentence(code)), "retryable": retryable}


def sentence(code: str) -> str:
    """The same in words, where the error had none of its own."""
    sentences = {
        "access_revoked": _("A source of this answer, or Maru itself, is no longer open to you, so it was stopped."),
        "answer_timeout": _("The answer took longer than it may. Try again, or ask something narrower."),
        "interrupted": _("The server stopped while the answer was made. What you asked is kept; ask again."),
        "stopped": _("The answer was stopped."),
    }
    return sentences.get(code, _("The answer could not be made. Nothing was lost; ask again."))


def _citations(answer: Answer) -> list[dict[str, Any]]:
    rows = answer.citations.select_related("document__collection", "revision").order_by("number")
    return [_citation(row) for row in rows]


def _citation(row: Citation) -> dict[str, Any]:
    return {
        "number": row.number,
        "collection": row.document.collection.slug,
        "document": row.document.title,
        "document_id": row.document_id,
        "external_id": row.document.external_id,
        "revision": row.revision.number,
        "revision_id": row.revision_id,
        "page": row.page,
        "start": row.start,
        "end": row.end,
        "quote": row.quote,
    }


def _elsewhere(answer: Answer) -> list[dict[str, str]]:
    """Whom to ask about collections that were made discoverable, and still are."""
    rows = Collection.objects.filter(pk__in=answer.trace.get("elsewhere", []), discoverable=True)
    return [
        {"department": row.department.label, "contact": row.contact.name if row.contact else ""}
        for row in rows.select_related("department", "contact")
    ]
