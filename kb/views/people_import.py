"""People from a CSV file, for admins: first what would be made and what is wrong, then all of it, with links shown once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import importing, links
from accounts.access import as_user
from accounts.models import User
from kb.views.library_find import nothing_here
from kb.views.pages import page, person_of, signed_in, verbs

MOST_LETTERS = 1_000_000  # the list travels with the form that confirms it


@verbs("GET", "POST")
@never_cache
@signed_in
def people_import(request: HttpRequest) -> HttpResponse:
    """GET asks for the file, a POST with one shows the plan, a POST with its text carries it out."""
    admin = person_of(request)
    with as_user(admin) as access:
        if not access.admin:
            raise nothing_here()
        if request.method == "GET":
            return _page(request)
        try:
            return _carried_out(request, admin) if "text" in request.POST else _planned(request)
        except importing.NotImportable as error:
            return _page(request, status=422, wrong=str(error))


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    columns = ", ".join(importing.COLUMNS)
    return page(request, "me", "me/people_import.html", status=status, columns=columns, **context)


def _planned(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise importing.NotImportable(_("Choose a file first."))
    text = importing.decoded(file.read(importing.MOST_BYTES + 1))
    if len(text) > MOST_LETTERS:
        raise importing.NotImportable(_("The file is too long for this page. Use `manage.py import_people`."))
    return _page(request, plan=importing.plan(text.encode()), text=text)


def _carried_out(request: HttpRequest, admin: User) -> HttpResponse:
    plan = importing.plan(request.POST["text"].encode())
    if plan.wrong:
        return _page(request, status=422, plan=plan, text=request.POST["text"])
    made = importing.carry_out(plan, actor=admin)
    return _page(request, made=[(user, links.invite(user, actor=admin)) for user in made], there=plan.there)
