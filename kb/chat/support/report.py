"""What `check_support FILE` prints: a verdict for each sentence of a labelled file, and how they meet the labels.

The file has one JSON object a line: passages `{"type": "passage", "id", "text"}` and sentences `{"id", "sentence", "passages",
"label", "gold_passage", "check_without_gold", ...}`. Passages whose text is not in the file are left out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from kb.chat.support.check import check
from kb.chat.support.cosines import CosineScale
from kb.chat.support.model import Cosines, Passage, SentenceSupport, Span, Verdict
from kb.chat.support.passages import PreparedPassage, prepare
from kb.chat.support.weights import Idf, frequencies_of
from kb.normalise import normalise
from kb.retrieval.analysis import Analysis

Analyse = Callable[[Sequence[str]], Sequence[Analysis]]
"""Texts to their analyses: the encoder's client, or an analyser in the same process."""
CosinesOf = Callable[[str, Sequence[PreparedPassage]], Cosines | None]
"""The cosines of a sentence to its candidates."""


class SentenceRow(TypedDict):
    """One line of the report; `quote` is the text of the quoted sentences, `ranges` where they are in the normalised passage."""

    id: str
    verdict: str
    passage: str | None
    quote: str
    ranges: list[Span]
    score: float
    flags: list[dict[str, str]]


class Report(TypedDict):
    """`confusion` counts verdicts by label: {"supported": {"supported": 52, "partial": 2}, ...}."""

    sentences: list[SentenceRow]
    confusion: dict[str, dict[str, int]]
    ms_per_sentence: float


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence of the file with the ids of its candidates."""

    id: str
    analysis: Analysis
    candidates: tuple[str, ...]
    label: str | None


def check_file(
    rows: Iterable[Mapping[str, Any]],
    analyse: Analyse,
    *,
    idf: Idf | None = None,
    cosines_of: CosinesOf | None = None,
    scale: CosineScale | None = None,
) -> Report:
    """Check the sentences of a parsed file. Raises KeyError for a sentence row without `id`, `sentence` or `passages`."""
    passages, questions = read(rows, analyse)
    idf = idf or frequencies_of(passages.values())
    found: list[SentenceRow] = []
    confusion: dict[str, Counter[str]] = {}
    seconds = 0.0
    for question in questions:
        candidates = [passages[key] for key in question.candidates]
        cosines = cosines_of(question.analysis.text, candidates) if cosines_of else None
        started = time.perf_counter()
        support = check(question.analysis, candidates, idf=idf, cosines=cosines, scale=scale)
        seconds += time.perf_counter() - started
        found.append(_row(question, support, passages))
        if question.label is not None:
            confusion.setdefault(question.label, Counter())[found[-1]["verdict"]] += 1
    return {
        "sentences": found,
        "confusion": {label: dict(counts) for label, counts in confusion.items()},
        "ms_per_sentence": round(1000 * seconds / len(found), 3) if found else 0.0,
    }


def read(rows: Iterable[Mapping[str, Any]], analyse: Analyse) -> tuple[dict[str, PreparedPassage], list[Question]]:
    """The passages of a file by id, prepared, and its sentences with the candidates that the file has."""
    rows = list(rows)
    texts = {row["id"]: normalise(row["text"]) for row in rows if row.get("type") == "passage"}
    asked = [row for row in rows if row.get("type") != "passage"]
    analyses = analyse([*texts.values(), *(normalise(row["sentence"]) for row in asked)])
    prepared = {
        key: prepare(Passage(key, analysis)) for key, analysis in zip(texts, analyses[: len(texts)], strict=True)
    }
    questions = [
        Question(row["id"], analysis, _candidates(row, texts), row.get("label"))
        for row, analysis in zip(asked, analyses[len(texts) :], strict=True)
    ]
    return prepared, questions


def _candidates(row: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, ...]:
    """The candidates that the file has; a row may ask to be checked without the passage that it came from."""
    left_out = row.get("gold_passage") if row.get("check_without_gold") else None
    return tuple(key for key in row["passages"] if key in known and key != left_out)


def _row(question: Question, support: SentenceSupport, passages: Mapping[str, PreparedPassage]) -> SentenceRow:
    """A file knows four verdicts: what states nothing has nothing that supports it."""
    verdict = Verdict.UNSUPPORTED if support.verdict is Verdict.NOT_A_CLAIM else support.verdict
    text = passages[support.passage].text if support.passage else ""
    return {
        "id": question.id,
        "verdict": str(verdict),
        "passage": support.passage,
        "quote": " ".join(text[start:end] for start, end in support.quotes),
        "ranges": list(support.quotes),
        "score": round(support.score, 3),
        "flags": [
            {"kind": str(flag.kind), "answer": flag.answer_value, "source": flag.source_value} for flag in support.flags
        ],
    }
