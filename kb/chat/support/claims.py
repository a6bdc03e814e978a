"""Which sentences of an answer state anything."""

from __future__ import annotations

import re

from kb.chat.support.quantities.model import BARE
from kb.chat.support.statement import Statement

_HEADING = re.compile(r"^\s*#{1,6}\s")


def is_claim(statement: Statement) -> bool:
    """Whether a sentence says something that a source could support.

    A heading, a question, an introduction that ends in a colon, a greeting or a bare item number does not; "15일" alone does.
    """
    text = statement.content
    if _HEADING.match(text) or text.endswith("?"):
        return False
    if any(quantity.unit != BARE for quantity in statement.quantities):
        return True
    return bool(statement.words) and not text.rstrip("*_ ").endswith(":")
