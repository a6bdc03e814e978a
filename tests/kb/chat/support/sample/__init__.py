"""Labelled sentences in the style of company rules, written before the rules saw them, in three rounds.

`passages.tsv`: id and sentence; an id's sentences make its passage (1T1 is a table, one row a line). `first.tsv`, `second.tsv`,
`third.tsv`: kind, label, the passage that it came from, the numbers of the sentences that it stands on, and the sentence.
`cosines.json`: for the sentences of kind "cross" the cosines to the sentences of each candidate, by multilingual-e5-small.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.normalise import normalise

_FOLDER = Path(__file__).parent
_CANDIDATES = 6


@dataclass(frozen=True)
class Labelled:
    """A sentence, what it should be found to be, its candidates, and the ranges of its passage that it stands on."""

    kind: str
    label: str
    sentence: str
    source: str
    candidates: tuple[str, ...]
    quotes: tuple[tuple[int, int], ...]


@cache
def passages() -> dict[str, tuple[str, ...]]:
    """The sentences of each passage."""
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / "passages.tsv").read_text().splitlines():
        key, sentence = line.split("\t")
        found.setdefault(key, []).append(normalise(sentence))
    return {key: tuple(sentences) for key, sentences in found.items()}


def text_of(key: str) -> str:
    """The text of a passage."""
    return ("\n" if "T" in key else " ").join(passages()[key])


def labelled(part: str) -> list[Labelled]:
    """The sentences of one round: "first", "second" or "third"."""
    rows = (line.split("\t") for line in (_FOLDER / f"{part}.tsv").read_text().splitlines())
    return [
        Labelled(kind, label, sentence, source, _candidates(kind, source), _quotes(source, numbers))
        for kind, label, source, numbers, sentence in rows
    ]


def cosines() -> dict[str, dict[str, list[float]]]:
    """By sentence and passage, the cosines to the sentences of the passage."""
    return json.loads((_FOLDER / "cosines.json").read_text())


def _candidates(kind: str, source: str) -> tuple[str, ...]:
    """The source and the passages behind it in its language; a sentence of kind "other" is checked without its source."""
    group = [key for key in passages() if key[0] == source[0] and ("A" in key) == ("A" in source)]
    start = group.index(source)
    chosen = [group[(start + step) % len(group)] for step in range(min(_CANDIDATES, len(group)))]
    return tuple(chosen[1:] if kind == "other" else chosen)


def _quotes(source: str, numbers: str) -> tuple[tuple[int, int], ...]:
    if numbers == "-":
        return ()
    sentences = passages()[source]
    starts = [sum(len(s) + 1 for s in sentences[:n]) for n in range(len(sentences))]
    return tuple((starts[n], starts[n] + len(sentences[n])) for n in map(int, numbers.split(",")))
