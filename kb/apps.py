"""The knowledge base app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KbConfig(AppConfig):
    """Documents, retrieval, chat."""

    name = "kb"
    verbose_name = _("Knowledge base")

    def ready(self) -> None:
        """Register the system checks."""
        from kb import checks  # noqa: F401
