"""The support check: does a sentence of an answer stand in the passages that it was given, and where?

    prepare(passage) once, then check(sentence, passages) for each sentence of the answer.

Pure code without models: words, numbers and units, dates, negation; embeddings only as cosines that the caller has.
docs/decisions/support-check.md says why it is built so and what was measured.
"""

from kb.chat.support.check import check
from kb.chat.support.cosines import CosineScale
from kb.chat.support.model import Cosines, Difference, DifferenceKind, Passage, SentenceSupport, Span, Verdict
from kb.chat.support.passages import PreparedPassage, prepare
from kb.chat.support.sentences import sentence_spans
from kb.chat.support.weights import DocumentFrequencies, frequencies_of

__all__ = [
    "CosineScale",
    "Cosines",
    "Difference",
    "DifferenceKind",
    "DocumentFrequencies",
    "Passage",
    "PreparedPassage",
    "SentenceSupport",
    "Span",
    "Verdict",
    "check",
    "frequencies_of",
    "prepare",
    "sentence_spans",
]
