"""Korean content words: morphemes joined to the words that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.chat.support.stemming import STOP_WORDS, canonical
from kb.chat.support.words import Word
from kb.retrieval.analysis import Token

NOUN_TAGS = frozenset({"NNG", "NNP", "XR", "SH"})
PREDICATE_TAGS = frozenset({"VV", "VA", "MAG"})
_AFFIX_TAGS = {"XPN", "XSN"}
_HANGUL = re.compile(r"[가-힣]")
_COUNTERS = frozenset("일월년달시분주회명개원조항호장차")
_FIRST_SYLLABLE, _YEO, _I = ord("가"), 6, 20
# 가 지역, B등급
_LABEL = re.compile(r"(?<![가-힣A-Za-z])([가나다라마바사A-H])\s?(지역|등급|그룹|형|종|군|급|조|동|단계)(?![가-힣]{2})")


class _Piece(NamedTuple):
    """A noun or predicate before stop words and synonyms."""

    form: str
    noun: bool
    start: int
    end: int
    proper: bool = False
    terms: tuple[str, ...] = ()


def korean_words(tokens: Sequence[Token]) -> Iterator[Word]:
    """The content words that the morphemes make, without stop words, in their canonical forms."""
    for piece in _joined(tokens):
        if piece.form in STOP_WORDS or piece.form.endswith("요일") or (piece.noun and piece.form in _COUNTERS):
            continue
        # A verb stem of one syllable has namesakes among nouns: 달다 (attach) and 달 (month).
        form = piece.form if piece.noun else _plain_stem(piece.form)
        form = form if piece.noun and len(form) == 1 else canonical(form)
        yield Word(form, piece.noun, piece.start, piece.end, proper=piece.proper, terms=piece.terms)


def _joined(tokens: Sequence[Token]) -> Iterator[_Piece]:
    """Morphemes, with nouns joined where one piece is a single syllable or an affix: 인사 + 팀, 재 + 발급, 사용 + 자.

    The analyser cuts one word differently by context (특실, 특 + 실): joined pieces agree.
    """
    pieces: list[Token] = []
    before: Token | None = None
    for token in tokens:
        counts = before is not None and before.tag in {"SN", "NR", "MM"}
        before = token
        if _joins(pieces, token):
            pieces.append(token)
            continue
        yield from _noun(pieces)
        pieces = []
        # 일비 comes as 일 (a counter) + 비; a counter behind a number stays one.
        if (token.tag in NOUN_TAGS | {"XPN"} or (token.tag == "NNB" and not counts)) and _HANGUL.search(token.form):
            pieces = [token]
        elif token.tag in PREDICATE_TAGS and _HANGUL.search(token.form):
            yield _Piece(token.form, False, token.start, token.end, terms=(token.form,))
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
    if not pieces or pieces[-1].end != token.start or token.tag not in NOUN_TAGS | _AFFIX_TAGS:
        return False
    return any(len(piece.form) == 1 or piece.tag in _AFFIX_TAGS for piece in (pieces[-1], token))


def _noun(pieces: Sequence[Token]) -> Iterator[_Piece]:
    """The noun that the pieces make; an affix alone (the 제 of 제2조) makes none."""
    if any(piece.tag in NOUN_TAGS for piece in pieces):
        form = "".join(piece.form for piece in pieces if (piece.form, piece.tag) != ("들", "XSN"))
        proper = any(piece.tag == "NNP" for piece in pieces)
        terms = tuple(piece.form for piece in pieces if piece.tag in NOUN_TAGS)
        yield _Piece(form, True, pieces[0].start, pieces[-1].end, proper, terms)


def class_labels(text: str, start: int, end: int) -> Iterator[Word]:
    """가 지역, B등급: a letter that tells one class of a list from the others counts like a product code."""
    for match in _LABEL.finditer(text, start, end):
        yield Word(f"{match[1]}_{match[2][0]}", True, *match.span(1), code=True)
