"""Asking: the empty page, the question that becomes a stream, and asking again in other words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from accounts.access import as_user
from accounts.models import User
from kb.chat import reading, records, streams
from kb.chat.threads import in_thread
from kb.models import Answer, Question
from kb.retrieval.question import SearchQuestion, prepare_question
from kb.views import fragments
from kb.views.links import conversation_href
from kb.views.pages import no_such_place, page, person_of, signed_in_async, verbs
from kb.views.pages import reading as reading_page
from kb.views.scope import boxes, chosen_scope
from kb.views.starters import readable_documents, starters
from kb.views.threads import conversation_of, exchange_of, question_of


@verbs("GET")
@reading_page
def empty(request: HttpRequest) -> HttpResponse:
    """A new question: what can be asked in, and what others ask. `q` fills the box, `scope` chooses collections."""
    user = person_of(request)
    return page(
        request,
        "ask",
        "ask/empty.html",
        asked=request.GET.get("q", "")[:4000],
        scope=boxes(user, chosen_scope(user, request.GET.getlist("scope"))),
        documents=readable_documents(user),
        starters=starters(user),
    )


@verbs("POST")
@signed_in_async
async def ask(request: HttpRequest) -> HttpResponse:
    """Keep the question and begin its answer. With htmx: the fragment that opens the stream; without: wait for it.

    Form: `q`, `scope` (collection ids), and in a conversation `conversation` and `after` (the question before, empty for
    none); `edited` says that the question takes the place of another.
    """
    user = person_of(request)
    asked = prepare_question(request.POST.get("q", ""))
    answer = await in_thread(_begin, user, asked, request.POST)
    streams.start(user, answer.pk, get_language() or "ko")
    if request.headers.get("HX-Request") == "true":
        return await in_thread(_opened, request, user, answer)
    return await finished_page(user, answer)


async def finished_page(user: User, answer: Answer) -> HttpResponse:
    """For browsers without script: wait for the answer, then lead to it."""
    async for _progress in reading.progress(user, answer.pk):
        pass
    return redirect(conversation_href(answer.question.conversation_id, answer=answer.pk))


def _begin(user: User, asked: SearchQuestion, form: QueryDict) -> Answer:
    with as_user(user):
        scope = chosen_scope(user, form.getlist("scope"))
        if not form.get("conversation"):
            return records.begin(user, asked, scope=scope)
        conversation = conversation_of(user, fragments.number_of(form.get("conversation", "")))
        previous = question_of(user, fragments.number_of(form.get("after", ""))) if form.get("after") else None
        if previous is not None and previous.conversation_id != conversation.pk:
            raise no_such_place()
        return records.begin(user, asked, conversation=conversation, previous=previous, scope=scope)


def _opened(request: HttpRequest, user: User, answer: Answer) -> HttpResponse:
    """The new exchange; in a new conversation, and after an edit, with everything around it."""
    with as_user(user):
        question = answer.question
        if not request.POST.get("conversation"):
            response = fragments.thread(request, user, question.conversation, at=question.pk)
            response["HX-Retarget"], response["HX-Reswap"] = "#main", "innerHTML"
            response["HX-Push-Url"] = conversation_href(question.conversation_id)
            return response
        if request.POST.get("edited"):
            response = fragments.all_exchanges(request, user, question.conversation, at=question.pk)
            response["HX-Retarget"], response["HX-Reswap"] = "#exchanges", "innerHTML"
            return response
        return fragments.new_exchange(request, user, question)


@verbs("GET")
@reading_page
def edit(request: HttpRequest, question_id: int) -> HttpResponse:
    """The form that asks a question again in other words."""
    question = question_of(person_of(request), question_id)
    return page(request, "ask", "ask/edit.html", "ask/_edit.html", question=question)


@verbs("GET")
@reading_page
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """A question's heading, in place of its edit form; without htmx its conversation."""
    user = person_of(request)
    found = question_of(user, question_id)
    if request.headers.get("HX-Request") != "true":
        return redirect(conversation_href(found.conversation_id, question=found.pk))
    return render(request, "ask/_question.html", {"exchange": exchange_of(user, found)})


@verbs("POST")
@signed_in_async
async def again(request: HttpRequest, question_id: int) -> HttpResponse:
    """A further version of an answer; the older ones stay."""
    user = person_of(request)
    answer = await in_thread(_new_version, user, question_id)
    streams.start(user, answer.pk, get_language() or "ko")
    if request.headers.get("HX-Request") == "true":
        return await in_thread(_exchange, request, user, answer)
    return await finished_page(user, answer)


def _new_version(user: User, question_id: int) -> Answer:
    with as_user(user):
        question: Question = question_of(user, question_id)
        records.touch(question.conversation)
        return records.new_version(question)


def _exchange(request: HttpRequest, user: User, answer: Answer) -> HttpResponse:
    with as_user(user):
        return fragments.exchange(request, user, answer.question, version=answer.pk)
