"""What people type at the door and about themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_LOGIN = 254
LONGEST_PASSWORD = 1000


class SignInForm(LoginForm):
    """A user name or mail address, and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(label=_("User name or mail address"), max_length=LONGEST_LOGIN)
        self.fields["password"] = forms.CharField(label=_("Password"), max_length=LONGEST_PASSWORD, strip=False)
        self.order_fields(["login", "password"])


class NewPasswordForm(forms.Form):
    """A new password. It is shown on demand, so that it is typed once."""

    password = forms.CharField(label=_("New password"), max_length=LONGEST_PASSWORD, strip=False)


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the current one as proof."""

    current = forms.CharField(label=_("Current password"), max_length=LONGEST_PASSWORD, strip=False)
    field_order = ["current", "password"]


class ForgottenForm(forms.Form):
    """Whose password was forgotten."""

    login = forms.CharField(label=_("User name or mail address"), max_length=LONGEST_LOGIN)
