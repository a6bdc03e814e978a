"""Files into a collection: one a request with script, several in one form without. Each has its own outcome in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import as_user
from accounts.errors import MaruError
from accounts.models import User
from kb.ingestion.intake import OnSameName, SameName, Wishes, clean_name, take_in
from kb.models import Collection
from kb.views.library_find import collection_of, manages, nothing_here, shelves
from kb.views.pages import page, person_of, signed_in, verbs
from kb.views.typed_dates import TypedDay

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: taken, unchanged, same_name (to be decided) or wrong."""

    kind: str
    name: str
    text: str
    document: int | None = None
    status: int = 200


class DaysForm(forms.Form):
    """From when and until when a revision counts; the last day counts too."""

    begin = TypedDay(label=gettext_lazy("In force from"))
    last = TypedDay(label=gettext_lazy("In force until"))

    def clean(self) -> dict[str, Any]:
        """The last day must not lie before the first."""
        cleaned = super().clean() or {}
        begin, last = cleaned.get("begin"), cleaned.get("last")
        if begin and last and last < begin:
            self.add_error("last", _("The last day lies before the first one."))
        return cleaned

    @property
    def end(self) -> date | None:
        """The first day on which it counts no more."""
        last = self.cleaned_data.get("last")
        return last + ONE_DAY if last else None


class UploadForm(DaysForm):
    """What is said about uploaded files as a whole."""

    on_same_name = forms.ChoiceField(
        choices=[(str(each), str(each)) for each in OnSameName], required=False, initial=str(OnSameName.ASK)
    )


@verbs("POST")
@signed_in
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Take files in. With script one file comes and a list item goes back; without, a page says what became of each."""
    user = person_of(request)
    with as_user(user):
        found = collection_of(user, slug)
        if not manages(found):
            raise nothing_here()
    form = UploadForm(request.POST)
    one = request.headers.get("Maru-Upload") == "one"
    if form.is_valid():
        outcomes = _outcomes(request, user, found, form)
        status = outcomes[0].status if one and outcomes else 200
    else:
        outcomes, status = [Outcome("wrong", "", " ".join(_errors(form)))], 422
    with as_user(user):
        if one:
            return render(request, "library/_outcome.html", {"outcome": outcomes[0]}, status=status)
        context: dict[str, Any] = {"collection": found, "shelves": shelves(user), "outcomes": outcomes}
        return page(request, "library", "library/uploaded.html", status=status, **context)


def _errors(form: forms.Form) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]


def _outcomes(request: HttpRequest, user: User, found: Collection, form: UploadForm) -> list[Outcome]:
    files, paths = request.FILES.getlist("file"), request.POST.getlist("path")
    if not files:
        return [Outcome("wrong", "", _("Choose a file first."), status=422)]
    return [
        _outcome(user, found, file, wishes_of(form, path=paths[place] if len(paths) == len(files) else ""))
        for place, file in enumerate(files)
    ]


def wishes_of(form: DaysForm, **more: Any) -> Wishes:
    """What the form says, for the intake."""
    same = OnSameName(form.cleaned_data.get("on_same_name") or OnSameName.ASK)
    return Wishes(
        **{"effective_from": form.cleaned_data["begin"], "effective_to": form.end, "on_same_name": same, **more}
    )


def _outcome(user: User, found: Collection, file: UploadedFile, wishes: Wishes) -> Outcome:
    name = clean_name(file.name or "")
    try:
        with as_user(user):
            taken = take_in(user, found, file.name or "file", file.chunks(), wishes)
    except SameName as error:
        return Outcome("same_name", name, str(error), error.document.pk, 409)
    except MaruError as error:
        return Outcome("wrong", name, str(error), status=error.status)
    if taken.unchanged:
        text = _("The same file is here already, as “%(title)s”. Nothing was done.") % {"title": taken.document.title}
        return Outcome("unchanged", name, text, taken.document.pk)
    if taken.revision.number > 1:
        text = _("Taken as revision %(number)s of “%(title)s”.") % {
            "number": taken.revision.number,
            "title": taken.document.title,
        }
        return Outcome("taken", name, text, taken.document.pk)
    return Outcome("taken", name, _("Taken. It can be asked about in a few minutes."), taken.document.pk)
