"""English negation: not, never, no, without, unless, prohibited."""

from __future__ import annotations

import re

from kb.chat.support.negations import Negation
from kb.chat.support.statement import Statement

_LIMITS = re.compile(
    r"\b(?:no|not) (?:more|less|later|fewer|longer|earlier|greater) than|\bnot only\b"
    r"|\b(?:may|must|can|shall|should|do|does|will)\s?not exceed"
    r"|\bcannot exceed|\bnot to exceed|\bno matter\b|\bwhether or not\b|,? (?:but )?not (?:by|to|the|a|for|from|in|on|with)\b[^,.;]*",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|cannot|prohibit\w*|forbid\w*|forbade|banned|ineligible|excluded|exempt|waived?|omit\w*|skip\w*)\b|\b\w+n['’]t\b",
    re.IGNORECASE,
)
_DENYING_VERB = re.compile(r"prohibit|forbid|forbade|banned|ineligible|excluded|exempt|waive|omit|skip", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:without|unless|except|other than)\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:that|who|which|if|when|whose|where|whom|because)\b((?:\s+[\w'’-]+){0,4})\s*$", re.IGNORECASE
)
_MODAL = re.compile(r"\b(?:may|must|can|shall|should|will)\b", re.IGNORECASE)


def negations(statement: Statement) -> list[Negation]:
    """The negations of an English clause; limits of numbers ("no more than") are none."""
    text = _LIMITS.sub(lambda match: " " * len(match[0]), statement.text[statement.start : statement.end])
    found = [
        Negation(statement.start + m.start(), inner=True, forward=True, without=m[0].lower() == "without")
        for m in _WITHOUT.finditer(text)
    ]
    for match in _NEGATION.finditer(text):
        backward = _DENYING_VERB.match(match[0]) is not None
        found.append(
            Negation(statement.start + match.start(), inner=_is_relative(text[: match.start()]), forward=not backward)
        )
    return found


def _is_relative(before: str) -> bool:
    """Whether a negation right after `before` belongs to "that …", "who …" or "if …"; a modal belongs to the statement."""
    match = _RELATIVE.search(before)
    return match is not None and not _MODAL.search(match[1])
