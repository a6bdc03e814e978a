"""`manage.py prepare`: migrations, rights of the database roles, and the rows that must be there. `up` runs it."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from kb.rights import grant_rights
from kb.runtime import addresses


class Command(BaseCommand):
    """Bring the database to this version of Maru. Doing it again changes nothing."""

    help = "Bring the database to this version: migrations, rights of the roles, index, schedule."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the role that owns the tables (MARU_ROLE=owner)."""
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        call_command("createcachetable", verbosity=0)
        grant_rights(_user("app"), _user("worker"))
        _rows()
        _first_company()


def _user(role: str) -> str:
    return unquote(urlsplit(addresses.database_url(settings.MARU, role, os.environ)).username or "")


def _rows() -> None:
    from kb.jobs.schedule import ensure_schedule
    from kb.retrieval.index import ensure_index

    ensure_index()
    ensure_schedule()


def _first_company() -> None:
    """The sample company in an empty house, where it is wanted."""
    from kb import sample_company

    if sample_company.is_wanted():
        sample_company.load()
