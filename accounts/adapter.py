"""How django-allauth behaves here: nobody signs up by themselves, and the doors keep a record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import signin
from accounts.models import AuditEvent, User
from accounts.requests import address_of

_WRONG = gettext_lazy(
    "The user name or the password is not right. After five wrong tries the door stays locked for ten minutes."
)


class AccountAdapter(DefaultAccountAdapter):
    """People are invited or imported; there is no open sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "incorrect_password": gettext_lazy("The current password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the web server saw."""
        return address_of(request) or "0.0.0.0"  # noqa: S104 - not an address to listen on

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: the backend counts tries itself (accounts/signin.py), on every path to it."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say until when a locked name stays locked; the same for names that nobody has."""
        login = str(credentials.get("username") or credentials.get("email") or "")
        until = signin.locked_until(login, address_of(request))
        if until is not None:
            raise ValidationError(locked_message(until), code="locked")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Keep the sign-in in the audit trail."""
        AuditEvent.record(user, "sign_in", user, address=address_of(request))
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        """Keep the sign-out in the audit trail."""
        if isinstance(request.user, User):
            AuditEvent.record(request.user, "sign_out", request.user, address=address_of(request))
        super().logout(request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Nothing: pages say what happened themselves."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("me")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Only accounts/passwords.py sets passwords."""
        raise NotImplementedError


def locked_message(until: Any) -> str:
    """Why nobody may try now, and when again."""
    return _(
        "There were too many wrong tries, so this door is locked. Try again at %(time)s, or ask your admin to unlock it."
    ) % {"time": timezone.localtime(until).strftime("%H:%M")}
