"""Changing a document: title, owner and review, the days of a revision, a new file in its place.

Each form carries a mark of what its page showed. When somebody changed that meanwhile nothing is saved, and the form
comes back with what holds now beside what was typed.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import as_user
from accounts.errors import MaruError
from accounts.models import Membership, User
from kb.documents import changes
from kb.documents.revisions import set_dates
from kb.ingestion.intake import OnSameName, take_in
from kb.models import Document, Revision
from kb.normalise import normalise
from kb.views.library_find import kept_document, nothing_here
from kb.views.library_forms import as_it_stands, changed_meanwhile, form_page, mark_of, saved
from kb.views.library_rows import ONE_DAY, days_between
from kb.views.library_upload import DaysForm, wishes_of
from kb.views.pages import person_of, reading, signed_in, verbs
from kb.views.typed_dates import TypedDay


def people_of(found: Document) -> list[User]:
    """Who may look after a document: members of the department that keeps it, and who does so now."""
    members = Membership.objects.filter(department=found.collection.department, ended_at=None).values("user_id")
    rows = User.objects.filter(Q(pk__in=members, is_active=True) | Q(pk__in=[found.owner_id or 0]))
    return list(rows.order_by("name"))


class DescribeForm(forms.Form):
    """Title, owner, day of review."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Looked after by"), required=False)
    review_on = TypedDay(label=gettext_lazy("Look at it again on"))
    seen = forms.CharField(required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people])  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        """One line."""
        title = " ".join(normalise(self.cleaned_data["title"]).split())
        if not title:
            raise forms.ValidationError(_("A document needs a title."))
        return title


@verbs("GET", "POST")
@reading
def describe(request: HttpRequest, document_id: int) -> HttpResponse:
    """Set title, owner and day of review."""
    found = as_it_stands(kept_document(person_of(request), document_id), lock=request.method == "POST")
    mark = mark_of(found.title, found.owner_id, found.review_on)
    initial = {"title": found.title, "owner": found.owner_id, "review_on": found.review_on, "seen": mark}
    people = people_of(found)
    form = DescribeForm(request.POST if request.method == "POST" else None, initial=initial, people=people)
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "describe", found, form, people=people)
    said = form.cleaned_data
    if said["seen"] != mark:
        return changed_meanwhile(request, "describe", found, form, mark, people=people)
    changes.describe(found, title=said["title"], owner=said["owner"], review_on=said["review_on"])
    return saved(request, found)


class RevisionDaysForm(DaysForm):
    """The days of a revision, and the mark of what the page showed."""

    seen = forms.CharField(required=False)


@verbs("GET", "POST")
@reading
def days(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """Change the days on which a revision counts."""
    found = as_it_stands(kept_document(person_of(request), document_id), lock=request.method == "POST")
    revisions = list(found.revisions.order_by("-number"))
    revision = next((each for each in revisions if each.number == number), None)
    if revision is None:
        raise nothing_here()
    mark = mark_of(*((each.number, each.effective_from, each.effective_to, str(each.valid)) for each in revisions))
    initial = {**_initial_days(revision), "seen": mark}
    form = RevisionDaysForm(request.POST if request.method == "POST" else None, initial=initial)
    beside: dict[str, Any] = {"revision": revision, "others": [(each, _lies(each)) for each in revisions]}
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "days", found, form, **beside)
    if form.cleaned_data["seen"] != mark:
        return changed_meanwhile(request, "days", found, form, mark, **beside)
    set_dates(revision, form.cleaned_data["begin"], form.end)
    return saved(request, found)


def _initial_days(revision: Revision) -> dict[str, Any]:
    last = revision.effective_to - ONE_DAY if revision.effective_to else None
    return {"begin": revision.effective_from, "last": last}


def _lies(revision: Revision) -> str:
    valid = revision.valid
    return days_between(valid.lower, valid.upper) if valid and not valid.isempty else ""


class ReplaceForm(DaysForm):
    """A new file in a document's place."""

    label = forms.CharField(label=gettext_lazy("What people call it"), required=False, max_length=60)


@verbs("GET", "POST")
@signed_in
def replace(request: HttpRequest, document_id: int) -> HttpResponse:
    """A new revision from a file. It ends the one before it on its own first day."""
    user = person_of(request)
    with as_user(user):
        found = kept_document(user, document_id)
        if found.deleted_at is not None:
            raise nothing_here()
        form = ReplaceForm(request.POST if request.method == "POST" else None)
        if request.method == "GET" or not form.is_valid():
            return form_page(request, "replace", found, form)
        wrong, status = _taken(request, user, found, form)
        if wrong:
            return form_page(request, "replace", found, form, wrong_file=wrong, status=status)
        return saved(request, found, _("The new revision is being read."))


def _taken(request: HttpRequest, user: User, found: Document, form: ReplaceForm) -> tuple[str, int]:
    """Take the file in; what is wrong with it, and the status, or an empty text."""
    file = request.FILES.get("file")
    if file is None:
        return _("Choose a file first."), 422
    wishes = wishes_of(
        form, external_id=found.external_id, label=form.cleaned_data["label"], on_same_name=OnSameName.REPLACE
    )
    try:
        taken = take_in(user, found.collection, file.name or "file", file.chunks(), wishes)
    except MaruError as error:
        return str(error), error.status
    return (_("The same file is here already. Nothing was done."), 409) if taken.unchanged else ("", 200)
