"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, with its score parts.

    `dense` is the cosine, `lexical` the share of the question's information that stands in the chunk (0 to 1),
    `score` their sum by the profile's weights.
    """

    chunk: int
    document: int
    revision: int
    collection: int
    audience: int
    collection_slug: str
    title: str
    revision_number: int
    position: int
    path: str
    page: int
    start: int
    end: int
    context: str
    text: str
    language: str
    score: float
    dense: float
    lexical: float
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a search, best first, and what "not found" is judged by.

    `best_dense` and `best_lexical` are the largest parts over all candidates; `confidence` is the calibrated z, and
    `relevant` says whether it reaches the threshold of the question's language.
    """

    question: str
    language: str
    hits: tuple[Hit, ...]
    best_dense: float
    best_lexical: float
    confidence: float
    relevant: bool
    index_version: int
    ms: int
    matched_terms: tuple[str, ...] = field(default=())
