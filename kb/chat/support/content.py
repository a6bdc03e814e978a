"""The words of a text that carry its content: Korean morphemes, English stems, product codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.chat.support.stemming import OPPOSITES, STOP_WORDS, canonical, stem
from kb.retrieval.analysis import Token

_NOUN_TAGS = {"NNG", "NNP", "XR", "SH"}
_PREDICATE_TAGS = {"VV", "VA", "MAG"}
_AFFIX_TAGS = {"XPN", "XSN"}
_LATIN = re.compile(r"[A-Za-z]+-?\d[\w-]*|\d+[A-Z][A-Za-z]*\b|[A-Za-z][A-Za-z'’&]*(?:-[A-Za-z][A-Za-z'’]*)*")
_CODE = re.compile(r"[A-Za-z]+-?\d|\d+[A-Z]")
_HANGUL = re.compile(r"[가-힣]")
_OPPOSITE_FORMS = frozenset(canonical(form) for pair in OPPOSITES for form in pair)
_COUNTERS = frozenset("일 월 년 시 분 주 회 명 개 원 조 항 호 장 차".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A content word at [start, end): its canonical form, whether it is a noun, and whether it names a product or the like."""

    form: str
    noun: bool
    start: int
    end: int
    code: bool = False


def content_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The content words of text[start:end] in order; `tokens` are the morphemes of that range."""
    words = [*_korean(text, tokens), *_latin(text, start, end)]
    return tuple(sorted(words, key=lambda word: word.start))


def opposable_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The words that have an opposite in the vocabulary, stop words among them ("이후", "after")."""
    korean = (Word(canonical(t.form), True, t.start, t.end) for t in tokens if t.tag in _NOUN_TAGS | _PREDICATE_TAGS)
    latin = (Word(canonical(stem(m[0].lower())), True, *m.span()) for m in _LATIN.finditer(text, start, end))
    return tuple(word for word in (*korean, *latin) if word.form in _OPPOSITE_FORMS)


def _korean(text: str, tokens: Sequence[Token]) -> Iterator[Word]:
    for form, noun, start, end in _joined(text, tokens):
        if form in STOP_WORDS or form.endswith("요일") or (noun and form in _COUNTERS):
            continue
        yield Word(canonical(form), noun, start, end)


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, bool, int, int]]:
    """Morphemes, with nouns joined where one piece is a single syllable or an affix: 인사 + 팀, 재 + 발급, 사용 + 자.

    The analyser cuts one word differently by context (특실, 특 + 실): joined pieces agree.
    """
    held: tuple[str, int, int, bool] | None = None
    for token in tokens:
        noun = token.tag in _NOUN_TAGS
        if not (noun or token.tag in _AFFIX_TAGS or token.tag in _PREDICATE_TAGS) or not _HANGUL.search(token.form):
            continue
        if noun or token.tag in _AFFIX_TAGS:
            short = len(token.form) == 1 or token.tag in _AFFIX_TAGS
            if held and held[2] == token.start and (short or held[3]):
                held = (held[0] + token.form, held[1], token.end, short)
                continue
            if held:
                yield held[0], True, held[1], held[2]
            held = (token.form, token.start, token.end, short) if noun or token.tag == "XPN" else None
            continue
        if held:
            yield held[0], True, held[1], held[2]
            held = None
        yield token.form, False, token.start, token.end
    if held:
        yield held[0], True, held[1], held[2]


def _latin(text: str, start: int, end: int) -> Iterator[Word]:
    for match in _LATIN.finditer(text, start, end):
        if _CODE.match(match[0]):
            yield Word(match[0].replace("-", "").lower(), True, *match.span(), code=True)
            continue
        offset = match.start()
        for piece in match[0].split("-"):
            lowered = re.sub(r"['’]s?$", "", piece.lower())
            if lowered and lowered not in STOP_WORDS:
                yield Word(canonical(stem(lowered)), True, offset, offset + len(piece))
            offset += len(piece) + 1
