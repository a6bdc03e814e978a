"""`manage.py check_support FILE`: which sentences stand in which passages, by the product's own check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from kb.chat.support.report import check_file
from kb.management.base import MaruCommand
from kb.retrieval.encoder.connection import encoder


class Command(MaruCommand):
    """Check the sentences of a labelled file; no document is read for it."""

    help = "Check answer sentences against passages (JSON lines)."
    needs_database = False
    needs_encoder = True

    def arguments(self, parser: CommandParser) -> None:
        """FILE."""
        parser.add_argument("file", type=Path)

    def work(self, **options: Any) -> Mapping[str, Any]:
        """A verdict for each sentence, and how they meet the labels."""
        try:
            lines = options["file"].read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line.strip()]
            return dict(check_file(rows, encoder().analyse))
        except (OSError, ValueError, KeyError) as error:
            raise BadRequest(
                _("%(path)s is no file of sentences and passages: %(why)s.") % {"path": options["file"], "why": error}
            ) from error

    def show(self, result: Mapping[str, Any]) -> None:
        """The verdicts by label, and the time."""
        for label, verdicts in result["confusion"].items():
            self.stdout.write(f"{label:14}" + "  ".join(f"{name} {count}" for name, count in verdicts.items()))
        self.stdout.write(
            _("%(count)s sentences, %(ms)s ms each")
            % {"count": len(result["sentences"]), "ms": result["ms_per_sentence"]}
        )
