"""`manage.py ask QUESTION --as USER`: a cited answer, through the one answering path."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import override

from kb.chat.asking import Asked, ask_and_keep
from kb.management.base import MaruCommand
from kb.management.commands.search import collection_ids
from kb.models.chat import Channel
from kb.people import person_named


class Command(MaruCommand):
    """Ask as a person."""

    help = "Ask a question as a person and get a cited answer."
    needs_encoder = True
    needs_model_server = True

    def arguments(self, parser: CommandParser) -> None:
        """QUESTION --as USER [--adapter NAME] [--collection SLUG] [--extractive]."""
        parser.add_argument("question")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--adapter", default="", metavar="NAME")
        parser.add_argument("--collection", action="append", metavar="SLUG")
        parser.add_argument("--extractive", action="store_true", help="quote passages, ask no model")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Ask, keep the answer as a row like any other, and give it."""
        user = person_named(options["user"])
        collections = collection_ids(user, options["collection"])
        with override(user.language):
            asked = asyncio.run(
                ask_and_keep(
                    user,
                    options["question"],
                    collections=collections,
                    adapter=options["adapter"],
                    extractive=options["extractive"],
                    channel=Channel.COMMAND,
                )
            )
        return answer_row(asked)

    def show(self, result: Mapping[str, Any]) -> None:
        """The answer and where it stands."""
        self.stdout.write(result["answer"])
        self.stdout.write("")
        for each in result["citations"]:
            self.stdout.write(
                f"[{each['number']}] {each['document']} · {each['revision']} · p. {each['page']}: {each['quote'][:160]}"
            )
        self.stdout.write(f"({result['basis']}, {result['model'] or '-'}, {result['ms_total']} ms)")


def answer_row(asked: Asked) -> dict[str, Any]:
    """An answer as interfaces.md has it."""
    return {
        "answer": asked.text,
        "basis": asked.basis,
        "citations": [
            {
                "number": each.number,
                "collection": each.collection,
                "document": each.document,
                "revision": each.revision,
                "page": each.page,
                "quote": each.quote,
            }
            for each in asked.citations
        ],
        "sentences": asked.sentences,
        "model": asked.model,
        "adapter": asked.adapter,
        "ms_first_token": asked.ms_first_token,
        "ms_total": asked.ms_total,
    }
