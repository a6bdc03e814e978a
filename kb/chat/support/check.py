"""Does a sentence stand in its passages? The one way in: `check`."""

from __future__ import annotations

from collections.abc import Sequence

from kb.chat.support.across import check_across
from kb.chat.support.claims import is_claim
from kb.chat.support.cosines import CosineScale, Nearness
from kb.chat.support.evidence import gather
from kb.chat.support.matching import Window, best_window
from kb.chat.support.model import Cosines, SentenceSupport, Span, Verdict
from kb.chat.support.passages import PreparedPassage
from kb.chat.support.statement import Statement, statement
from kb.chat.support.verdicts import decide
from kb.chat.support.weights import Idf, frequencies_of
from kb.retrieval.analysis import Analysis

_SHARES_WORDS = 0.4
"""From this coverage on a passage in the sentence's own language is what it stands on, whatever the other languages have."""


def check(
    analysis: Analysis,
    passages: Sequence[PreparedPassage],
    *,
    span: Span | None = None,
    idf: Idf | None = None,
    cosines: Cosines | None = None,
    scale: CosineScale | None = None,
) -> SentenceSupport:
    """Whether the sentence at `span` of an analysed answer (default: all of it) stands in one of the passages.

    `idf` weighs words; without it the passages at hand are counted. `cosines` make loose paraphrases recognisable and are
    needed for a sentence in another language than its passage; `scale` is that of their encoder.
    """
    sentence = statement(analysis, span or (0, len(analysis.text)))
    if not is_claim(sentence):
        return SentenceSupport(Verdict.NOT_A_CLAIM)
    candidates = [passage for passage in passages if passage.statements]
    if not candidates:
        return SentenceSupport(Verdict.UNSUPPORTED)
    idf = idf or frequencies_of(candidates)
    passage, window = best_passage(sentence, candidates, idf)
    foreign = [other for other in candidates if other.english != sentence.english]
    given, scale = cosines or {}, scale or CosineScale()
    if foreign and window.words < _SHARES_WORDS:
        return check_across(sentence, [Nearness(other, given.get(other.id), scale) for other in foreign], idf)
    near = Nearness(passage, given.get(passage.id), scale)
    evidence = gather(sentence, passage, idf, near.of_statement)
    verdict, score, flags = decide(evidence, near)
    return SentenceSupport(verdict, passage.id, evidence.quotes, score, flags)


def best_passage(sentence: Statement, passages: Sequence[PreparedPassage], idf: Idf) -> tuple[PreparedPassage, Window]:
    """The passage with the window that covers the sentence best, and that window."""
    windows = [(passage, best_window(sentence, passage, idf)) for passage in passages]
    return max(windows, key=lambda found: found[1].rank)
