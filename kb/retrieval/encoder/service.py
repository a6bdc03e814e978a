"""What the encoder does with a checked request: queue it, run it in small pieces, put the results back in order."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.worker import Urgency, Worker

if TYPE_CHECKING:
    from kb.retrieval.encoder.analyser import Analyser
    from kb.retrieval.encoder.model import Embedder, Piece

T = TypeVar("T")

BATCH_TEXTS = 8
BATCH_TOKENS = 1_280  # with padding: a question waits for one batch at most, so a batch stays short
SLICE_CHARACTERS = 8_000  # of Korean analysis at a time: about a tenth of a second
SOON_CHARACTERS = 30_000


class Loading(Exception):
    """The part that is asked for is not in memory yet."""


class NotServed(Exception):
    """Embeddings come from another server."""


class TextTooLong(Exception):
    """A text does not fit the model and must not be cut."""

    def __init__(self, index: int, tokens: int, most: int) -> None:
        super().__init__(f"`inputs[{index}]` has {tokens} tokens; at most {most} fit")


class BadVector(Exception):
    """The model gave a vector that is not one."""


@dataclass
class Service:
    """Both models with a worker each. `embedder` and `analyser` are set when they are loaded."""

    embeds: bool = True
    embedder: Embedder | None = None
    analyser: Analyser | None = None
    vectors: Worker = field(default_factory=lambda: Worker("embedder", after_bulk=return_memory))
    texts: Worker = field(default_factory=partial(Worker, "analyser"))

    @property
    def ready(self) -> bool:
        """Whether everything that will be served is loaded."""
        return self.analyser is not None and (self.embedder is not None or not self.embeds)

    async def embed(self, inputs: Sequence[str], *, truncate: bool) -> np.ndarray:
        """Vectors (n, dimensions). Raises TextTooLong for a text over the model's limit unless `truncate`."""
        embedder = self._embedder()
        urgency = Urgency.QUESTION if len(inputs) == 1 else Urgency.BULK
        most = embedder.facts.max_tokens
        counts = await asyncio.wrap_future(self.texts.submit(urgency, partial(embedder.count, inputs)))
        for index, tokens in enumerate(counts):
            if tokens > most and not truncate:
                raise TextTooLong(index, tokens, most)
        batches = pack([min(tokens, most) for tokens in counts])
        works = [partial(embedder.embed, [inputs[i] for i in batch]) for batch in batches]
        found = await _together(self.vectors, urgency, works)
        vectors = np.empty((len(inputs), embedder.facts.dimensions), np.float32)
        for batch, part in zip(batches, found, strict=True):
            vectors[batch] = part
        if not np.isfinite(vectors).all():
            raise BadVector("the model gave a vector that is not finite")
        return vectors

    async def count(self, inputs: Sequence[str]) -> list[int]:
        """Tokens of each text, with the special ones."""
        return await self._counted(inputs, self._embedder().count)

    async def tokenize(self, inputs: Sequence[str], *, specials: bool) -> list[list[Piece]]:
        """The tokens of each text."""
        return await self._counted(inputs, partial(self._embedder().tokenize, specials=specials))

    async def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Sentences and morphemes of each text."""
        if self.analyser is None:
            raise Loading
        works = [
            partial(self.analyser.analyse, part)
            for part in slices(texts, [len(text) for text in texts], SLICE_CHARACTERS)
        ]
        return [one for part in await _together(self.texts, _urgency_of(texts), works) for one in part]

    async def _counted(self, inputs: Sequence[str], work: Callable[[Sequence[str]], list[T]]) -> list[T]:
        parts = slices(inputs, [len(text) for text in inputs], SLICE_CHARACTERS * 4)
        found = await _together(self.texts, _urgency_of(inputs), [partial(work, part) for part in parts])
        return [one for part in found for one in part]

    def _embedder(self) -> Embedder:
        if not self.embeds:
            raise NotServed
        if self.embedder is None:
            raise Loading
        return self.embedder


def return_memory() -> None:
    """Give freed memory back to the system. Batches of ever other sizes leave the C library with hundreds of megabytes
    that nothing uses; only glibc has this call, and only it needs it."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _urgency_of(texts: Sequence[str]) -> Urgency:
    if len(texts) == 1:
        return Urgency.QUESTION
    return Urgency.SOON if sum(map(len, texts)) <= SOON_CHARACTERS else Urgency.BULK


async def _together(worker: Worker, urgency: Urgency, works: Sequence[Callable[[], T]]) -> list[T]:
    """Queue all pieces and wait for them; when this is cancelled, or one fails, those that have not begun leave."""
    futures: list[Future[T]] = []
    try:
        futures += [worker.submit(urgency, work) for work in works]
        return list(await asyncio.gather(*(asyncio.wrap_future(future) for future in futures)))
    finally:
        for future in futures:
            future.cancel()


def slices(texts: Sequence[T], sizes: Sequence[int], most: int) -> list[list[T]]:
    """Neighbours together, up to `most` in all; a larger one alone."""
    parts: list[list[T]] = []
    room = 0
    for text, size in zip(texts, sizes, strict=True):
        if not parts or size > room:
            parts.append([])
            room = most
        parts[-1].append(text)
        room -= size
    return parts


def pack(counts: Sequence[int]) -> list[list[int]]:
    """Batches of places, longest texts first: at most 8 texts and 1,280 tokens with padding, a longer text alone."""
    batches: list[list[int]] = []
    longest = 0
    for place in sorted(range(len(counts)), key=lambda i: -counts[i]):
        batch = batches[-1] if batches else None
        if batch is None or len(batch) == BATCH_TEXTS or longest * (len(batch) + 1) > BATCH_TOKENS:
            batches.append([])
            longest = counts[place]
        batches[-1].append(place)
    return batches
