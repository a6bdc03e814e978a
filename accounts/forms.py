"""What people type at the door and about themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

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


class AppearanceForm(forms.ModelForm):
    """How Maru looks for a person."""

    class Meta:
        model = User
        fields = ["language", "theme", "text_size"]


class TokenForm(forms.Form):
    """A token's name and how long it works."""

    name = forms.CharField(label=_("What for"), max_length=80)
    lifetime = forms.ChoiceField(
        label=_("Works for"), choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("one year"))], initial="90"
    )
