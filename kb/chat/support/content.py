"""The words of a text that carry its content: Korean morphemes, English stems, product codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kb.chat.support.stemming import OPPOSITES, PHRASES, STOP_WORDS, canonical, stem
from kb.retrieval.analysis import Token

_NOUN_TAGS = {"NNG", "NNP", "XR", "SH"}
_PREDICATE_TAGS = {"VV", "VA", "MAG"}
_AFFIX_TAGS = {"XPN", "XSN"}
_LATIN = re.compile(r"[A-Za-z]+-?\d[A-Za-z0-9_-]*|\d+[A-Z][A-Za-z]*\b|[A-Za-z][A-Za-z'’&]*(?:-[A-Za-z][A-Za-z'’]*)*")
_LABEL = re.compile(r"(?<![가-힣A-Za-z])([가나다라마바사A-H])\s?(지역|등급|그룹|형|종|군|급|조|동|단계)(?![가-힣]{2})")
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]+-?\d|\d+[A-Z]")
_HANGUL = re.compile(r"[가-힣]")
_OPPOSITE_FORMS = frozenset(canonical(form) for pair in OPPOSITES for form in pair)
_SHORTEST_LATIN = 4
_TURNING = "무비미불부탈반"
_FIRST_SYLLABLE, _YEO, _I = ord("가"), 6, 20
_COUNTERS = frozenset("일 월 년 달 시 분 주 회 명 개 원 조 항 호 장 차".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A content word at [start, end): its canonical form, whether it is a noun, a product code, a proper name."""

    form: str
    noun: bool
    start: int
    end: int
    code: bool = False
    proper: bool = False


class _Piece(NamedTuple):
    """A Korean noun or predicate before stop words and synonyms."""

    form: str
    noun: bool
    start: int
    end: int
    proper: bool = False


def related(form: str, other: str) -> bool:
    """Whether one form is part of the other: 휴가 and 연차휴가, "insur" and "insurance".

    A prefix that turns the meaning makes another word (무주택자, 비공개, "unpaid"), and Latin forms must begin alike.
    """
    if len(form) < 2 or len(other) < 2:
        return False
    short, long = sorted((form, other), key=len)
    if long.isascii():
        return len(short) >= _SHORTEST_LATIN and long.startswith(short)
    return short in long and not (long[0] in _TURNING and long[1:].startswith(short))


def content_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The content words of text[start:end] in order; `tokens` are the morphemes of that range."""
    words = [*_korean(tokens), *_latin(text, start, end), *_labels(text, start, end)]
    return tuple(sorted(words, key=lambda word: word.start))


def opposable_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The words that have an opposite in the vocabulary, stop words among them ("이후", "after")."""
    korean = (Word(canonical(t.form), True, t.start, t.end) for t in tokens if t.tag in _NOUN_TAGS | _PREDICATE_TAGS)
    latin = (Word(canonical(stem(m[0].lower())), True, *m.span()) for m in _LATIN.finditer(text, start, end))
    return tuple(word for word in (*korean, *latin) if word.form in _OPPOSITE_FORMS)


def _korean(tokens: Sequence[Token]) -> Iterator[Word]:
    for piece in _joined(tokens):
        if piece.form in STOP_WORDS or piece.form.endswith("요일") or (piece.noun and piece.form in _COUNTERS):
            continue
        # A verb stem of one syllable has namesakes among nouns: 달다 (attach) and 달 (month).
        form = piece.form if piece.noun else _plain_stem(piece.form)
        form = form if piece.noun and len(form) == 1 else canonical(form)
        yield Word(form, piece.noun, piece.start, piece.end, proper=piece.proper)


def _joined(tokens: Sequence[Token]) -> Iterator[_Piece]:
    """Morphemes, with nouns joined where one piece is a single syllable or an affix: 인사 + 팀, 재 + 발급, 사용 + 자.

    The analyser cuts one word differently by context (특실, 특 + 실): joined pieces agree.
    """
    pieces: list[Token] = []
    for token in tokens:
        if _joins(pieces, token):
            pieces.append(token)
            continue
        yield from _noun(pieces)
        pieces = []
        if token.tag in _NOUN_TAGS | {"XPN"} and _HANGUL.search(token.form):
            pieces = [token]
        elif token.tag in _PREDICATE_TAGS and _HANGUL.search(token.form):
            yield _Piece(token.form, False, token.start, token.end)
    yield from _noun(pieces)


def _plain_stem(form: str) -> str:
    """빌려주 as 빌리: the analyser keeps some verbs together with 주다 and cuts others."""
    if len(form) < 3 or form[-1] != "주" or (ord(form[-2]) - _FIRST_SYLLABLE) % 28:
        return form
    vowel = (ord(form[-2]) - _FIRST_SYLLABLE) // 28 % 21
    contracted = chr(ord(form[-2]) + (_I - _YEO) * 28) if vowel == _YEO else form[-2]
    return form[:-2] + contracted


def _joins(pieces: Sequence[Token], token: Token) -> bool:
    """Whether a noun piece continues the one before it without a space."""
    if not pieces or pieces[-1].end != token.start or token.tag not in _NOUN_TAGS | _AFFIX_TAGS:
        return False
    return any(len(piece.form) == 1 or piece.tag in _AFFIX_TAGS for piece in (pieces[-1], token))


def _noun(pieces: Sequence[Token]) -> Iterator[_Piece]:
    """The noun that the pieces make; an affix alone (the 제 of 제2조) makes none."""
    if any(piece.tag in _NOUN_TAGS for piece in pieces):
        form = "".join(piece.form for piece in pieces if (piece.form, piece.tag) != ("들", "XSN"))
        proper = any(piece.tag == "NNP" for piece in pieces)
        yield _Piece(form, True, pieces[0].start, pieces[-1].end, proper)


def _labels(text: str, start: int, end: int) -> Iterator[Word]:
    """가 지역, B등급: a letter that tells one class of a list from the others counts like a product code."""
    for match in _LABEL.finditer(text, start, end):
        yield Word(f"{match[1]}_{match[2][0]}", True, *match.span(1), code=True)


def _is_acronym(piece: str) -> bool:
    """IT and HR are departments, "it" is a pronoun."""
    return len(piece) > 1 and piece.isupper()


def _latin(text: str, start: int, end: int) -> Iterator[Word]:
    phrases = [match.span() for match in _PHRASE.finditer(text, start, end)] if start < end else []
    for left, right in phrases:
        yield Word(PHRASES[text[left:right].lower()], True, left, right)
    for number, match in enumerate(_LATIN.finditer(text, start, end)):
        if any(left <= match.start() < right for left, right in phrases):
            continue
        # A capital at the start of a sentence says nothing.
        proper = match[0][0].isupper() and (number > 0 or match[0].isupper())
        if _CODE.match(match[0]):
            yield Word(match[0].replace("-", "").lower(), True, *match.span(), code=True, proper=True)
        else:
            yield from _latin_pieces(match[0], match.start(), proper=proper)


def _latin_pieces(written: str, offset: int, *, proper: bool) -> Iterator[Word]:
    """The content words of "multi-factor": each piece for itself."""
    for piece in written.split("-"):
        lowered = re.sub(r"['’]s?$", "", piece.lower())
        if lowered and (lowered not in STOP_WORDS or _is_acronym(piece)):
            yield Word(canonical(stem(lowered)), True, offset, offset + len(piece), proper=proper)
        offset += len(piece) + 1


def _labels(text: str, start: int, end: int) -> Iterator[Word]:
    """가 지역, B등급: a letter that tells one class of a list from the others counts like a product code."""
    for match in _LABEL.finditer(text, start, end):
        yield Word(f"{match[1]}_{match[2][0]}", True, *match.span(1), code=True)


def _is_acronym(piece: str) -> bool:
    """IT and HR are departments, "it" is a pronoun."""
    return len(piece) > 1 and piece.isupper()


def _latin(text: str, start: int, end: int) -> Iterator[Word]:
    first = True
    for match in _LATIN.finditer(text, start, end):
        # A capital at the start of a sentence says nothing.
        proper = match[0][0].isupper() and not (first and match.start() == start and not match[0].isupper())
        first = False
        if _CODE.match(match[0]):
            yield Word(match[0].replace("-", "").lower(), True, *match.span(), code=True, proper=True)
            continue
        offset = match.start()
        for piece in match[0].split("-"):
            lowered = re.sub(r"['’]s?$", "", piece.lower())
            if lowered and (lowered not in STOP_WORDS or _is_acronym(piece)):
                yield Word(canonical(stem(lowered)), True, offset, offset + len(piece), proper=proper)
            offset += len(piece) + 1
