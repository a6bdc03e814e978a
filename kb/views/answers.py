"""One version of an answer: showing it, stopping it, what was read for it, and what its reader thinks of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kb.chat import hub, records
from kb.models import Answer, Feedback
from kb.models.chat import FeedbackReason
from kb.normalise import normalise
from kb.views import fragments
from kb.views.links import conversation_href
from kb.views.pages import page, person_of, reading, verbs
from kb.views.reading_trace import reading_trace
from kb.views.threads import answer_of

LONGEST_COMMENT = 1000


@verbs("GET")
@reading
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """The exchange with this version of its answer; without htmx its conversation."""
    user = person_of(request)
    found = answer_of(user, answer_id)
    if request.headers.get("HX-Request") != "true":
        return redirect(conversation_href(found.question.conversation_id, answer=found.pk))
    return fragments.exchange(request, user, found.question, version=found.pk)


@verbs("POST")
@reading
def stop(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Ask an answer to stop; what is written stays. Stopping a finished one changes nothing."""
    user = person_of(request)
    found = answer_of(user, answer_id)
    records.ask_to_stop(user, found.pk)
    hub.stop_here(found.pk)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return redirect(conversation_href(found.question.conversation_id, answer=found.pk))


@verbs("GET")
@reading
def trace(request: HttpRequest, answer_id: int) -> HttpResponse:
    """What was read for an answer: what was searched, the hits with their score parts, what fitted the model's context."""
    user = person_of(request)
    found = answer_of(user, answer_id)
    return page(request, "ask", "ask/trace.html", "ask/_trace.html", answer=found, trace=reading_trace(user, found))


@verbs("GET", "POST")
@reading
def feedback(request: HttpRequest, answer_id: int) -> HttpResponse:
    """A thumb, and for the lower one a reason and a comment. GET asks for them."""
    user = person_of(request)
    found = answer_of(user, answer_id)
    if request.method == "GET":
        held = found.feedback.filter(owner_id=user.pk).first()
        reasons = FeedbackReason.choices
        return page(request, "ask", "ask/feedback.html", "ask/_feedback.html", answer=found, reasons=reasons, held=held)
    _keep(found, request)
    if request.headers.get("HX-Request") != "true":
        return redirect(conversation_href(found.question.conversation_id, answer=found.pk))
    held = Feedback.objects.filter(answer=found, owner_id=user.pk).first()
    helpful = held.helpful if held else None
    response = page(request, "ask", "ask/_thumbs.html", answer=found, helpful=helpful, thanks=held is not None)
    response["HX-Trigger"] = "maru:dialog-close"
    return response


def _keep(answer: Answer, request: HttpRequest) -> None:
    """The latest word counts; a thumb that is pressed again is taken back."""
    helpful = request.POST.get("helpful") == "1"
    reason = request.POST.get("reason", "")
    held = Feedback.objects.filter(answer=answer, owner_id=answer.owner_id).first()
    if held is not None and held.helpful == helpful and "reason" not in request.POST:
        held.delete()
        return
    Feedback.objects.update_or_create(
        answer=answer,
        owner_id=answer.owner_id,
        defaults={
            "helpful": helpful,
            "reason": reason if not helpful and reason in FeedbackReason.values else "",
            "comment": "" if helpful else normalise(request.POST.get("comment", "")).strip()[:LONGEST_COMMENT],
        },
    )
