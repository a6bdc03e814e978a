"""The pages that people see before they are signed in, beside allauth's sign-in itself."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import links, mail, passwords, signin
from accounts.errors import NotThere
from accounts.forms import ForgottenForm, NewPasswordForm
from accounts.models import PasswordLink, User
from accounts.requests import address_of


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password by a link, and come in with it.

    The address holds the secret. SECURE_REFERRER_POLICY (same-origin) keeps it in the house; a stricter one would take the
    form's Origin away too, and the form would be refused.
    """
    link = PasswordLink.objects.usable().by_secret(secret).select_related("user").first()
    if link is None:
        return render(request, "account/link_over.html", status=404)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = passwords.choose(secret, form.cleaned_data["password"], address=address_of(request))
        except passwords.WeakPassword as error:
            form.add_error("password", error.messages)
        except NotThere:
            return render(request, "account/link_over.html", status=404)
        else:
            return perform_login(request, Login(user=user, redirect_url="/"))
    page = {"form": form, "person": link.user, "purpose": link.purpose}
    return render(request, "account/choose_password.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a reset link by mail; without mail, say whom to ask. The answer is the same for every name."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    sent = mail.is_set() and form.is_valid()
    if sent and signin.may_ask(address_of(request)):
        links.ask_for_mail(signin.find(form.cleaned_data["login"]))
    return render(request, "account/forgotten.html", {"form": form, "sent": sent, "by_mail": mail.is_set()})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages: for this browser, and for the person who is signed in."""
    chosen = request.POST.get("language", "")
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    response = HttpResponseRedirect(onward)
    if chosen in dict(settings.LANGUAGES):
        translation.activate(chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response
