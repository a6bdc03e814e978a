"""A person's conversations: reading one, finding one, and putting them in order."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from kb.models import Conversation
from kb.models.chat import Channel
from kb.normalise import normalise
from kb.views import fragments
from kb.views.links import conversation_href
from kb.views.pages import no_such_place, page, person_of, reading, verbs
from kb.views.shelves import kept, matching, shelved, shelves
from kb.views.threads import answer_of, conversation_of, question_of

EACH_PAGE = 40
LONGEST_TITLE = 200


class EmptyTitle(BadRequest):
    """A conversation without a name."""

    code = "empty_title"


@verbs("GET")
@reading
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """A conversation: its latest path, or the one through `at` (a question) or `answer` (a version)."""
    user = person_of(request)
    found = conversation_of(user, conversation_id)
    at = version = None
    if request.GET.get("answer"):
        chosen = answer_of(user, fragments.number_of(request.GET["answer"]))
        at, version = chosen.question_id, chosen.pk
        _same(found, chosen.question.conversation_id)
    elif request.GET.get("at"):
        question = question_of(user, fragments.number_of(request.GET["at"]))
        at = question.pk
        _same(found, question.conversation_id)
    context = fragments.thread_context(user, found, at=at, version=version)
    return page(request, "ask", "ask/thread.html", **context)


def _same(conversation: Conversation, other: int) -> None:
    if conversation.pk != other:
        raise no_such_place()


@verbs("GET")
@reading
def conversations(request: HttpRequest) -> HttpResponse:
    """All of them, or those with the words of `q`; for htmx the list of the side bar."""
    user = person_of(request)
    words = request.GET.get("q", "")[:200]
    if request.headers.get("HX-Request") == "true":
        return render(request, "conversations/_shelves.html", {"shelves": shelves(user, words), "words": words})
    found = matching(kept(user), words) if words.strip() else kept(user)
    shown = Paginator(found.order_by("-pinned", "-updated_at"), EACH_PAGE).get_page(request.GET.get("page"))
    found_shelves = shelved(shown.object_list, timezone.localdate())
    return page(request, "ask", "conversations/all.html", shelves=found_shelves, shown=shown, words=words)


@verbs("GET", "POST")
@reading
def rename(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Give a conversation another name. GET asks for it."""
    found = conversation_of(person_of(request), conversation_id)
    if request.method == "GET":
        return page(request, "ask", "conversations/rename.html", "conversations/_rename.html", conversation=found)
    title = " ".join(normalise(request.POST.get("title", "")).split())[:LONGEST_TITLE]
    if not title:
        raise EmptyTitle(_("A conversation needs a name. Write one, or close this."))
    Conversation.objects.filter(pk=found.pk).update(title=title)
    found.title = title
    return _changed(request, found)


@verbs("POST")
@reading
def pin(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Pin a conversation, or let it go again."""
    found = conversation_of(person_of(request), conversation_id)
    found.pinned = not found.pinned
    Conversation.objects.filter(pk=found.pk).update(pinned=found.pinned)
    return _changed(request, found)


@verbs("POST")
@reading
def delete(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Take a conversation away; for ten seconds a toast offers it back, and an admin's retention removes it later."""
    found = conversation_of(person_of(request), conversation_id)
    Conversation.objects.filter(pk=found.pk).update(deleted_at=timezone.now())
    text = _("“%(title)s” was deleted.") % {"title": found.title}
    undo = reverse("conversation_restore", args=[found.pk])
    if request.headers.get("HX-Request") != "true":
        messages.info(request, text, extra_tags=undo)
        return redirect("ask")
    if _is_open(request, found):
        messages.info(request, text, extra_tags=undo)
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("ask")})
    return render(request, "conversations/_deleted.html", {"text": text, "undo_url": undo})


@verbs("POST")
@reading
def restore(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Bring a deleted conversation back."""
    mine = Conversation.objects.visible_to(person_of(request)).filter(channel=Channel.PORTAL)
    found = get_object_or_404(mine, pk=conversation_id)
    Conversation.objects.filter(pk=found.pk).update(deleted_at=None)
    if request.headers.get("HX-Request") == "true":
        return render(request, "conversations/_shelves_oob.html")
    return redirect(conversation_href(found.pk))


def _is_open(request: HttpRequest, conversation: Conversation) -> bool:
    return conversation_href(conversation.pk) in request.headers.get("HX-Current-URL", "")


def _changed(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The list, and the top bar where this conversation is the one on the page."""
    if request.headers.get("HX-Request") != "true":
        return redirect(conversation_href(conversation.pk))
    context = {"conversation": conversation, "swap": True} if _is_open(request, conversation) else {}
    html = render_to_string("conversations/_shelves_oob.html", context, request)
    if context:
        html += render_to_string("ask/_top.html", context, request)
    return HttpResponse(html, headers={"HX-Trigger": "maru:dialog-close"})
