"""The tuning app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TuningConfig(AppConfig):
    """Department adapters."""

    name = "tuning"
    verbose_name = _("Tuning")
