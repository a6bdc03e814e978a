"""English word forms to stems, and the vocabulary as lookup tables."""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer import stemmer

from kb.chat.support import vocabulary

_stemmer = stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case English word; Korean comes back unchanged."""
    return str(_stemmer.stemWord(word)) if word.isascii() else word


def _synonym_table() -> dict[str, str]:
    groups = [[stem(word) for word in line.split()] for line in vocabulary.SYNONYMS.strip().splitlines()]
    return {word: group[0] for group in groups for word in group}


SYNONYMS: dict[str, str] = _synonym_table()


def canonical(form: str) -> str:
    """The form that stands for all words of the same meaning."""
    return SYNONYMS.get(form, form)


STOP_WORDS = frozenset(vocabulary.STOP_KO.split()) | frozenset(vocabulary.STOP_EN.split())
PHRASES: dict[str, str] = {
    phrase.strip(): canonical(stem(word.strip()))
    for word, _, phrases in (line.partition(":") for line in vocabulary.PHRASES.strip().splitlines())
    for phrase in phrases.split(",")
}
OPPOSITES: tuple[tuple[str, str], ...] = tuple(
    (stem(one), stem(other)) for one, other in (line.split() for line in vocabulary.OPPOSITES.strip().splitlines())
)
ANYBODY = frozenset(canonical(stem(word)) for word in vocabulary.ANYBODY.split())
MODALS = frozenset(canonical(stem(word)) for word in vocabulary.MODALS.split())
RELATIONAL = frozenset(canonical(stem(word)) for word in vocabulary.RELATIONAL.split())
ROLES = frozenset(stem(word) for word in vocabulary.ROLES_EN.split())
