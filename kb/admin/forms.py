"""Forms of the console that are not simply a row's fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from accounts.models import Department, User
from accounts.models.people import Role


class NewPersonForm(forms.ModelForm):
    """A person who will be invited; they choose their password themselves."""

    department = forms.ModelChoiceField(
        Department.objects.all(),
        required=False,
        label=_("department"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Without one they read what everyone reads."),
    )
    role = forms.ChoiceField(
        choices=Role.choices, initial=Role.EMPLOYEE, label=_("role"), widget=UnfoldAdminSelectWidget
    )
    admin = forms.BooleanField(
        required=False, label=_("admin"), widget=UnfoldBooleanSwitchWidget, help_text=_("Runs the console.")
    )

    class Meta:
        model = User
        fields = ["username", "name", "email", "language"]

    def clean_username(self) -> str:
        """As people type it at sign-in; taken names are found in any case."""
        name: str = self.cleaned_data["username"].strip()
        UnicodeUsernameValidator()(name)
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody signs in with this name already."), "taken")
        return name

    def clean_email(self) -> str:
        """Each address names one person."""
        mail: str = (self.cleaned_data.get("email") or "").strip()
        if mail and User.objects.filter(email__iexact=mail).exists():
            raise forms.ValidationError(_("Somebody has this mail address already."), "taken")
        return mail

    def _post_clean(self) -> Any:
        super()._post_clean()  # type: ignore[misc]
        self.instance.set_unusable_password()
