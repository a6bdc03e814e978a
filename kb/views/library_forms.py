"""What the forms about a document share: a mark against changes that crossed, the page around a form, and the way back."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.documents.revisions import locked
from kb.models import Document
from kb.views.library_find import shelves
from kb.views.pages import page, person_of

CHANGED = gettext_lazy("Somebody changed this meanwhile. Look at what holds now, and save again if yours is right.")


def mark_of(*values: Any) -> str:
    """A short mark of what a page showed."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def as_it_stands(found: Document, *, lock: bool) -> Document:
    """The document as it stands now; locked until the request ends, so that nothing comes between look and change."""
    if lock:
        locked(found.pk)
    rows = Document.objects.select_related(
        "collection__department", "collection__audience", "audience", "owner", "own_audience"
    )
    return rows.get(pk=found.pk)


def form_page(
    request: HttpRequest, name: str, found: Document, form: forms.Form, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form `name` on a page of its own, or alone for the dialog."""
    wrong = bool(form.errors) or bool(more.get("wrong_file"))
    around = {"document": found, "collection": found.collection, "shelves": shelves(person_of(request))}
    context = {**around, "form": form, **more}
    status = 422 if wrong and status == 200 else status
    response = page(request, "library", f"library/{name}.html", f"library/_{name}.html", status=status, **context)
    if status >= 400:
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"  # the form itself says what is wrong
    return response


def changed_meanwhile(
    request: HttpRequest, name: str, found: Document, form: forms.Form, mark: str, **more: Any
) -> HttpResponse:
    """The form again with what was typed, what holds now, and the new mark."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = mark  # type: ignore[index]
    return form_page(request, name, found, form, status=409, meanwhile=CHANGED, now=form.initial, **more)


def saved(request: HttpRequest, found: Document, text: str = "") -> HttpResponse:
    """Back to the document, with a word about it."""
    messages.success(request, text or _("Saved."))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("library_document", args=[found.pk])})
    return redirect("library_document", found.pk)
