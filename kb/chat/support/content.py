"""The words of a text that carry its content: Korean morphemes, English stems, product codes."""

from __future__ import annotations

from collections.abc import Sequence

from kb.chat.support.korean_words import NOUN_TAGS, PREDICATE_TAGS, class_labels, korean_words
from kb.chat.support.latin_words import LATIN, latin_words
from kb.chat.support.stemming import OPPOSITES, canonical, stem
from kb.chat.support.words import Word
from kb.retrieval.analysis import Token

_OPPOSITE_FORMS = frozenset(canonical(form) for pair in OPPOSITES for form in pair)


def content_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The content words of text[start:end] in order; `tokens` are the morphemes of that range."""
    words = [*korean_words(tokens), *latin_words(text, start, end), *class_labels(text, start, end)]
    return tuple(sorted(words, key=lambda word: word.start))


def opposable_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Word, ...]:
    """The words that have an opposite in the vocabulary, stop words among them ("이후", "after")."""
    korean = (
        Word(canonical(t.form), True, t.start, t.end) for t in tokens if t.tag in NOUN_TAGS | PREDICATE_TAGS | {"MM"}
    )
    latin = (Word(canonical(stem(m[0].lower())), True, *m.span()) for m in LATIN.finditer(text, start, end))
    return tuple(word for word in (*korean, *latin) if word.form in _OPPOSITE_FORMS)
