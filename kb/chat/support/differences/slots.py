"""Another name in the same place: 인사팀에 신고 for 보안팀에 신고, "from Seoul" for "from Busan"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.chat.support.alignment import Pair
from kb.chat.support.differences.types import ROLE_KO, alike
from kb.chat.support.matching import holds
from kb.chat.support.model import Difference, DifferenceKind
from kb.chat.support.statement import Statement
from kb.chat.support.stemming import ANYBODY, ROLES
from kb.chat.support.words import Word

_CONTRAST_EN = re.compile(r",?\s(?:and |but )?not (?:by|to|for|from|in|on|with|the|a)\s([^,.;]+)", re.IGNORECASE)
_CONTRAST_REACH = 40
_CASE_VARIANTS = (
    (re.compile(r"^(?:은|는|이|가|을|를|도|만)$"), ""),
    (re.compile(r"^으?로"), "로"),
    (re.compile(r"^(?:와|과)"), "와"),
    (re.compile(r"^(?:에게|께)"), "에게"),
)


def slot_differences(pair: Pair) -> Iterator[Difference]:
    """Names of the clause that the source does not have, in the place of names that the answer does not have."""
    ours = [
        (i, w)
        for i, w in enumerate(pair.clause.words)
        if w.noun and w.form not in ANYBODY and not _is_in(w, pair.answer.text, pair.source)
    ]
    theirs = [
        (i, w) for i, w in enumerate(pair.source.words) if w.noun and not _is_in(w, pair.source.text, pair.answer)
    ]
    for i, mine in ours:
        for j, its in theirs:
            if _same_place(pair, i, j) and (
                _same_office(pair, i, j) or alike(pair.answer.text, mine, pair.source.text, its)
            ):
                yield _difference(pair, mine, its)
                break
    yield from _denied_names(pair)


def _denied_names(pair: Pair) -> Iterator[Difference]:
    """The answer says what the source denies in a contrast: "by the company, not by the employee", "급여가 아니라 수당"."""
    denied = _denied(pair.source)
    if denied is None or _denied(pair.answer) is not None:
        return
    inside = [word for word in pair.source.words if denied[0] <= word.start < denied[1]]
    outside = [
        w
        for w in pair.source.words
        if not denied[0] <= w.start < denied[1] and abs(w.start - denied[0]) < _CONTRAST_REACH
    ]
    held = holds(pair.clause)
    if (
        inside
        and all(held(word.form) for word in inside)
        and outside
        and not held(_counterpart(pair, inside, outside).form)
    ):
        ours = next((word for word in pair.clause.words if word.form == inside[-1].form), None)
        if ours is not None:
            yield _difference(pair, ours, _counterpart(pair, inside, outside))


def _denied(statement: Statement) -> tuple[int, int] | None:
    """The part of a statement that a contrast denies."""
    match = _CONTRAST_EN.search(statement.text, statement.start, statement.end)
    if match:
        return match.span(1)
    for index, token in enumerate(statement.tokens[:-1]):
        if token.form == "아니" and token.tag == "VCN" and statement.tokens[index + 1].form == "라" and index:
            nouns = [word for word in statement.words if word.end <= token.start]
            return (nouns[-1].start, token.start) if nouns else None
    return None


def _counterpart(pair: Pair, inside: Sequence[Word], outside: Sequence[Word]) -> Word:
    """The word that the source sets against the denied one: in English the last before it, in Korean the first after it."""
    after = [word for word in outside if word.start > inside[-1].start]
    return after[0] if after and not pair.source.english else outside[-1]


def _difference(pair: Pair, mine: Word, its: Word) -> Difference:
    return Difference(
        DifferenceKind.SLOT,
        pair.answer.text[mine.start : mine.end],
        pair.source.text[its.start : its.end],
        (mine.start, mine.end),
        (its.start, its.end),
    )


def _is_in(word: Word, text: str, other: Statement) -> bool:
    """Whether a statement has a word, at least as a part: 팀장 is in 품질팀장; but 구매팀 is not in "구매"."""
    if word.form in other.forms:
        return True
    surface = text[word.start : word.end].lower()
    if not surface.isascii() and len(surface) >= 2 and surface in other.lowered:
        return True
    if word.code or ROLE_KO.search(surface):
        return any(len(form) >= 2 and ROLE_KO.search(form) and form in surface for form in other.forms)
    return holds(other)(word.form) > 0


def _same_office(pair: Pair, i: int, j: int) -> bool:
    """Whether both words stand before the same role or in the same compound.

    품질 and 생산 before 팀장, "security" and "compliance" before "officer", "part" and "full" before "-time".
    """
    ours, theirs = pair.clause.words, pair.source.words
    if i + 1 >= len(ours) or j + 1 >= len(theirs) or ours[i + 1].form != theirs[j + 1].form:
        return False
    gaps = {pair.answer.text[ours[i].end : ours[i + 1].start], pair.source.text[theirs[j].end : theirs[j + 1].start]}
    role = ours[i + 1].form
    return gaps == {"-"} or (gaps <= {"", " "} and (role in ROLES or bool(ROLE_KO.search(role))))


def _same_place(pair: Pair, i: int, j: int) -> bool:
    """Whether two words have the same particle and next word, or the same word and particle before them."""
    ours, theirs = pair.clause.words, pair.source.words
    after = _follows(pair.answer.text, ours, i) is not None and _follows(pair.answer.text, ours, i) == _follows(
        pair.source.text, theirs, j
    )
    before = _precedes(pair.answer.text, ours, i) is not None and _precedes(pair.answer.text, ours, i) == _precedes(
        pair.source.text, theirs, j
    )
    return after or before


def _follows(text: str, words: Sequence[Word], index: int) -> tuple[str, str] | None:
    if index + 1 >= len(words):
        return None
    following = words[index + 1]
    return _particle(text[words[index].end : following.start]), following.form


def _precedes(text: str, words: Sequence[Word], index: int) -> tuple[str, str] | None:
    if index == 0:
        return None
    before = words[index - 1]
    return _particle(text[before.end : words[index].start]), before.form


def _particle(gap: str) -> str:
    """What stands between two words, with variants of one particle made one."""
    gap = gap.strip().lower()
    for pattern, replacement in _CASE_VARIANTS:
        gap = pattern.sub(replacement, gap)
    return gap
