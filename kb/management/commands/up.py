"""`manage.py up`: everything, in the foreground."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kb.management.base import INTERRUPTED, Failed, use_addresses
from kb.management.canary import Canary, canary_for
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
        whole = Whole(site, STEPS, Watch(_Fresh(home), every=5.0, patience=20.0))
        try:
            run_up(home, os.environ, whole, _say)
        except StartProblem as problem:
            raise Failed(str(problem)) from problem
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


class _Fresh:
    """The canary, made when it is first asked: by then the ports are settled."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._canary: Canary | None = None

    def __call__(self) -> bool:
        if self._canary is None:
            use_addresses(self._home)
            self._canary = canary_for(self._home)
        return self._canary()


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)
