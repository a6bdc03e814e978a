"""The encoder's client: vectors, token counts and Korean analysis for web and workers.

Embeddings come from our encoder process, or from a TEI server in its place; texts are always analysed by our encoder.
Whatever comes back is checked before anybody sees it: a wrong vector that is stored once is found by nobody later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kb.normalise import normalise
from kb.retrieval.analysis import Analysis, Token
from kb.retrieval.encoder.errors import EncoderNonsense
from kb.retrieval.encoder.transport import Patience, Transport
from kb.retrieval.profiles import Profile, profile_of_model

SPECIALS = 2  # tokens of an empty text
_REQUEST_TEXTS = 32  # TEI's default limit
_REQUEST_CHARACTERS = 500_000
_LENGTH_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect; for a question; for a request of many passages; and how long an absent encoder is awaited."""

    connect: float = 2.0
    question: float = 30.0
    bulk: float = 300.0
    question_absence: float = 3.0
    bulk_absence: float = 20.0


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """What serves the embeddings. `max_tokens` is the longest text with its special tokens."""

    model: str
    sha: str
    dimensions: int
    max_tokens: int
    batch: int


class EncoderClient:
    """Synchronous, and safe to share between threads and across forks.

    `profile` says the prefixes and dimensions. Without one the server is asked for its model's name at the first use.
    Every method raises EncoderDown, EncoderSlow, EncoderNonsense or EncoderRefused (kb.retrieval.encoder.errors).
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        embedder_url: str | None = None,
        embedder_key: str = "",
        profile: Profile | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        waits = timeouts or Timeouts()
        self._own = Transport(url, key, connect=waits.connect)
        self._embedder = Transport(embedder_url, embedder_key, connect=waits.connect) if embedder_url else self._own
        self._is_tei = embedder_url is not None
        self._question = Patience(waits.question, waits.question_absence)
        self._bulk = Patience(waits.bulk, waits.bulk_absence)
        self._profile = profile
        self._info: EmbedderInfo | None = None

    @property
    def profile(self) -> Profile:
        """The profile of the model that embeds, with its dimensions."""
        if self._profile is None or not self._profile.dimensions:
            info = self.info()
            known = self._profile or profile_of_model(info.model)
            self._profile = known if known.dimensions else replace(known, dimensions=info.dimensions)
        return self._profile

    def embed_query(self, text: str) -> np.ndarray:
        """The vector (dimensions,) of a question, float32 of unit length. Goes before all bulk work; cut when too long."""
        profile = self.profile
        return self._embed([profile.query_prefix + normalise(text)], profile, self._question, truncate=True)[0]

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (n, dimensions) of questions that nobody waits for; cut when too long."""
        profile = self.profile
        wanted = [profile.query_prefix + normalise(text) for text in texts]
        parts = [self._embed(part, profile, self._bulk, truncate=True) for part in _requests(wanted, self._batch())]
        return np.concatenate(parts) if parts else np.zeros((0, profile.dimensions), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (n, dimensions) of passages, float32 of unit length. One that does not fit the model is refused."""
        profile = self.profile
        wanted = [profile.passage_prefix + normalise(text) for text in texts]
        parts = [self._embed(part, profile, self._bulk, truncate=False) for part in _requests(wanted, self._batch())]
        return np.concatenate(parts) if parts else np.zeros((0, profile.dimensions), np.float32)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by the embedder's tokenizer, with the special ones and without a prefix."""
        clean = [normalise(text) for text in texts]
        spoken = [text for text in clean if text.strip()]
        found: list[int] = []
        for part in _requests(spoken, self._batch()):
            found += self._count(part, self._patience(clean))
        counts = iter(found)
        return [next(counts) if text.strip() else SPECIALS for text in clean]

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Sentences and morphemes of each text; `Analysis.text` is the normalised text that the offsets are of."""
        clean = [normalise(text) for text in texts]
        spoken = [text for text in clean if text.strip()]
        found: list[Analysis] = []
        for part in _requests(spoken, 256):
            answer = self._own.post("/analyse", {"texts": part}, self._patience(clean))
            found += _analyses(part, answer)
        analyses = iter(found)
        return [next(analyses) if text.strip() else Analysis(text, (), ()) for text in clean]

    def info(self) -> EmbedderInfo:
        """What serves the embeddings; asked once. A TEI server does not say its dimensions, so one word is embedded."""
        if self._info is None:
            self._info = self._asked_info()
        return self._info

    def close(self) -> None:
        """Close the connections."""
        self._own.close()
        self._embedder.close()

    def _asked_info(self) -> EmbedderInfo:
        row = self._embedder.get("/info", self._question)
        if not isinstance(row, dict) or not isinstance(row.get("model_id"), str):
            raise EncoderNonsense("/info names no model")
        dimensions = row.get("dimensions")
        if not isinstance(dimensions, int):
            probe = self._embedder.post("/embed", {"inputs": ["query: 1"]}, self._question)
            dimensions = len(probe[0]) if isinstance(probe, list) and probe and isinstance(probe[0], list) else 0
        batch = min(int(row.get("max_client_batch_size") or _REQUEST_TEXTS), _REQUEST_TEXTS)
        return EmbedderInfo(
            row["model_id"], str(row.get("model_sha") or ""), dimensions, int(row.get("max_input_length") or 512), batch
        )

    def _batch(self) -> int:
        return self.info().batch if self._is_tei else _REQUEST_TEXTS

    def _patience(self, texts: Sequence[str]) -> Patience:
        return self._question if len(texts) <= 1 else self._bulk

    def _embed(self, inputs: Sequence[str], profile: Profile, patience: Patience, *, truncate: bool) -> np.ndarray:
        body = {"inputs": list(inputs), "normalize": True, "truncate": truncate}
        return checked_vectors(self._embedder.post("/embed", body, patience), len(inputs), profile.dimensions)

    def _count(self, inputs: Sequence[str], patience: Patience) -> list[int]:
        if not self._is_tei:
            return _counts(self._embedder.post("/count", {"inputs": list(inputs)}, patience), len(inputs))
        answer = self._embedder.post("/tokenize", {"inputs": list(inputs), "add_special_tokens": True}, patience)
        if not isinstance(answer, list) or not all(isinstance(tokens, list) for tokens in answer):
            raise EncoderNonsense("/tokenize gave no lists of tokens")
        return _counts([len(tokens) for tokens in answer], len(inputs))


def _requests(texts: Sequence[str], most: int) -> Iterator[list[str]]:
    """As many texts as one request may carry; a question that waits meanwhile loses nothing by it."""
    part: list[str] = []
    size = 0
    for text in texts:
        if part and (len(part) == most or size + len(text) > _REQUEST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(text)
        size += len(text)
    if part:
        yield part


def checked_vectors(answer: Any, texts: int, dimensions: int) -> np.ndarray:
    """The answer as float32 (texts, dimensions). Raises EncoderNonsense unless it is that, finite, and of unit length."""
    try:
        vectors = np.asarray(answer, dtype=np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        raise EncoderNonsense("the answer is no matrix of numbers") from error
    if vectors.shape != (texts, dimensions):
        raise EncoderNonsense(f"{(texts, dimensions)} was asked for, {vectors.shape} came")
    if not np.isfinite(vectors).all():
        raise EncoderNonsense("a vector is not finite")
    lengths = np.linalg.norm(vectors, axis=1)
    if (np.abs(lengths - 1.0) > _LENGTH_TOLERANCE).any():
        raise EncoderNonsense("a vector has not unit length")
    return vectors


def _counts(answer: Any, texts: int) -> list[int]:
    if not isinstance(answer, list) or len(answer) != texts or not all(_is_count(each) for each in answer):
        raise EncoderNonsense("the counts are not one whole number a text")
    return answer


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _analyses(texts: Sequence[str], answer: Any) -> list[Analysis]:
    try:
        rows = answer["analyses"]
        found = [_analysis(text, row) for text, row in zip(texts, rows, strict=True)]
    except (KeyError, TypeError, ValueError) as error:
        raise EncoderNonsense("the analyses cannot be read") from error
    return found


def _analysis(text: str, row: Any) -> Analysis:
    sentences = tuple(_span(text, start, end) for start, end in row["sentences"])
    tokens = tuple(Token(str(form), str(tag), *_span(text, start, end)) for form, tag, start, end in row["tokens"])
    return Analysis(text, sentences, tokens)


def _span(text: str, start: Any, end: Any) -> tuple[int, int]:
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(text)):
        raise ValueError("a place outside the text")
    return start, end
