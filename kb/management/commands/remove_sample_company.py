"""`manage.py remove_sample_company`: takes 한빛정밀 away, when the company's own life begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kb.management.base import MaruCommand
from kb.sample_company import remove


class Command(MaruCommand):
    """Remove the sample company's documents, collections, people and departments."""

    help = "Take the sample company away."

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Remove it. Raises NotEmpty, and then changes nothing."""
        return remove()

    def show(self, result: Mapping[str, Any]) -> None:
        """What went."""
        self.stdout.write(
            _(
                "Removed: %(documents)s documents, %(collections)s collections, %(people)s people, %(departments)s departments."
            )
            % result
        )
