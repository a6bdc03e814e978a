"""Scanned pages to text with Debian's Tesseract as a process: columns cut at their white gap, then read as one column each.

Tesseract's own page analysis (psm 3) breaks clean Korean pages apart, psm 6 mixes columns: so we cut, and compare only when unsure.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from kb.ingestion.readers.blocks import Block, Kind, Reason, count_letters
from kb.ingestion.readers.finish import page_list
from kb.ingestion.readers.hwp_pages import surround
from kb.ingestion.readers.ocr_columns import columns
from kb.ingestion.readers.ocr_skew import straighten
from kb.ingestion.readers.ocr_words import OcrLine, Word, lines_of, parse_tsv, score
from kb.ingestion.readers.page_pictures import PagePicture, PagePictures
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source
from kb.ingestion.readers.structure import is_title_line, starts_item

_SRC = "tesseract"
_UNSURE = 70.0
_LEAST_HANGUL = 0.1
_GAP = 0.9
_CALL_S = 40
_TIME_SHARE = 0.7
PACKAGES = "tesseract-ocr tesseract-ocr-kor"


def missing() -> str:
    """What has to be installed before pages can be recognised; empty when all is there."""
    return "" if {"kor", "eng"} <= _languages() else PACKAGES


def read_pages(source: Source, numbers: tuple[int, ...]) -> Draft:
    """The text of these pages (from 1); those that the time does not suffice for come back as `pending_ocr`.

    Raises ReadFailure: ocr_missing, or what keeps the file from being opened.
    """
    if missing():
        raise ReadFailure("ocr_missing", packages=PACKAGES)
    blocks: list[Block] = []
    unsure, failed = [], []
    deadline = time.monotonic() + source.limits.wall_s * _TIME_SHARE
    done = 0
    with PagePictures(source) as pictures:
        for number in numbers:
            if time.monotonic() > deadline:
                break
            picture = pictures.draw(number)
            words = recognise(picture.image) if picture else []
            blocks.extend(to_blocks(words, number, picture) if picture else ())
            if picture is None:
                failed.append(number)
            elif words and _confidence(words) < _UNSURE:
                unsure.append(number)
            done += 1
            source.progress(done, len(numbers))
    warnings = [
        Reason(code, {"pages": page_list(pages)})
        for code, pages in (("ocr_uncertain", unsure), ("pages_unread", failed))
        if pages
    ]
    return Draft(_SRC, blocks, warnings=warnings, pending_ocr=numbers[done:])


def recognise(image: Any) -> list[Word]:
    """Words of a page's picture in reading order, boxes in pixels of that picture."""
    upright = straighten(image)
    found: list[Word] = []
    for number, box in enumerate(columns(upright.image)):
        for word in _best(upright.image.crop(box)):
            moved = word.moved(box[0], box[1])
            found.append(replace(moved, box=upright.turned_back(moved.box), line=(number, *moved.line[1:])))
    return found


def _best(image: Any) -> list[Word]:
    """One column by psm 6; when unsure also by psm 3; as English when there is hardly any Hangul. The surest reading wins."""
    words = _tesseract(image, "kor", 6)
    if _confidence(words) >= _UNSURE and _hangul_share(words) >= _LEAST_HANGUL:
        return words
    others = [_tesseract(image, "eng", 6)] if _hangul_share(words) < _LEAST_HANGUL else [_tesseract(image, "kor", 3)]
    return max([words, *others], key=score)


def _tesseract(image: Any, language: str, mode: int) -> list[Word]:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", language, "--psm", str(mode), "--dpi", "200", "tsv"]
    try:
        done = subprocess.run(command, input=buffer.getvalue(), capture_output=True, check=False, timeout=_CALL_S)
    except subprocess.TimeoutExpired:
        return []
    return parse_tsv(done.stdout.decode("utf-8", "replace"))


def to_blocks(words: list[Word], number: int, picture: PagePicture) -> Iterator[Block]:
    """Paragraphs: lines that follow closely, cut where one starts an article, an item or a title."""
    lines = lines_of(words)
    for group in _paragraphs(lines):
        box = surround([line.box for line in group])
        yield Block(
            Kind.PARAGRAPH, " ".join(line.text for line in group), page=number, bbox=picture.to_points(box), src=_SRC
        )


def _paragraphs(lines: list[OcrLine]) -> Iterator[list[OcrLine]]:
    group: list[OcrLine] = []
    for line in lines:
        if group and (_is_apart(group[-1], line) or starts_item(line.text) or is_title_line(group[-1].text)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_apart(last: OcrLine, line: OcrLine) -> bool:
    height = max(last.box[3] - last.box[1], line.box[3] - line.box[1])
    return line.box[1] < last.box[1] or line.box[1] - last.box[3] > height * _GAP


def _confidence(words: list[Word]) -> float:
    letters = sum(count_letters(word.text) for word in words)
    return sum(word.confidence * count_letters(word.text) for word in words) / letters if letters else 0.0


def _hangul_share(words: list[Word]) -> float:
    text = "".join(word.text for word in words)
    letters = count_letters(text)
    return sum("가" <= char <= "힣" for char in text) / letters if letters else 0.0


@cache
def _languages() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return frozenset(done.stdout.split() + done.stderr.split())
