"""`manage.py evaluate_answers FILE`: golden questions through the one answering path, figures by kind."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import BadRequest, MaruError
from accounts.models import User
from kb.chat.asking import Asked, ask_and_keep
from kb.chat.evaluation import Golden, Outcome, misses, table
from kb.management.base import MaruCommand
from kb.models import Document
from kb.models.chat import Channel
from kb.people import person_named

COLUMNS = ("questions", "precision", "recall", "refused", "exact", "f1", "leaks", "own_words")


class Command(MaruCommand):
    """Ask every golden question, as the person who would, and as those who may not have it answered."""

    help = "Measure answers on questions with expected sources (JSON lines)."
    needs_encoder = True
    needs_model_server = True

    def arguments(self, parser: CommandParser) -> None:
        """FILE [--as USER] [--extractive | --model]."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", metavar="USER", help="asks where the file names nobody")
        parser.add_argument("--extractive", action="store_true", help="only without a model")
        parser.add_argument("--model", action="store_true", help="only with the model server")
        parser.add_argument("--kind", action="append", help="only this kind of question")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Figures for answers quoted from passages, and for those of the model server."""
        golden = [each for each in _read(options["file"]) if not options["kind"] or each.kind in options["kind"]]
        ways = [way for way in ("extractive", "model") if options[way]] or ["extractive", "model"]
        result: dict[str, Any] = {"questions": len(golden)}
        for way in ways:
            outcomes = asyncio.run(_ask_all(golden, options["user"] or "", extractive=way == "extractive"))
            result[way] = {"by_kind": table(outcomes), "misses": misses(outcomes)}
        return result

    def show(self, result: Mapping[str, Any]) -> None:
        """A table a way, and what missed."""
        for way in ("extractive", "model"):
            if way not in result:
                continue
            self.stdout.write(f"\n{way:16}" + "".join(f"{column:>11}" for column in COLUMNS))
            for kind, row in result[way]["by_kind"].items():
                self.stdout.write(f"{kind:16}" + "".join(f"{_cell(row[column]):>11}" for column in COLUMNS))
            for miss in result[way]["misses"]:
                self.stdout.write(
                    f"  {miss['id']} {miss['kind']}: {miss['question']}  {miss['expected']} ≠ {miss['cited']} ({miss['basis']})"
                )


def _cell(value: Any) -> str:
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def _read(path: Path) -> list[Golden]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [Golden.from_row(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError) as error:
        raise BadRequest(
            _("%(path)s is no file of golden questions: %(why)s.") % {"path": path, "why": error}
        ) from error


async def _ask_all(golden: list[Golden], fallback: str, *, extractive: bool) -> list[Outcome]:
    outcomes = []
    for place, each in enumerate(golden, 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{place}/{len(golden)}")
        outcomes.append(await _ask(each, fallback, extractive))
    return outcomes


async def _ask(golden: Golden, fallback: str, extractive: bool) -> Outcome:
    from kb.chat.threads import in_thread

    asker = await in_thread(person_named, golden.asked_as or fallback)
    asked = await _answer(asker, golden, extractive)
    leaked = await in_thread(_leaks, asker, asked)
    for name in golden.denied:
        outsider = await in_thread(person_named, name)
        theirs = await _answer(outsider, golden, extractive)
        leaked = leaked or await in_thread(_leaks, outsider, theirs) or bool(set(golden.sources) & _cited(theirs))
    return Outcome(
        golden,
        tuple(_cited(asked)),
        asked.basis if asked else "error",
        asked.text if asked else "",
        leaked,
        bool(asked and not asked.finished.extractive and asked.basis != "not_found"),
    )


async def _answer(user: User, golden: Golden, extractive: bool) -> Asked | None:
    try:
        return await ask_and_keep(user, golden.text, extractive=extractive, channel=Channel.COMMAND)
    except MaruError:
        return None


def _cited(asked: Asked | None) -> set[str]:
    return {each.external_id for each in asked.citations} if asked else set()


def _leaks(user: User, asked: Asked | None) -> bool:
    """Whether anything that the answer stands on or names may not be read by the person who got it."""
    if asked is None:
        return False
    documents = {passage.document for passage in asked.finished.passages}
    with as_user(user):
        readable = set(Document.objects.readable_by(user).filter(pk__in=documents).values_list("pk", flat=True))
    return documents != readable
