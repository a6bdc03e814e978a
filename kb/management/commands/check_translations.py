"""`manage.py check_translations [--write]`: whether locale/ko says everything that Maru says, and nothing else."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

from kb.management.catalogue import complaints, libraries_know, renewed
from kb.management.messages import Key, Text, console_texts, own_texts

LANGUAGE = "ko"
FILE = f"locale/{LANGUAGE}/LC_MESSAGES/django.po"


class Command(BaseCommand):
    """Compare, or bring the file up to the code."""

    help = f"Compare {FILE} with the code; --write adds what is missing, empty, and drops what is unused."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--write]."""
        parser.add_argument("--write", action="store_true", help="add missing entries, empty, and drop unused ones")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a text has no translation, fills in other things, is unused or fuzzy."""
        root = Path(settings.BASE_DIR)
        path = root / FILE
        own, borrowed = own_texts(root), _borrowed()
        if options["write"]:
            renewed(polib.pofile(str(path)), own, borrowed).save(str(path))
        lines = complaints(polib.pofile(str(path)), own, borrowed)
        if lines:
            self.stderr.write("\n".join(lines))
            self.stderr.write(
                f"{FILE}: {len(lines)} to mend. manage.py check_translations --write adds the missing ones."
            )
            sys.exit(1)


def _borrowed() -> dict[Key, Text]:
    """The console's library has no Korean: what Django's does not cover is ours to say."""
    known = libraries_know(LANGUAGE)
    return {key: text for key, text in console_texts().items() if key not in known}
