"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, departments and access."""

    name = "accounts"
    verbose_name = _("People and access")
