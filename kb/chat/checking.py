"""Checking an answer sentence by sentence against the passages that its writer read (kb/chat/support)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accounts.access import as_user
from accounts.models import User
from kb.chat import support
from kb.chat.citations import Numbering
from kb.chat.evidence import Evidence, page_finder, rarity
from kb.chat.expectation import says_nothing
from kb.chat.sentences import AnswerSentence, Difference
from kb.chat.support import Verdict
from kb.models.chat import Basis
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.question import language_of

STANDING = (Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentences of an answer with their verdicts, and the citations that they need."""

    sentences: tuple[AnswerSentence, ...]
    numbering: Numbering

    @property
    def supported(self) -> bool:
        """Whether any sentence stands in a passage."""
        return any(sentence.verdict == Verdict.SUPPORTED for sentence in self.sentences)

    @property
    def basis(self) -> Basis:
        """What the answer stands on: passages for all of its claims, for some, or for none."""
        claims = [sentence for sentence in self.sentences if sentence.verdict != Verdict.NOT_A_CLAIM]
        if claims and all(sentence.verdict == Verdict.SUPPORTED for sentence in claims):
            return Basis.SOURCED
        return Basis.MIXED if self.supported else Basis.MODEL


def check_answer(user: User, analysis: Analysis, evidence: Sequence[Evidence], encoder: EncoderClient) -> Checked:
    """Check every sentence of an analysed answer."""
    spans = list(support.sentence_spans(analysis))
    prepared = [support.prepare(support.Passage(each.passage.key, each.analysis, each.shift)) for each in evidence]
    cosines = _cosines(analysis, spans, prepared, encoder)
    with as_user(user):
        idf = rarity([analysis, *(each.analysis for each in evidence)])
        numbering = Numbering(page_finder([each.passage for each in evidence]))
    by_key = {each.passage.key: each for each in evidence}
    sentences = []
    for span, near in zip(spans, cosines, strict=True):
        if says_nothing(analysis.text[span[0] : span[1]]):
            sentences.append(AnswerSentence(span[0], span[1], str(Verdict.NOT_A_CLAIM)))
            continue
        found = support.check(analysis, prepared, span=span, idf=idf, cosines=near)
        sentences.append(_sentence(span, found, by_key, numbering))
    return Checked(tuple(sentences), numbering)


def _sentence(
    span: support.Span, found: support.SentenceSupport, evidence: dict[str, Evidence], numbering: Numbering
) -> AnswerSentence:
    numbers: tuple[int, ...] = ()
    if found.passage is not None and found.verdict in STANDING:
        numbers = numbering.cite(evidence[found.passage], found.quotes)
    differences = tuple(
        Difference(str(flag.kind), flag.answer_value, flag.source_value)
        for flag in found.flags
        if found.verdict == Verdict.CONTRADICTED
    )
    return AnswerSentence(span[0], span[1], str(found.verdict), numbers, differences)


def _cosines(
    analysis: Analysis,
    spans: Sequence[support.Span],
    prepared: Sequence[support.PreparedPassage],
    encoder: EncoderClient,
) -> list[support.Cosines | None]:
    """Cosines of answer sentences to passage sentences, where the two are in different languages.

    In one language words and numbers decide alone; across languages there are few in common.
    """
    language = language_of(analysis.text)
    foreign = [each for each in prepared if each.spans and language_of(each.text) != language]
    if not foreign or not spans:
        return [None] * len(spans)
    queries = np.stack([encoder.embed_query(analysis.text[start:end]) for start, end in spans])
    tables = {each.id: queries @ _vectors(each, encoder).T for each in foreign}
    return [{key: [float(x) for x in table[place]] for key, table in tables.items()} for place in range(len(spans))]


def _vectors(passage: support.PreparedPassage, encoder: EncoderClient) -> np.ndarray:
    return np.asarray(encoder.embed_passages([passage.text[start:end] for start, end in passage.spans]))
