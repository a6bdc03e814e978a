"""My page: how Maru looks for me, my password, where I am signed in, my tokens, what Maru keeps of me."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import IO, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import passwords, sessions, signin, tokens
from accounts.access import as_user, why_readable
from accounts.adapter import locked_message
from accounts.errors import NotThere
from accounts.forms import AppearanceForm, ChangePasswordForm, TokenForm
from accounts.models import ApiToken, User
from accounts.requests import address_of
from kb.views.originals import PART, attachment
from kb.views.own_data import own_data
from kb.views.pages import page, person_of, signed_in, verbs


@verbs("GET")
@never_cache
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **changed: Any) -> HttpResponse:
    person = person_of(request)
    with as_user(person):
        context = {
            "person": person,
            "memberships": list(person.current_memberships()),
            "readable": why_readable(person),
            "places": sessions.places_of(person, request.session.session_key),
            "tokens": list(ApiToken.objects.usable().filter(owner=person)),
            "appearance": AppearanceForm(instance=person),
            "password_form": ChangePasswordForm(),
            "token_form": TokenForm(),
            **changed,
        }
        return page(request, "me", "me/page.html", status=status, **context)


def _done(request: HttpRequest, text: str, place: str) -> HttpResponse:
    messages.success(request, text)
    response = redirect("me")
    response["Location"] += f"#{place}"
    return response


@verbs("POST")
@signed_in
def appearance(request: HttpRequest) -> HttpResponse:
    """Language, light or dark, size of the text."""
    form = AppearanceForm(request.POST, instance=User.objects.get(pk=person_of(request).pk))
    if not form.is_valid():
        return _page(request, status=422, appearance=form)
    form.save()
    translation.activate(form.instance.language)
    return _done(request, _("Saved."), "appearance")


@verbs("POST")
@sensitive_post_parameters()
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """A new password, with the current one as proof. The other sessions end."""
    person, address = person_of(request), address_of(request)
    form = ChangePasswordForm(request.POST)
    if form.is_valid() and _proven(person, form, address):
        try:
            passwords.change(
                person, form.cleaned_data["password"], address=address, keep_session=request.session.session_key
            )
        except passwords.WeakPassword as error:
            form.add_error("password", error.messages)
        else:
            sessions.keep_after_change(request, person)
            return _done(request, _("Your password is changed. You were signed out everywhere else."), "password")
    return _page(request, status=422, password_form=form)


def _proven(person: User, form: ChangePasswordForm, address: str | None) -> bool:
    """Whether the current password is right; wrong ones count as they do at the door."""
    try:
        held = signin.begin(person.username, person, address)
    except signin.Locked as error:
        form.add_error("current", locked_message(error.until))
        return False
    if person.check_password(form.cleaned_data["current"]):
        signin.succeeded(held)
        return True
    signin.failed(held, person, address)
    form.add_error("current", _("The current password is not right."))
    return False


@verbs("POST")
@signed_in
def end_session(request: HttpRequest, place_id: int) -> HttpResponse:
    """End one of my sessions."""
    person = person_of(request)
    here = next((p for p in sessions.places_of(person, request.session.session_key) if p.here), None)
    if here is not None and here.id == place_id:
        return redirect("account_logout")
    if not sessions.end(person, place_id, actor=person):
        raise NotThere(_("This session has ended already."))
    return _done(request, _("The session is ended."), "sessions")


@verbs("POST")
@signed_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of my sessions but this one."""
    person = person_of(request)
    sessions.end_all(person, actor=person, but=request.session.session_key)
    return _done(request, _("You are signed in here alone now."), "sessions")


@verbs("POST")
@never_cache
@signed_in
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token. The answer shows its secret, once: it is kept nowhere, so that this is no redirect."""
    person = person_of(request)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, token_form=form)
    lifetime = tokens.LIFETIMES[form.cleaned_data["lifetime"]]
    token, secret = tokens.make(person, form.cleaned_data["name"], lifetime, address=address_of(request))
    return _page(request, new_token=token, secret=secret)


@verbs("POST")
@signed_in
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token of mine."""
    person = person_of(request)
    token = tokens.revoke(person, token_id, actor=person, address=address_of(request))
    if token is None:
        raise NotThere(_("This token is at its end already."))
    return _done(request, _("The token “%(name)s” works no more.") % {"name": token.name}, "tokens")


@verbs("POST")
@signed_in
def data(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that Maru keeps of me, as a zip of JSON files."""
    person = person_of(request)
    response = StreamingHttpResponse(_parts(own_data(person)), content_type="application/zip")
    response["Content-Disposition"] = attachment(f"maru-{person.username}-{timezone.localdate():%Y-%m-%d}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


async def _parts(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while part := await asyncio.to_thread(file.read, PART):
            yield part
    finally:
        file.close()
