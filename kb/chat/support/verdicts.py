"""From evidence to a verdict: the thresholds of the support check, all in one place."""

from __future__ import annotations

from math import exp

from kb.chat.support.cosines import Nearness
from kb.chat.support.evidence import Evidence
from kb.chat.support.model import Difference, Verdict

_SUPPORTED = 0.5
_TOPIC_LOWEST, _TOPIC_WORDS = 0.5, 0.6
_TOPIC_NOUNS, _TOPIC_SOME_WORDS = 0.8, 0.5
_PARTIAL_LOWEST, _PARTIAL_HIGHEST, _PARTIAL_GAP = 0.5, 0.5, 0.25
_MISSING_WORDS = 0.5


def chance(evidence: Evidence, lean: float | None) -> float:
    """The estimated chance that the sentence is faithful, were there no differences: a logistic regression of four measures."""
    if lean is None:
        weighted = 5.1 * evidence.lowest + 2.6 * evidence.nouns + 1.5 * evidence.numbers - 5.9
    else:
        weighted = 4.8 * evidence.lowest + 2.0 * evidence.nouns + 1.5 * evidence.numbers + 1.1 * lean - 5.5
    return 1 / (1 + exp(-weighted))


def decide(evidence: Evidence, near: Nearness) -> tuple[Verdict, float, tuple[Difference, ...]]:
    """The verdict, the score and the differences that count.

    A difference counts only when the passage speaks of the same thing at all.
    """
    score = chance(evidence, near.lean)
    flags = evidence.flags if _on_topic(evidence, near) else ()
    if flags:
        return Verdict.CONTRADICTED, min(score, 1 - score), flags
    if _is_partial(evidence):
        return Verdict.PARTIAL, min(score, 0.5), ()
    return (Verdict.SUPPORTED if score >= _SUPPORTED else Verdict.UNSUPPORTED), score, ()


def _on_topic(evidence: Evidence, near: Nearness) -> bool:
    if evidence.lowest >= _TOPIC_LOWEST or evidence.words >= _TOPIC_WORDS or near.on_topic:
        return True
    return evidence.nouns >= _TOPIC_NOUNS and evidence.words >= _TOPIC_SOME_WORDS


def _is_partial(evidence: Evidence) -> bool:
    """One clause stands in the passage and another does not, or a number has no counterpart."""
    torn = (
        evidence.clauses > 1
        and evidence.lowest < _PARTIAL_LOWEST
        and evidence.highest >= _PARTIAL_HIGHEST
        and evidence.highest - evidence.lowest >= _PARTIAL_GAP
    )
    return torn or (evidence.missing > 0 and evidence.highest >= _PARTIAL_HIGHEST and evidence.words >= _MISSING_WORDS)
