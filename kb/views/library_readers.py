"""Who reads a document: as its collection, everyone, or readers of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import current_access
from accounts.models import Audience, AudienceDepartment, AudiencePerson, Department, User
from kb.documents import changes
from kb.models import Document
from kb.views.library_find import kept_document, may_read, nothing_here, who_reads
from kb.views.library_forms import as_it_stands, changed_meanwhile, form_page, mark_of, saved
from kb.views.pages import person_of, reading, verbs


class AudienceForm(forms.Form):
    """Whom a document's text is for."""

    COLLECTION, EVERYONE, CHOSEN = "collection", "everyone", "chosen"
    who = forms.ChoiceField(choices=[(COLLECTION, ""), (EVERYONE, ""), (CHOSEN, "")])
    departments = forms.ModelMultipleChoiceField(
        Department.objects.all(), required=False, label=gettext_lazy("Departments")
    )
    people = forms.CharField(label=gettext_lazy("People, by user name"), required=False, max_length=1000)
    seen = forms.CharField(required=False)

    def clean_people(self) -> list[User]:
        """The people of these user names, separated by commas or blanks."""
        names = self.cleaned_data["people"].replace(",", " ").split()
        found = {user.username: user for user in User.objects.filter(username__in=names, is_active=True)}
        missing = [name for name in names if name not in found]
        if missing:
            raise forms.ValidationError(_("Nobody signs in as %(name)s.") % {"name": ", ".join(missing)})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        """Chosen readers must be somebody."""
        cleaned = super().clean() or {}
        nobody = not cleaned.get("departments") and not cleaned.get("people")
        if cleaned.get("who") == self.CHOSEN and nobody and not self.errors:
            self.add_error("people", _("Choose a department or name a person."))
        return cleaned


@verbs("GET", "POST")
@reading
def audience(request: HttpRequest, document_id: int) -> HttpResponse:
    """Give a document readers of its own, or the collection's again.

    Only somebody who reads it (or an admin) may say who else does: keeping a document lets nobody read it, and this must
    be no way around that.
    """
    user = person_of(request)
    found = as_it_stands(kept_document(user, document_id), lock=request.method == "POST")
    if not (may_read(found) or current_access().admin):
        raise nothing_here()
    mark = mark_of(found.own_audience_id, *_readers_of(found))
    initial = {**_initial_readers(found), "seen": mark}
    form = AudienceForm(request.POST if request.method == "POST" else None, initial=initial)
    beside: dict[str, Any] = {
        "collection_reads": who_reads(found.collection.audience),
        "all_departments": list(Department.objects.order_by("name")),
    }
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "audience", found, form, **beside)
    if form.cleaned_data["seen"] != mark:
        return changed_meanwhile(request, "audience", found, form, mark, **beside)
    changes.set_audience(found, _audience_of(found, form), actor=user)
    return saved(request, found)


def _readers_of(found: Document) -> tuple[list[int], list[int]]:
    """The departments and people of a document's own audience."""
    own = found.own_audience
    if own is None:
        return [], []
    departments = own.departments.order_by("department_id").values_list("department_id", flat=True)
    return list(departments), list(own.people.order_by("user_id").values_list("user_id", flat=True))


def _initial_readers(found: Document) -> dict[str, Any]:
    if found.own_audience is None:
        return {"who": AudienceForm.COLLECTION}
    if found.own_audience.everyone:
        return {"who": AudienceForm.EVERYONE}
    departments, people = _readers_of(found)
    names = User.objects.filter(pk__in=people).values_list("username", flat=True)
    return {"who": AudienceForm.CHOSEN, "departments": departments, "people": ", ".join(names)}


def _audience_of(found: Document, form: AudienceForm) -> Audience | None:
    """The audience that the form asks for: a new row each time, so that no other document's readers change with it."""
    said = form.cleaned_data
    if said["who"] == AudienceForm.COLLECTION:
        return None
    if said["who"] == AudienceForm.EVERYONE:
        everyone = Audience.objects.filter(everyone=True).order_by("id").first()
        return everyone or Audience.objects.create(name="모두", everyone=True)
    made = Audience.objects.create(name=_("Document %(number)s") % {"number": found.pk})
    AudienceDepartment.objects.bulk_create(
        AudienceDepartment(audience=made, department=each) for each in said["departments"]
    )
    AudiencePerson.objects.bulk_create(AudiencePerson(audience=made, user=each) for each in said["people"])
    return made
