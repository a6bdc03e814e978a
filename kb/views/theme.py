"""Light, dark, or as the device says: kept in the profile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.models.people import Theme
from kb.views.pages import person_of, signed_in, verbs


@verbs("POST")
@signed_in
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen appearance; an unknown one changes nothing."""
    person = person_of(request)
    chosen = request.POST.get("theme", "")
    if chosen in Theme.values:
        User.objects.filter(pk=person.pk).update(theme=chosen)
        person.theme = chosen
    if request.headers.get("HX-Request") == "true":
        return render(request, "parts/_theme.html")
    back = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")
