"""Addresses below /api/v1/ that there are not: a problem body, not a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import NotThere
from accounts.models import User
from kb.api.base import MaruView


class Elsewhere(MaruView):
    """Every other address, in every verb."""

    schema = None  # type: ignore[assignment]  # not described

    def find(self, user: User, **ids: Any) -> None:
        """Never there."""
        if not self.request.path.endswith("/"):
            raise NotThere(_("There is nothing here. Every address of the API ends with a slash."))
        raise NotThere(_("There is no such address. /api/v1/docs/ lists them."))
