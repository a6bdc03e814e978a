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
from drf_spectacular.validation import validate_schema

from kb.api.describe import as_yaml, schema

FILE = "docs/openapi.yaml"


class Command(BaseCommand):
    """Compare, or write it anew."""

    help = "Compare docs/openapi.yaml with the code; --write renews it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--write]."""
        parser.add_argument("--write", action="store_true", help="write the file anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when the file is out of date, or when the schema cannot be made without a warning."""
        path = Path(settings.BASE_DIR) / FILE
        with GENERATOR_STATS.silence():
            GENERATOR_STATS.reset()
            given = schema()
            validate_schema(given)
            complaints = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
        if complaints:
            self.stderr.write("\n".join(complaints))
            sys.exit(1)
        told = as_yaml(given)
        if options["write"]:
            path.write_text(told, encoding="utf-8")
            return
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if kept != told:
            lines = difflib.unified_diff(kept.splitlines(), told.splitlines(), FILE, "the code", lineterm="")
            self.stderr.write("\n".join(lines))
            self.stderr.write(f"{FILE} is out of date: manage.py check_schema --write")
            sys.exit(1)
