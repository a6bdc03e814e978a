"""`manage.py up`: everything, in the foreground."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kb.management.base import INTERRUPTED, Failed
from kb.management.canary import FreshCanary
from kb.runtime.children import Watch, WebSite
from kb.runtime.home import Home
from kb.runtime.problems import StartProblem
from kb.runtime.up import Step, Whole, run_up

STEPS = (Step("Preparing the database", ("prepare",), role="owner"),)


class Command(BaseCommand):
    """Start the database, prepare it, start workers, encoder, model server and web server, and watch them."""

    help = "Start everything and keep it running until Ctrl-C."
    requires_system_checks: list[str] = []  # the children check, each for its own role

    def add_arguments(self, parser: CommandParser) -> None:
        """Nothing is told here that the environment does not say; docs/settings.md lists it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal comes."""
        home: Home = settings.MARU
        site = WebSite(settings.HOST, settings.PORT, tuple(getattr(settings, "MARU_TRUSTED_PROXIES", ())))
        whole = Whole(site, STEPS, Watch(FreshCanary(home), every=5.0, patience=20.0))
        try:
            run_up(home, os.environ, whole, _say)
        except StartProblem as problem:
            raise Failed(str(problem)) from problem
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)
