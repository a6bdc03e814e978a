"""Whether two words are of one type, so that one could stand in the place of the other."""

from __future__ import annotations

import re

from kb.chat.support.stemming import ROLES
from kb.chat.support.vocabulary import ROLE_ENDINGS_KO
from kb.chat.support.words import Word

# Suffixes that say nothing of the kind of thing: 개인적 and 사적 are no pair.
_NO_TYPE = "적성화용시별상하중간전후"
ROLE_KO = re.compile(rf"(?:{'|'.join(ROLE_ENDINGS_KO.split())})$")


def alike(text: str, word: Word, other_text: str, other: Word) -> bool:
    """Both roles (팀장, 본부장), both proper names, both product codes, or Korean with the same last syllable (빨간색, 노란색)."""
    if word.code or other.code:
        return word.code and other.code
    if {word.form, other.form} in ({word.form, f"non{word.form}"}, {other.form, f"non{other.form}"}):
        return True
    one, two = text[word.start : word.end], other_text[other.start : other.end]
    if one.isascii() and two.isascii():
        return (word.form in ROLES and other.form in ROLES) or (word.proper and other.proper)
    same_ending = one[-1] == two[-1] and one[-1] not in _NO_TYPE
    return (word.proper and other.proper) or same_ending or bool(ROLE_KO.search(one) and ROLE_KO.search(two))
