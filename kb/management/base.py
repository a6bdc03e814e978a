"""The base of Maru's commands: what they need is there, their result is printed for people or as JSON, errors have codes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils.translation import gettext as _

from accounts.errors import BadRequest, MaruError
from kb.runtime import addresses
from kb.runtime.borrow import borrowed
from kb.runtime.home import Home
from kb.runtime.problems import StartProblem

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130


class Failed(CommandError):
    """The command could not do it; said on standard error."""


class MaruCommand(BaseCommand):
    """A command that works whether or not `up` runs.

    A subclass says what it needs (`needs_database`, …), declares its arguments in `arguments`, does its work in `work`,
    which returns one mapping, and may print that for people in `show`. With `--json` the mapping alone is printed on
    standard output. Exit code 1 is a failure, 2 wrong use.
    """

    needs_database: ClassVar[bool] = True
    needs_encoder: ClassVar[bool] = False
    needs_model_server: ClassVar[bool] = False
    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    def add_arguments(self, parser: CommandParser) -> None:
        """The subclass's arguments, and --json."""
        self.arguments(parser)
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object on standard output, and nothing else"
        )

    def arguments(self, parser: CommandParser) -> None:
        """Declare arguments."""

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Do it. Raises MaruError: BadRequest for wrong use, any other for a failure."""
        raise NotImplementedError

    def show(self, result: Mapping[str, Any]) -> None:
        """Print the result for people."""
        for name, value in result.items():
            self.stdout.write(f"{name}: {value}")

    def succeeded(self, result: Mapping[str, Any]) -> bool:
        """Whether this result is a success; the exit code is 1 otherwise."""
        return True

    def handle(self, *args: Any, **options: Any) -> None:
        """Borrow, work, print."""
        with _errors_with_codes():
            with _only_json(options["json"]), self._needs():
                result = self.work(**options)
            if options["json"]:
                self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
            else:
                self.show(result)
            if not self.succeeded(result):
                sys.exit(FAILED)

    @contextlib.contextmanager
    def _needs(self) -> Iterator[None]:
        if not (self.needs_database or self.needs_encoder or self.needs_model_server):
            yield
            return
        with borrowed(
            database=self.needs_database, encoder=self.needs_encoder, model_server=self.needs_model_server
        ) as home:
            use_addresses(home)
            try:
                yield
            finally:
                connections.close_all()


def use_addresses(home: Home) -> None:
    """Point this process's settings at the ports of now: they may have been chosen again since settings were read."""
    if addresses.has_own_database(os.environ):
        port = urlsplit(addresses.embedded_url(home, "app")).port
        for known in connections.settings.values():
            if known.get("HOST") == "127.0.0.1" and known.get("PORT") != port:
                known["PORT"] = port
    settings.ENCODER_URL = addresses.encoder_url(home)
    settings.MODEL_SERVER_URL = addresses.model_server_url(home)


@contextlib.contextmanager
def _errors_with_codes() -> Iterator[None]:
    try:
        yield
    except MaruError as error:
        raise Failed(str(error), returncode=WRONG_USE if isinstance(error, BadRequest) else FAILED) from error
    except StartProblem as problem:
        raise Failed(str(problem), returncode=FAILED) from problem
    except (OperationalError, InterfaceError) as error:
        told = _("The database does not answer now. Nothing was lost; try again in a moment.")
        raise Failed(told, returncode=FAILED) from error
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


@contextlib.contextmanager
def _only_json(wanted: bool) -> Iterator[None]:
    """While the work is done, what any library prints goes to standard error."""
    if not wanted:
        yield
        return
    with contextlib.redirect_stdout(sys.stderr):
        yield
