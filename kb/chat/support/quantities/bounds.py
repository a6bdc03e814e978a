"""Which side of a number is meant: 이상, 이내, 초과할 수 없다, at least, no later than."""

from __future__ import annotations

import re

from kb.chat.support.quantities.model import Bound

_AFTER_LENGTH, _BEFORE_LENGTH = 18, 28

# In order: the first that fits decides. "초과할 수 없다" is an upper bound and not a negation of the sentence.
_AFTER = [
    (
        re.compile(
            r"\s*(?:을|를|이|가)?\s*(?:초과|넘|상회)[가-힣]*\s*(?:수\s*(?:는\s*)?없|못|않|아니|안\s?[되된돼됩])"
            r"|\s*(?:을|를)?\s*(?:초과|넘)[가-힣]*\s*(?:는|은)?\s*안\s?[되된돼됩]"
        ),
        Bound.AT_MOST,
    ),
    (re.compile(r"\s*(?:이|가)?\s*(?:채\s)?(?:안|못)\s?[되된돼됩]"), Bound.LESS_THAN),
    (re.compile(r"\s*(?:에|을|를)?\s*(?:못\s*미치|미치지\s*못|미달|밑도|밑돌)"), Bound.LESS_THAN),
    (re.compile(r"\s*전\s*까지"), Bound.AT_LEAST),
    (re.compile(r"\s*(?:이|을)?\s?(?:지나|넘)기\s?전"), Bound.AT_MOST),
    (re.compile(r"\s*(?:이후|(?:이|을)?\s?지나|(?:이|을)?\s?지난)"), Bound.MORE_THAN),
    (re.compile(r"\s*(?:의|을|를|에|이|가|은|는|간)?\s*(?:[가-힣]{1,2}\s)?이상"), Bound.AT_LEAST),
    (re.compile(r"\s*(?:의|을|를|이|가|간)?\s*(?:[가-힣]{1,2}\s)?(?:초과|넘|상회|웃도)"), Bound.MORE_THAN),
    (re.compile(r"\s*(?:의|을|를|이|가|간)?\s*(?:[가-힣]{1,2}\s)?미만"), Bound.LESS_THAN),
    (
        re.compile(r"\s*(?:의|을|를|이|가|간)?\s*(?:[가-힣]{1,2}\s)?(?:이하|이내|안에|안으로|내에|내로|까지)"),
        Bound.AT_MOST,
    ),
    (re.compile(r"\s*(?:을|를)\s*(?:상한|한도|최대)"), Bound.AT_MOST),
    (re.compile(r"\s*(?:or more|or above|and above|or longer|or older|and over|or over|or higher)\b"), Bound.AT_LEAST),
    (re.compile(r"\s*(?:or less|or fewer|or below|or under|or lower|at most|at the latest)\b"), Bound.AT_MOST),
]
_BEFORE = [
    (re.compile(r"(?:최대|최장|많아야|길어야|한도(?:는|가)?)\s*(?:[가-힣]{1,2}\s)?$"), Bound.AT_MOST),
    (re.compile(r"(?:최소|적어도|최저)\s*(?:[가-힣]{1,2}\s)?$"), Bound.AT_LEAST),
    (
        re.compile(
            r"\b(?:at most|up to|no more than|not more than|no later than|no longer than|within|as many as|as much as|"
            r"(?:limited|capped|restricted) (?:to|at)|maximum(?: of)?|(?:not|never) exceed|cannot exceed|not to exceed|"
            r"max\.?)\s*(?:a |the )?$"
        ),
        Bound.AT_MOST,
    ),
    (
        re.compile(
            r"\b(?:at least|no fewer than|no less than|not less than|minimum(?: of)?|as early as|min\.?)\s*(?:a )?$"
        ),
        Bound.AT_LEAST,
    ),
    (
        re.compile(
            r"\b(?:(?:long|great|larg|high|old|lat)e?r than|more than|above|over|exceeds?|exceeding|beyond)\s*(?:the )?$"
        ),
        Bound.MORE_THAN,
    ),
    (
        re.compile(r"\b(?:less than|fewer than|below|under|shorter than|lower than|younger than|smaller than)\s*$"),
        Bound.LESS_THAN,
    ),
]
# Only a point in time can be a start or an end: "3월 1일부터", "by March 31", but not "1시간부터".
_TIME_AFTER = [
    (re.compile(r"\s*(?:자로|부로|부터|이후|후\s?부터)"), Bound.AT_LEAST),
    (re.compile(r"\s*(?:이전|전에|까지)"), Bound.AT_MOST),
]
_TIME_BEFORE = [
    (re.compile(r"\b(?:from|since|starting|after|as of|effective)\s*(?:on )?(?:the )?$"), Bound.AT_LEAST),
    (re.compile(r"\b(?:until|till|by|before|through|prior to)\s*(?:the )?$"), Bound.AT_MOST),
]


def bound_of(text: str, start: int, end: int, *, timelike: bool) -> Bound | None:
    """The bound that the words around [start, end) set, or None for a plain number."""
    before = text[max(0, start - _BEFORE_LENGTH) : start].lower()
    after = text[end : end + _AFTER_LENGTH].lower()
    rules = [(_TIME_AFTER, after, True), (_TIME_BEFORE, before, False)] if timelike else []
    for patterns, window, at_start in [*rules, (_AFTER, after, True), (_BEFORE, before, False)]:
        for pattern, bound in patterns:
            if pattern.match(window) if at_start else pattern.search(window):
                return bound
    return None


def opposed(one: Bound | None, other: Bound | None) -> bool:
    """Whether two bounds point to opposite sides; "more than" against "at least" is no difference."""
    return one is not None and other is not None and one.upward != other.upward
