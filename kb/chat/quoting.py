"""An answer without a model: the sentences that answer best, quoted and cited, in the documents' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from accounts.access import as_user
from accounts.models import User
from kb.chat import support
from kb.chat.citations import Numbering
from kb.chat.events import Finished
from kb.chat.evidence import Evidence, gather, page_finder, rarity
from kb.chat.phrases import QUOTED
from kb.chat.refuse import not_found
from kb.chat.relevance import Scored, score_sentences
from kb.chat.retrieve import Sought
from kb.chat.sentences import AnswerSentence
from kb.models.chat import Basis
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.encoder.connection import encoder

if TYPE_CHECKING:
    from kb.chat.answer import Ask

PASSAGES = 6  # passages whose sentences are looked at
MOST = 2  # sentences quoted, besides the exceptions that follow them
NEAR_BEST = 0.94  # share of the best score that a further sentence must reach
_GOES_ON = re.compile(r"^\s*(?:\(\d+\)\s*)?(?:다만|단,|이 경우|이때|그러나|(?:However|Except|Unless|But)\b)")
CELL = " | "


def quote_passages(ask: Ask, sought: Sought) -> Finished:
    """The best sentences of the best passages; "not found" when there is none."""
    client = encoder()
    evidence, (asked,) = gather(sought.passages[:PASSAGES], [sought.query], client)
    return quote_scored(ask, sought, scored_sentences(ask.user, sought, evidence, asked, client))


def scored_sentences(
    user: User, sought: Sought, evidence: Sequence[Evidence], asked: Analysis, client: EncoderClient
) -> list[Scored]:
    """How well each sentence of the evidence answers the question, best first."""
    with as_user(user):
        idf = rarity([asked, *(each.analysis for each in evidence)])
    return score_sentences(sought.query, asked, evidence, idf, client)


def quote_scored(ask: Ask, sought: Sought, scored: Sequence[Scored]) -> Finished:
    """An answer from sentences that are scored already."""
    chosen = _choose(scored)
    if not chosen:
        return not_found(ask, sought)
    with as_user(ask.user):
        numbering = Numbering(page_finder([each.evidence.passage for each in chosen]))
    text, sentences = _write(ask.question.language, chosen, numbering)
    return Finished(
        text=text,
        basis=Basis.SOURCED,
        sentences=tuple(sentences),
        citations=numbering.citations(),
        language=ask.question.language,
        extractive=True,
        found=sought.found,
        passages=sought.passages,
        query=sought.query,
    )


def _choose(scored: Sequence[Scored]) -> list[Scored]:
    """The best sentence, and those of its own document that are nearly as good."""
    if not scored:
        return []
    best = scored[0]
    document = best.evidence.passage.document
    near = [
        each
        for each in scored[1:]
        if each.score >= NEAR_BEST * best.score and each.evidence.passage.document == document
    ]
    return _with_exceptions(
        sorted([best, *near[: MOST - 1]], key=lambda each: (each.evidence is not best.evidence, each.span))
    )


def _with_exceptions(chosen: Sequence[Scored]) -> list[Scored]:
    """A sentence is quoted with the exception that follows it: half a rule is a wrong answer."""
    kept: dict[tuple[str, support.Span], Scored] = {}
    for each in chosen:
        kept[each.key] = each
        spans = list(support.sentence_spans(each.evidence.analysis))
        for number in range(each.number + 1, min(each.number + 3, len(spans))):
            start, end = spans[number]
            if not _GOES_ON.match(each.evidence.analysis.text[start:end]):
                break
            kept.setdefault(
                (each.evidence.passage.key, spans[number]),
                Scored(each.evidence, spans[number], number, each.score),
            )
    return list(kept.values())


def _write(language: str, chosen: Sequence[Scored], numbering: Numbering) -> tuple[str, list[AnswerSentence]]:
    """The quotes as Markdown, each in a quotation of its own, a table's row under its head."""
    text = QUOTED[language]
    sentences = [AnswerSentence(0, len(text), str(support.Verdict.NOT_A_CLAIM))]
    for each in chosen:
        words = " ".join(each.text.split())
        head = _head_of(each)
        text += "\n\n" + (_table_top(head) if head else "> ")
        start = len(text)
        text += f"| {words} |" if head else words
        numbers = numbering.cite(each.evidence, [each.span])
        sentences.append(AnswerSentence(start, len(text), str(support.Verdict.SUPPORTED), numbers))
    return text, sentences


def _head_of(candidate: Scored) -> list[str]:
    """The head row of the table that a row comes from; empty for running text."""
    cells = candidate.text.count(CELL)
    if not cells:
        return []
    lines = candidate.evidence.analysis.text[: candidate.span[0]].split("\n")
    head = next((line for line in lines if line.count(CELL) == cells), "")
    return [cell.strip() for cell in head.split("|")] if head else []


def _table_top(head: Sequence[str]) -> str:
    return "| " + " | ".join(head) + " |\n|" + " --- |" * len(head) + "\n"
