"""Passwords, looked at once a try and never more often than accounts/signin.py allows, on whatever page they are typed."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import signin
from accounts.models import User
from accounts.requests import address_of


class PasswordBackend(AuthenticationBackend):
    """allauth's backend with the lock-out inside, so that no second door goes around it.

    A name that nobody has costs one look at a password too: names cannot be told apart by time.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The person, or None. Raises PermissionDenied while the name or the address is locked out."""
        login = str(credentials.get("username") or credentials.get("email") or "")
        password = credentials.get("password")
        if not login.strip() or not password:
            return None
        user, address = signin.find(login), address_of(request)
        try:
            held = signin.begin(login, user, address)
        except signin.Locked as error:
            raise PermissionDenied from error
        if user is None:
            self._mitigate_timing_attack(password)
        elif user.check_password(password):
            signin.succeeded(held)
            if self.user_can_authenticate(user):
                return user
            self._stash_user(user)  # allauth sends them to the page that says so
            return None
        signin.failed(held, user, address)
        return None
