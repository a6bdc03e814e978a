"""A clause that says yes where the source says no, and words that are opposites."""

from __future__ import annotations

from collections.abc import Iterator

from kb.chat.support.alignment import Pair
from kb.chat.support.matching import coverage, holds
from kb.chat.support.model import Difference, DifferenceKind
from kb.chat.support.negation import polarity
from kb.chat.support.quantities import opposed, same
from kb.chat.support.statement import Statement
from kb.chat.support.stemming import OPPOSITES, RELATIONAL, canonical
from kb.chat.support.words import Word

_COVERED, _LEAST_COVERED = 0.6, 0.45
_PREDICATE_HELD = 0.4
# Below this the very word that one side denies must stand in the other.
_NEARLY_ALL = 0.8
_LONGEST_SHOWN = 60
_NEAR = 2


def polarity_differences(pair: Pair) -> Iterator[Difference]:
    """Negation and opposites; two of them undo each other (거절한다, 받아들이지 않는다)."""
    opposites = list(_opposites(pair))
    denied = _is_denied(pair)
    if denied and turned_by_negation(pair):
        return
    if opposites and polarity(pair.clause).main != polarity(_most_alike(pair)).main:
        return
    if denied:
        yield _difference(pair, pair.aligned)
    elif not opposites:
        yield from _other_subject(pair)
        yield from _with_and_without(pair)
    yield from opposites


def _other_subject(pair: Pair) -> Iterator[Difference]:
    """The source says it of one and denies it of another, and the answer has the other: 운전자가 내며 회사는 내지 않는다."""
    held_here, ours = holds(pair.aligned), polarity(pair.clause)
    strangers = [word for word in pair.clause.words if word.noun and held_here(word.form) == 0]
    predicate = pair.clause.words[-1:]
    for part in pair.source.clauses:
        held = holds(part)
        shares_topic = part.start < pair.aligned.start and not _has_subject(pair.aligned)
        if part is pair.aligned or shares_topic or not any(held(word.form) == 1 for word in strangers):
            continue
        if all(held(word.form) == 1 for word in predicate) and ours.opposes(polarity(part)):
            yield _difference(pair, part)
            return


def _has_subject(part: Statement) -> bool:
    """Whether a Korean clause names its own subject; otherwise it goes on about that of the clause before."""
    return any(t.tag == "JKS" or (t.tag == "JX" and t.form in {"은", "는", "ᆫ"}) for t in part.tokens)


def _with_and_without(pair: Pair) -> Iterator[Difference]:
    """One side needs what the other does without: 승인을 받아야 한다, 승인 없이 할 수 있다."""
    if pair.covered_in_context < _COVERED or pair.covered < _LEAST_COVERED:
        return
    ours, theirs = polarity(pair.clause), polarity(pair.aligned)
    if ours.main != theirs.main:
        return  # "not without approval" is "with approval"
    for side, other, statement in ((ours, theirs, pair.aligned), (theirs, ours, pair.clause)):
        denied = {word.form for word in (*other.denied, *other.denied_inside)}
        if any(word.form in statement.forms and word.form not in denied for word in side.without):
            yield _difference(pair, pair.aligned)
            return


def turned_by_negation(pair: Pair) -> bool:
    """Whether a turned bound is made good by a turned statement: "100km 미만은 주지 않는다", "100km 이상이면 준다"."""
    return polarity(pair.clause).main != polarity(pair.aligned).main and _bound_is_turned(pair)


def _is_denied(pair: Pair) -> bool:
    source = pair.aligned
    if pair.covered_in_context < _COVERED or pair.covered < _LEAST_COVERED:
        return False
    if not source.english and not _predicate_is_there(pair, source):
        return False
    ours, theirs = polarity(pair.clause), polarity(source)
    if not ours.opposes(theirs):
        return False
    denied, other = (ours.denied, source) if ours.main else (theirs.denied, pair.clause)
    return pair.covered >= _NEARLY_ALL or not denied or any(holds(other)(word.form) > 0 for word in denied)


def _predicate_is_there(pair: Pair, source: Statement) -> bool:
    """Whether a Korean source clause has the predicate: the last word, or most of the last two."""
    last = pair.clause.words[-1:]
    return pair.predicate_held(source) >= _PREDICATE_HELD or all(holds(source)(word.form) == 1 for word in last)


def _bound_is_turned(pair: Pair) -> bool:
    return any(
        same(quantity, other) and opposed(quantity.bound, other.bound)
        for quantity in pair.clause.quantities
        for other in pair.source.quantities
    )


def _opposites(pair: Pair) -> Iterator[Difference]:
    """Words of the clause whose opposite stands in the matching source clause, and not the word itself."""
    ours = {word.form: word for word in pair.clause.opposable}
    if not ours:
        return
    part = _most_alike(pair)
    theirs = {word.form: word for word in part.opposable}
    for pair_of_forms in OPPOSITES:
        one, other = (canonical(form) for form in pair_of_forms)
        for mine, its in ((one, other), (other, one)):
            if mine not in ours or its in ours or its not in theirs or mine in theirs:
                continue
            if not {mine, its} & RELATIONAL or _same_neighbour(pair, ours[mine], theirs[its]):
                yield _word_difference(pair, ours[mine], theirs[its])


def _same_neighbour(pair: Pair, ours: Word, theirs: Word) -> bool:
    """Whether 전 and 후 stand behind the same word, or "before" and "after" in front of it: 수료 전, 수료 후."""
    return any(
        one is not None and one == other
        for one, other in zip(_neighbours(pair.clause, ours), _neighbours(pair.source, theirs), strict=True)
    )


def _neighbours(statement: Statement, word: Word) -> tuple[str | None, str | None]:
    """The content word or quantity right before a word and the one right after it."""
    before = [w.form for w in statement.words if 0 <= word.start - w.end <= _NEAR]
    before += [q.text for q in statement.quantities if 0 <= word.start - q.end <= _NEAR]
    after = [w.form for w in statement.words if 0 <= w.start - word.end <= _NEAR + 4]
    return (before[-1] if before else None), (after[0] if after else None)


def _most_alike(pair: Pair) -> Statement:
    """The source clause that shares most with the clause, whatever its predicate."""
    return max(
        pair.source.clauses,
        key=lambda part: coverage(pair.clause.words, holds(part), pair.idf) - 0.002 * len(part.words),
    )


def _word_difference(pair: Pair, ours: Word, theirs: Word) -> Difference:
    return Difference(
        DifferenceKind.ANTONYM,
        pair.answer.text[ours.start : ours.end],
        pair.source.text[theirs.start : theirs.end],
        (ours.start, ours.end),
        (theirs.start, theirs.end),
    )


def _difference(pair: Pair, part: Statement) -> Difference:
    ours, theirs = _predicate(pair.clause), _predicate(part)
    return Difference(
        DifferenceKind.POLARITY,
        pair.answer.text[slice(*ours)],
        pair.source.text[slice(*theirs)],
        ours,
        theirs,
    )


def _predicate(statement: Statement) -> tuple[int, int]:
    """What is shown of a clause: from its last content word on in Korean, all of a short English one."""
    end = statement.end
    while end > statement.start and statement.text[end - 1] in " ,.;\n":
        end -= 1
    start = statement.start if statement.english or not statement.words else statement.words[-1].start
    return max(start, end - _LONGEST_SHOWN), end
