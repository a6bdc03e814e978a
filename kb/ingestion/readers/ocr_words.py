"""Tesseract's table of words: parsed, joined to lines, scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from kb.ingestion.readers.blocks import Box, count_letters
from kb.ingestion.readers.hwp_pages import surround

_WORD_LEVEL = "5"
_FIELDS = 12
_BLANK = 0.3


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its box in pixels, how sure Tesseract is (0-100), and the line that it belongs to."""

    text: str
    box: Box
    confidence: float
    line: tuple[int, int, int]

    def moved(self, dx: float, dy: float) -> Word:
        """The same word in the coordinates of the picture that its column was cut from."""
        x0, y0, x1, y1 = self.box
        return replace(self, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One printed line."""

    text: str
    box: Box


def parse_tsv(text: str) -> list[Word]:
    """The words of a TSV; lines of another level or shape are left out."""
    words = []
    for line in text.split("\n"):
        fields = line.split("\t")
        if len(fields) == _FIELDS and fields[0] == _WORD_LEVEL and fields[11].strip():
            left, top, width, height = (float(value) for value in fields[6:10])
            place = (int(fields[2]), int(fields[3]), int(fields[4]))
            words.append(Word(fields[11].strip(), (left, top, left + width, top + height), float(fields[10]), place))
    return words


def lines_of(words: list[Word]) -> list[OcrLine]:
    """Words on one line joined by blanks. A column that starts anew starts its lines anew."""
    lines = []
    for _, group in groupby(words, key=lambda word: word.line):
        members = list(group)
        box = surround([word.box for word in members])
        if box:
            lines.append(OcrLine(_join(members), box))
    return lines


def _join(words: list[Word]) -> str:
    """The words of a line. Tesseract takes Korean syllables apart: those that stand close are one word again.

    A gap is small measured by the width of a letter, which in a line of Korean print is nearly the same for all.
    """
    widths = sorted((word.box[2] - word.box[0]) / len(word.text) for word in words)
    letter = widths[len(widths) // 2]
    text = words[0].text
    for last, word in pairwise(words):
        is_split = _is_hangul(last.text[-1]) or _is_hangul(word.text[0])
        close = is_split and word.box[0] - last.box[2] < letter * _BLANK
        text += word.text if close else f" {word.text}"
    return text


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def score(words: list[Word]) -> float:
    """How much was read and how surely: letters weighted by the square of their confidence, so that noise counts little."""
    return sum(count_letters(word.text) * (max(word.confidence, 0.0) / 100) ** 2 for word in words)
