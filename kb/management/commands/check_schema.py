"""`manage.py check_schema [--write]`: whether docs/openapi.yaml is what the code gives."""

from __future__ import annotations

import difflib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from drf_spectacular.drainage import GENERATOR_STATS

from kb.api.describe import schema_file

FILE = "docs/openapi.yaml"


class Command(BaseCommand):
    """Compare, or write it anew."""

    help = "Compare docs/openapi.yaml with the code; --write renews it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:  # type: ignore[override]
        """[--write]."""
        parser.add_argument("--write", action="store_true", help="write the file anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when the file is out of date, or when the schema cannot be made without a warning."""
        path = Path(settings.BASE_DIR) / FILE
        with GENERATOR_STATS.silence():
            GENERATOR_STATS.reset()
            given = schema_file()
            complaints = [
                message for kind in (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) for message in kind
            ]
        if complaints:
            self.stderr.write("\n".join(complaints))
            sys.exit(1)
        if options["write"]:
            path.write_text(given, encoding="utf-8")
            return
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if kept != given:
            lines = difflib.unified_diff(kept.splitlines(), given.splitlines(), FILE, "the code", lineterm="")
            self.stderr.write("\n".join(lines))
            self.stderr.write(f"{FILE} is out of date: manage.py check_schema --write")
            sys.exit(1)
