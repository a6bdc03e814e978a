"""From hits to passages: neighbouring chunks of a section joined, near-duplicates dropped. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kb.retrieval.hits import Hit

GAP = 2  # code points (line ends) that may lie between neighbours
SAME = 0.9  # share of common shingles above which two passages say the same
SHINGLE = 12
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One or more chunks of a revision as one text: revision text[start:end]. Scores are those of its best chunk."""

    chunks: tuple[int, ...]
    document: int
    revision: int
    collection: int
    audience: int
    collection_slug: str
    title: str
    revision_number: int
    path: str
    page: int
    start: int
    end: int
    context: str
    text: str
    score: float
    dense: float
    lexical: float
    positions: tuple[int, int]

    @property
    def key(self) -> str:
        """Names the passage in a prompt's budget and in traces."""
        return f"{self.revision}:{self.start}-{self.end}"


def passages_of(hits: Sequence[Hit], limit: int = 6, longest: int = 2_400) -> list[Passage]:
    """At most `limit` passages, best first, none longer than `longest` code points unless one chunk is."""
    joined: list[Passage] = []
    for hit in hits:
        _join(joined, _single(hit), longest)
    return _without_doubles(sorted(joined, key=lambda passage: -passage.score))[:limit]


def _single(hit: Hit) -> Passage:
    return Passage(
        (hit.chunk,), hit.document, hit.revision, hit.collection, hit.audience, hit.collection_slug, hit.title,
        hit.revision_number, hit.path, hit.page, hit.start, hit.end, hit.context, hit.text, hit.score, hit.dense,
        hit.lexical, (hit.position, hit.position),
    )  # fmt: skip


def _join(passages: list[Passage], new: Passage, longest: int) -> None:
    """Put a passage beside its neighbours, or into the list as it is."""
    for place, held in enumerate(passages):
        if _neighbours(held, new) and max(held.end, new.end) - min(held.start, new.start) <= longest:
            passages.pop(place)
            _join(passages, _merged(held, new), longest)
            return
    passages.append(new)


def _neighbours(one: Passage, two: Passage) -> bool:
    if one.revision != two.revision or not _same_section(one.path, two.path):
        return False
    first, second = sorted((one, two), key=lambda passage: passage.start)
    return second.start <= first.end + GAP and second.positions[0] <= first.positions[1] + 1


def _same_section(one: str, two: str) -> bool:
    shorter, longer = sorted((one, two), key=len)
    return longer == shorter or longer.startswith(f"{shorter} ›") or not shorter


def _merged(one: Passage, two: Passage) -> Passage:
    first, second = sorted((one, two), key=lambda passage: (passage.start, -passage.end))
    best = max(one, two, key=lambda passage: passage.score)
    if second.end <= first.end:
        text = first.text
    else:
        gap = "\n" * max(0, second.start - first.end)
        text = first.text + gap + second.text[max(0, first.end - second.start) :]
    return replace(
        best,
        chunks=tuple(dict.fromkeys((*first.chunks, *second.chunks))),
        path=min(one.path, two.path, key=len),
        page=first.page,
        start=first.start,
        end=max(first.end, second.end),
        context=first.context,
        text=text,
        dense=max(one.dense, two.dense),
        lexical=max(one.lexical, two.lexical),
        positions=(min(first.positions[0], second.positions[0]), max(first.positions[1], second.positions[1])),
    )


def _without_doubles(passages: Iterable[Passage]) -> list[Passage]:
    kept: list[tuple[Passage, frozenset[str]]] = []
    for passage in passages:
        shingles = _shingles(passage.text)
        if not any(_overlap(shingles, other) >= SAME for _, other in kept):
            kept.append((passage, shingles))
    return [passage for passage, _ in kept]


def _shingles(text: str) -> frozenset[str]:
    plain = _SPACE.sub("", text)
    return frozenset(plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1)))


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """Share of the smaller set that stands in the larger one."""
    return len(one & two) / min(len(one), len(two))
