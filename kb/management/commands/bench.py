"""`manage.py bench [PART…]`: the measurements of docs/benchmarks.md."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.errors import BadRequest
from kb.management.base import MaruCommand
from kb.management.bench.bench import Bench, Sizes
from kb.management.bench.page import with_parts
from kb.management.bench.parts import PARTS, run


class Command(MaruCommand):
    """Measure, and print tables in Markdown. Parts that need data which is not here say so and are left out."""

    help = "Measure start, search, retrieval, support, answers and reading; all of them, or those that are named."
    needs_database = False  # each part has what it needs started for itself

    def arguments(self, parser: CommandParser) -> None:
        """[PART…] [--page FILE] and how much is measured."""
        usual = Sizes()
        parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none: all of them")
        parser.add_argument("--page", type=Path, help="write the parts into this page too (docs/benchmarks.md)")
        parser.add_argument("--chunks", type=int, default=usual.chunks, help="chunks to search in")
        parser.add_argument("--passages", type=int, default=usual.passages, help="real passages among them")
        parser.add_argument("--questions", type=int, default=usual.questions, help="questions to search for")
        parser.add_argument("--queries", type=int, default=usual.queries, help="queries of each retrieval set")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Measure part after part. Raises BadRequest for a part that there is not."""
        unknown = [name for name in options["parts"] if name not in PARTS]
        if unknown:
            raise BadRequest(f"There is no part {unknown[0]}. There are: {', '.join(PARTS)}.")
        sizes = Sizes(options["chunks"], options["passages"], options["questions"], options["queries"])
        bench = Bench.here(settings.MARU.root, _tell, sizes)
        self.measured = []
        try:
            for part in run(options["parts"] or list(PARTS), bench):
                self.measured.append(part)
                if options["page"]:
                    _write(options["page"], part)
        finally:
            bench.close()
        return {part.name: part.as_json() for part in self.measured}

    def show(self, result: Mapping[str, Any]) -> None:
        """Every part under its heading."""
        for part in self.measured:
            self.stdout.write("\n".join([f"## {PARTS[part.name].title}", *part.lines(), ""]))


def _write(page: Path, part: Any) -> None:
    """At once: a long run that is cut off keeps what it measured."""
    page.write_text(with_parts(page.read_text(encoding="utf-8"), [part]), encoding="utf-8")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
