"""Understanding a follow-up in its conversation: what is searched for, said openly.

Rules, not a model: they cost nothing, work in both languages, and can be read. A question that leans on the one before
it (short, or with a word that points back) is searched together with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_POINTS_BACK = re.compile(
    r"^(그럼|그러면|그런데|그리고|근데|그건|그거|그게|그것|그때|이건|이거|이게|저건|거기|그 |이 경우|이때|또|혹시 그|반대로|만약|아니면)"
    r"|(^|\s)(그것|그거|그 규정|이 규정|해당 규정|거기|그 경우|그 사람|그 제품|위 내용|앞의|방금)"
    r"|^(and|but|so|then|what about|how about|what if)\b"
    r"|\b(it|its|that|those|these|they|them|the same one|the same rule)\b",
    re.IGNORECASE,
)
_CONTENT_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z]{3,}|\d+")
SHORT = 3  # content words; fewer cannot stand alone in a conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the answer that was given."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What is searched for, and whether the conversation was needed to say it."""

    query: str
    from_conversation: bool


def understand(question: str, turns: Sequence[Turn]) -> Understood:
    """The question as it is, or with the earlier question that it leans on in front."""
    if not turns or not leans_back(question):
        return Understood(question, False)
    anchor = next((turn.question for turn in reversed(turns) if not leans_back(turn.question)), turns[-1].question)
    return Understood(f"{anchor}\n{question}", True)


def leans_back(question: str) -> bool:
    """Whether a question cannot stand alone."""
    return bool(_POINTS_BACK.search(question)) or len(_CONTENT_WORD.findall(question)) < SHORT
