"""Ask: an answer as one JSON body, or as a stream of events while it is made.

The framework has no async views, so that this is a plain one; it authenticates, reads the body and answers errors through
the same functions as the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request

from accounts.access import as_user
from accounts.models import User
from kb.api import finding, streaming
from kb.api.answers import AnswerBody, answer_now, sentence
from kb.api.authentication import Session, TokenAuthentication
from kb.api.base import MaruView, speak_to
from kb.api.examples import ASK, example
from kb.api.fields import QuestionText, Slugs, Strict
from kb.api.parsers import AlwaysJson, SmallJson
from kb.api.problems import answer as problem
from kb.api.schema import problems
from kb.chat import records
from kb.chat.asking import ask_and_keep
from kb.chat.streams import TookTooLong, Wishes
from kb.chat.threads import in_thread
from kb.models.chat import Channel
from kb.retrieval.question import SearchQuestion, prepare_question

EVENT_STREAM = "text/event-stream"


@extend_schema_serializer(examples=[example("In one collection", ASK, request=True)])
class AskBody(Strict):
    """A question, where to look, and as of which day."""

    question = QuestionText()
    collections = Slugs(required=False, default=list, help_text="Only in these; default: in all that you may read.")
    day = serializers.DateField(required=False, default=None, help_text="By what counted on this day; default: today.")
    extractive = serializers.BooleanField(required=False, default=False, help_text="Quote passages, ask no model.")
    stream = serializers.BooleanField(
        required=False, default=False, help_text="Answer as text/event-stream; so does `Accept: text/event-stream`."
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that was read: who asks what, where, and in which form the answer goes back."""

    user: User
    question: SearchQuestion
    collections: tuple[int, ...] | None
    day: date | None
    extractive: bool
    stream: bool
    language: str


def _with_problems(
    view: Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    """Every error as a problem, in the reader's language."""

    @wraps(view)
    async def wrapped(request: HttpRequest) -> HttpResponseBase:
        with translation.override(translation.get_language()):
            try:
                response = await view(request)
            except Exception as error:
                response = problem(error)
            response.headers.setdefault("Content-Language", translation.get_language() or "ko")
            response.headers.setdefault("Cache-Control", "no-store")
            return response

    return wrapped


@csrf_exempt  # the session's way in looks for the CSRF token itself, as in the framework's views
@_with_problems
async def ask(request: HttpRequest) -> HttpResponseBase:
    """POST: the whole answer, or the stream of it."""
    asking = await in_thread(_read, request)
    translation.activate(asking.language)
    if asking.stream:
        answer_id = await in_thread(_begin, asking)
        wishes = Wishes(asking.day, asking.extractive)
        return streaming.response(streaming.Listener(asking.user, answer_id, asking.language, request), wishes)
    return await _whole(asking)


async def _whole(asking: Asking) -> JsonResponse:
    try:
        async with asyncio.timeout(settings.MARU_ANSWER_SECONDS):
            asked = await ask_and_keep(
                asking.user,
                asking.question.text,
                collections=asking.collections,
                extractive=asking.extractive,
                day=asking.day,
                channel=Channel.API,
            )
    except TimeoutError as error:
        raise TookTooLong(sentence(TookTooLong.code)) from error
    body = await in_thread(answer_now, asking.user, asked.answer_id)
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _read(request: HttpRequest) -> Asking:
    """Who asks, and what. Raises what the framework's views raise, and MaruError."""
    asked = Request(
        request,
        parsers=[SmallJson()],
        authenticators=[TokenAuthentication(), Session()],
        negotiator=AlwaysJson(),
    )
    user = asked.user
    if not isinstance(user, User):
        raise NotAuthenticated
    speak_to(request, user)
    language = translation.get_language() or "ko"
    if request.method != "POST":
        raise MethodNotAllowed(request.method or "")
    wanted = AskBody.sent(asked)
    with as_user(user):
        ids = finding.collection_ids(user, wanted["collections"])
    return Asking(
        user,
        prepare_question(wanted["question"]),
        None if ids is None else tuple(ids),
        wanted["day"],
        wanted["extractive"],
        wanted["stream"] or EVENT_STREAM in request.headers.get("Accept", ""),
        language,
    )


def _begin(asking: Asking) -> int:
    """Rows for the question and its answer to come."""
    with as_user(asking.user):
        row = records.begin(asking.user, asking.question, scope=list(asking.collections or ()), channel=Channel.API)
        return row.pk


class Ask(MaruView):
    """How the view is described; it is never called."""

    @extend_schema(
        operation_id="ask",
        tags=["ask"],
        summary="Ask a question",
        request=AskBody,
        responses={
            (200, "application/json"): OpenApiResponse(
                AnswerBody, f"The whole answer. As a stream: {streaming.DESCRIPTION}"
            ),
            (200, EVENT_STREAM): OpenApiResponse(
                str,
                examples=[OpenApiExample("stream", streaming.EXAMPLE, media_type=EVENT_STREAM)],
            ),
            **problems(
                status_404="There is no such collection for you: `unknown_collection`.",
                status_413="The question is too long: `question_too_long`.",
            ),
        },
    )
    def post(self, request: Request) -> None:
        """One JSON body when the answer is complete; or, with `stream`, events as it is made.

        Leaving the connection stops the model. `answer_id` gives the answer again under `/api/v1/answers/`.
        """


ask.cls, ask.initkwargs = Ask, {}  # type: ignore[attr-defined]  # where drf-spectacular looks
