"""Whether a clause says yes or no: the negations of its main statement, and those inside its conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.chat.support import negation_en, negation_ko
from kb.chat.support.negations import Negation
from kb.chat.support.statement import Statement
from kb.chat.support.stemming import MODALS
from kb.chat.support.words import Word

_LIMITING_EN = re.compile(r"\b(?:only|if|when|with|once|provided|for|in case)\b", re.IGNORECASE)
_LIMITED_TO = re.compile(r"에(?:게)?\s?한(?:해|하여|정)")
_LIMITING_ENDINGS = {"어야", "아야", "여야", "면", "으면", "려면", "으려면"}


@dataclass(frozen=True, slots=True)
class Polarity:
    """Whether the main statement is negated, whether a condition or a describing part is, and whether something limits it."""

    main: bool
    inner: bool
    limited: bool
    denied: tuple[Word, ...] = ()
    """The content words that the main negations are about."""
    denied_inside: tuple[Word, ...] = ()
    """Those that the other negations are about."""
    without: tuple[Word, ...] = ()
    """Those that are said not to be needed: 승인 없이."""

    def opposes(self, other: Polarity) -> bool:
        """Whether one says what the other denies.

        "승인을 받지 않으면 쓸 수 없다" is negated twice and says the same as "승인을 받아야 쓸 수 있다"; but "not permitted except
        in emergencies" denies a bare "permitted": the side without the inner negation must name a limit itself.
        """
        if self.main == other.main or self._denied_elsewhere(other):
            return False
        if self.inner == other.inner:
            return True
        positive = other if self.inner else self
        return not positive.limited

    def _denied_elsewhere(self, other: Polarity) -> bool:
        """Whether the word that one side denies is denied by the other too, in a part: 습기가 차지 않아 보관하기 좋다."""
        negated, positive = (self, other) if self.main else (other, self)
        inside = {word.form for word in positive.denied_inside}
        return any(word.form in inside for word in negated.denied)


def polarity(statement: Statement) -> Polarity:
    """The polarity of a clause."""
    found = (negation_en if statement.english else negation_ko).negations(statement)
    main = [negation for negation in found if not negation.inner]
    inside = [negation for negation in found if negation.inner]
    return Polarity(
        main=len(main) % 2 == 1,
        inner=len(inside) % 2 == 1,
        limited=_is_limited(statement),
        denied=_denied_words(statement, main),
        denied_inside=_denied_words(statement, inside),
        without=_denied_words(statement, [negation for negation in inside if negation.without]),
    )


def _denied_words(statement: Statement, found: list[Negation]) -> tuple[Word, ...]:
    words = (_denied_word(statement, negation) for negation in found)
    return tuple(word for word in words if word is not None)


def _denied_word(statement: Statement, negation: Negation) -> Word | None:
    """The content word that a negation is about: the next or the last one; an English clause may end in "not allowed"."""
    telling = [word for word in statement.words if word.form not in MODALS]
    before = [word for word in telling if word.start <= negation.start]
    after = [word for word in telling if word.start > negation.start]
    first, second = (after[:1], before[-1:]) if negation.forward else (before[-1:], after[:1])
    return next(iter(first or second), None)


def _is_limited(statement: Statement) -> bool:
    if statement.english:
        return bool(_LIMITING_EN.search(statement.content))
    return any(
        (t.tag == "JX" and t.form == "만")
        or (t.tag == "EC" and t.form in _LIMITING_ENDINGS)
        or t.form in {"한하", "한정", "경우", "때"}
        for t in statement.tokens
    ) or bool(_LIMITED_TO.search(statement.content))
