"""cite: which sentence of a draft stands in which passage, decided by our own check and never by the model's markers.

A draft in which no sentence finds support is replaced by the quoted passages: a small model must never make Maru lie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from accounts.access import as_user
from kb.chat import support
from kb.chat.citations import Numbering
from kb.chat.drafts import clean
from kb.chat.events import Finished, Searched
from kb.chat.evidence import Evidence, gather, page_finder, rarity
from kb.chat.generate import Draft
from kb.chat.phrases import is_refusal
from kb.chat.prompt import Prompt
from kb.chat.quoting import quote_passages
from kb.chat.refuse import not_found
from kb.chat.retrieve import Sought
from kb.chat.sentences import AnswerSentence, Difference
from kb.chat.support import Verdict
from kb.models.chat import Basis
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.passages import Passage
from kb.retrieval.question import language_of

if TYPE_CHECKING:
    from kb.chat.answer import Ask

STANDING = (Verdict.SUPPORTED, Verdict.PARTIAL)
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Checked:
    """Sentences of an answer with what they cite."""

    sentences: tuple[AnswerSentence, ...]
    numbering: Numbering


def cite(ask: Ask, sought: Sought, prompt: Prompt, draft: Draft) -> Finished:
    """The finished answer: the draft with citations, the quoted passages in its place, or "not found"."""
    text = clean(draft.text)
    known = {
        "model": draft.model,
        "prompt_version": prompt.version,
        "budget": prompt.budget,
        "draft": draft.text,
        "prompt_tokens": draft.prompt_tokens,
        "completion_tokens": draft.completion_tokens,
    }
    if is_refusal(text):
        return replace(not_found(ask, sought), **known)
    checked = check_answer(ask, text, prompt.passages)
    if not any(sentence.verdict == Verdict.SUPPORTED for sentence in checked.sentences):
        return replace(quote_passages(ask, sought), replaced=True, **known)
    return replace(_finished(ask, sought, text, checked), **known)


def cite_partial(ask: Ask, searched: Searched, text: str) -> Finished:
    """A draft that was stopped, checked like any other and marked as stopped."""
    sought = Sought(searched.found.question, False, searched.found, searched.passages)
    kept = clean(text)
    finished = _finished(ask, sought, kept, check_answer(ask, kept, searched.passages))
    return replace(finished, stopped=True, draft=text)


def _finished(ask: Ask, sought: Sought, text: str, checked: _Checked) -> Finished:
    return Finished(
        text=text,
        basis=basis_of(checked.sentences),
        sentences=checked.sentences,
        citations=checked.numbering.citations(),
        language=ask.question.language,
        found=sought.found,
        passages=sought.passages,
        query=sought.query,
    )


def basis_of(sentences: Sequence[AnswerSentence]) -> Basis:
    """What an answer stands on: all of its claims, some, or none of them."""
    claims = [sentence for sentence in sentences if sentence.verdict != Verdict.NOT_A_CLAIM]
    supported = [sentence for sentence in claims if sentence.verdict == Verdict.SUPPORTED]
    if claims and len(supported) == len(claims):
        return Basis.SOURCED
    return Basis.MIXED if supported else Basis.MODEL


def check_answer(ask: Ask, text: str, passages: Sequence[Passage]) -> _Checked:
    """Check every sentence of an answer against the passages that its writer read."""
    client = encoder()
    evidence, (analysis,) = gather(passages, [text], client)
    spans = list(support.sentence_spans(analysis))
    cosines = _cosines(text, spans, evidence)
    with as_user(ask.user):
        idf = rarity([analysis, *(each.analysis for each in evidence)])
        numbering = Numbering(page_finder(passages))
    prepared = [support.prepare(support.Passage(each.passage.key, each.analysis, each.shift)) for each in evidence]
    by_key = {each.passage.key: each for each in evidence}
    sentences = tuple(
        _sentence(analysis, span, prepared, by_key, numbering, idf, cosine)
        for span, cosine in zip(spans, cosines, strict=True)
    )
    return _Checked(sentences, numbering)


def _sentence(
    analysis: Analysis,
    span: support.Span,
    prepared: Sequence[support.PreparedPassage],
    evidence: dict[str, Evidence],
    numbering: Numbering,
    idf: support.DocumentFrequencies,
    cosines: support.Cosines | None,
) -> AnswerSentence:
    found = support.check(analysis, prepared, span=span, idf=idf, cosines=cosines)
    numbers: tuple[int, ...] = ()
    if found.passage is not None and found.verdict in (*STANDING, Verdict.CONTRADICTED):
        numbers = numbering.cite(evidence[found.passage], found.quotes)
    differences = tuple(
        Difference(str(flag.kind), flag.answer_value, flag.source_value)
        for flag in found.flags
        if found.verdict == Verdict.CONTRADICTED
    )
    return AnswerSentence(span[0], span[1], str(found.verdict), numbers, differences)


def _cosines(text: str, spans: Sequence[support.Span], evidence: Sequence[Evidence]) -> list[support.Cosines | None]:
    """Cosines of sentences to passages, where answer and passage are in different languages and words cannot decide."""
    language = language_of(text)
    foreign = [each for each in evidence if language_of(each.passage.text) != language]
    if not foreign or not spans:
        return [None] * len(spans)
    vectors = encoder().embed_passages(
        [text[start:end] for start, end in spans] + [each.analysis.text[:2000] for each in foreign]
    )
    sentences, passages = vectors[: len(spans)], vectors[len(spans) :]
    table = np.asarray(sentences) @ np.asarray(passages).T
    return [{each.passage.key: float(value) for each, value in zip(foreign, row, strict=True)} for row in table]
