"""An answer without a model: the sentences that answer best, quoted and cited, in the documents' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from accounts.access import as_user
from kb.chat import support
from kb.chat.citations import Numbering
from kb.chat.events import Finished
from kb.chat.evidence import Evidence, gather, page_finder, rarity
from kb.chat.phrases import QUOTED
from kb.chat.refuse import not_found
from kb.chat.retrieve import Sought
from kb.chat.sentences import AnswerSentence
from kb.models.chat import Basis
from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.connection import encoder

if TYPE_CHECKING:
    from kb.chat.answer import Ask

PASSAGES = 3
CANDIDATES = 16  # sentences that are embedded; about 15 ms each
MOST = 3  # sentences quoted
NEAR_BEST = 0.86  # share of the best score that a further sentence must reach
_GOES_ON = re.compile(r"^\s*(?:\(\d+\)\s*)?(?:다만|단,|이 경우|이때|그러나|However|Except|Unless|But|This|These)\b")
CELL = " | "


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be quoted."""

    evidence: Evidence
    span: support.Span
    number: int
    words: float

    @property
    def text(self) -> str:
        """Its words."""
        return self.evidence.analysis.text[self.span[0] : self.span[1]]


def quote_passages(ask: Ask, sought: Sought) -> Finished:
    """The best sentences of the best passages; "not found" when no sentence has a word of the question."""
    evidence, (asked,) = gather(sought.passages[:PASSAGES], [sought.query], encoder())
    with as_user(ask.user):
        idf = rarity([asked, *(each.analysis for each in evidence)])
        numbering = Numbering(page_finder(sought.passages))
    chosen = _choose(sought, evidence, asked, idf)
    if not chosen:
        return not_found(ask, sought)
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


def _choose(
    sought: Sought, evidence: Sequence[Evidence], asked: Analysis, idf: support.DocumentFrequencies
) -> list[_Candidate]:
    candidates = [each for rank, one in enumerate(evidence) for each in _candidates(one, rank, asked, idf)]
    candidates = sorted(candidates, key=lambda each: -each.words)[:CANDIDATES]
    if not candidates:
        return []
    vectors = encoder().embed_passages([each.text for each in candidates])
    near = np.asarray(vectors) @ np.asarray(encoder().embed_query(sought.query))
    scores = [2.0 * float(cosine) + each.words for cosine, each in zip(near, candidates, strict=True)]
    order = np.argsort(scores)[::-1]
    best = scores[order[0]]
    chosen = [candidates[place] for place in order[:MOST] if scores[place] >= NEAR_BEST * best]
    first = chosen[0]
    chosen = [each for each in chosen if each.evidence is first.evidence or each.words >= first.words]
    return _with_exceptions(sorted(chosen, key=lambda each: (each.evidence is not first.evidence, each.span)))


def _candidates(evidence: Evidence, rank: int, asked: Analysis, idf: support.DocumentFrequencies) -> list[_Candidate]:
    """Sentences of a passage with the share of the question's information in them; their context counts half."""
    wanted = {term: idf(term) for term in lexical.terms(asked)}
    whole = sum(wanted.values()) or 1.0
    spans = list(support.sentence_spans(evidence.analysis))
    head = _terms_in(evidence.analysis, (0, evidence.shift))
    found = []
    for number, span in enumerate(spans):
        if span[0] < evidence.shift:
            continue
        own = _terms_in(evidence.analysis, span)
        share = sum(weight * (1.0 if term in own else 0.5 if term in head else 0.0) for term, weight in wanted.items())
        found.append(_Candidate(evidence, span, number, share / whole - 0.03 * rank))
    return found


def _terms_in(analysis: Analysis, span: support.Span) -> set[str]:
    inside = [token for token in analysis.tokens if span[0] <= token.start < span[1]]
    return set(lexical.terms(Analysis(analysis.text[span[0] : span[1]], (), tuple(inside))))


def _with_exceptions(chosen: Sequence[_Candidate]) -> list[_Candidate]:
    """A sentence is quoted with the exception that follows it: half a rule is a wrong answer."""
    kept: dict[tuple[str, support.Span], _Candidate] = {}
    for each in chosen:
        kept[(each.evidence.passage.key, each.span)] = each
        spans = list(support.sentence_spans(each.evidence.analysis))
        for number in range(each.number + 1, min(each.number + 3, len(spans))):
            start, end = spans[number]
            if not _GOES_ON.match(each.evidence.analysis.text[start:end]):
                break
            kept.setdefault(
                (each.evidence.passage.key, spans[number]),
                _Candidate(each.evidence, spans[number], number, each.words),
            )
    return list(kept.values())


def _write(language: str, chosen: Sequence[_Candidate], numbering: Numbering) -> tuple[str, list[AnswerSentence]]:
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


def _head_of(candidate: _Candidate) -> list[str]:
    """The head row of the table that a row comes from; empty for running text."""
    cells = candidate.text.count(CELL)
    if not cells:
        return []
    lines = candidate.evidence.analysis.text[: candidate.span[0]].split("\n")
    head = next((line for line in lines if line.count(CELL) == cells), "")
    return [cell.strip() for cell in head.split("|")] if head else []


def _table_top(head: Sequence[str]) -> str:
    return "| " + " | ".join(head) + " |\n|" + " --- |" * len(head) + "\n"
