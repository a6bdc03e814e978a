"""Parts of a conversation that views answer with. Everything here runs inside `as_user`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from kb.models import Conversation, Question
from kb.views.pages import no_such_place
from kb.views.scope import boxes
from kb.views.threads import Exchange, exchange_of, exchanges


def number_of(value: str) -> int:
    """An id or a number from a form or an address. Raises NotThere for what is none."""
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        raise no_such_place()
    return int(value)


def thread_context(
    user: User, conversation: Conversation, *, at: int | None = None, version: int | None = None
) -> dict[str, Any]:
    """All that the conversation page shows."""
    path = exchanges(user, conversation, at=at, version=version)
    scope = path[-1].question.scope if path else conversation.scope
    return {
        "conversation": conversation,
        "exchanges": path,
        "after": path[-1].question.pk if path else "",
        "scope": boxes(user, scope),
    }


def thread(request: HttpRequest, user: User, conversation: Conversation, *, at: int | None = None) -> HttpResponse:
    """The whole conversation in place of the empty page, with the top bar and the list beside it."""
    return render(request, "ask/_opened.html", {"here": "ask", **thread_context(user, conversation, at=at)})


def all_exchanges(
    request: HttpRequest, user: User, conversation: Conversation, *, at: int | None = None
) -> HttpResponse:
    """Every exchange of a path, and what the composer must know of it."""
    return render(request, "ask/_exchanges.html", {"here": "ask", **thread_context(user, conversation, at=at)})


def new_exchange(request: HttpRequest, user: User, question: Question) -> HttpResponse:
    """An exchange below the others, and what the composer must know of it."""
    context = {
        "here": "ask",
        "exchange": exchange_of(user, question),
        "conversation": question.conversation,
        "after": question.pk,
    }
    return render(request, "ask/_added.html", context)


def exchange(request: HttpRequest, user: User, question: Question, *, version: int | None = None) -> HttpResponse:
    """One exchange in place of itself."""
    found: Exchange = exchange_of(user, question, version=version)
    return render(request, "ask/_exchange.html", {"exchange": found, "conversation": question.conversation})
