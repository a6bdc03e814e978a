"""What kind of value a question asks for, and whether a sentence has one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.chat.support.quantities.extract import quantities
from kb.chat.support.quantities.units import UNITS
from kb.retrieval.analysis import Token

# The first that fits counts. Families are those of the units; "moment" is a date, a weekday or a clock time.
_ASKED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(families.split()))
    for pattern, families in (
        (r"몇\s?시|what time", "moment"),
        (
            r"며칠|몇\s?(일|주|달|개월|년|시간|분)|얼마\s?(동안|나 오래|간)|기간|how (long|many (days|weeks|months|years|hours|minutes))",
            "time moment",
        ),
        (r"언제|기한|마감|몇\s?월|때까지|\bwhen\b|deadline|due date|by what date", "moment time"),
        (r"몇\s?(원|달러|만\s?원)|금액|단가|가격|비용|요금|한도|수당|how much|price|cost|fee|rate per", "money share"),
        (r"얼마", "money share time length count mass"),
        (r"몇\s?(명|사람|인)|how many (people|employees|persons)", "count"),
        (r"몇\s?(번|회|차례)|how (often|many times)|주기|마다", "count time"),
        (r"몇\s?(%|퍼센트|프로)|비율|what (percent|percentage|share)", "share"),
        (r"몇|how many|how (high|wide|heavy|far|large|big)|수치|허용|정격", "any"),
    )
)
_MOMENTS = {"date", "weekday", "clock", "clock after noon"}
_ASKING = re.compile(
    r"며칠|(?<![가-힣])몇(?![몇])|얼마(?!든|큼이든)|언제(?!든|나)|누구(?!나|든|에게나|도)|(?<![가-힣])누가|어디(?!서나|든|에나)"
    r"|무엇(?!이든|보다|도)|(?<![가-힣])(어떻게|왜)(?![가-힣]*(든|도))|\?\s*$"
    r"|^\s*(what|when|where|who|whom|which|how|why)\b(?!.*\b(is|are|was|were|must|shall|should|can|may|will)\b.*[,;])",
    re.IGNORECASE,
)


def asked_for(question: str) -> frozenset[str]:
    """Families of values that would answer the question; empty when it asks for none."""
    return next((families for pattern, families in _ASKED if pattern.search(question)), frozenset())


def families_in(text: str, tokens: Sequence[Token] = ()) -> frozenset[str]:
    """Families of the values that stand in a text."""
    found = set()
    for quantity in quantities(text, tokens):
        for reading in quantity.readings:
            found.add(
                "moment"
                if reading.unit in _MOMENTS
                else UNITS[reading.unit].family
                if reading.unit in UNITS
                else "number"
            )
    return frozenset(found)


def meets(expected: frozenset[str], found: frozenset[str]) -> bool:
    """Whether a text has a value of the kind that was asked for."""
    return bool(expected & found) or ("any" in expected and bool(found))


def says_nothing(sentence: str) -> bool:
    """Whether a sentence of an answer only asks: "연차는 며칠까지 이월합니다." repeats the question as a statement."""
    return bool(_ASKING.search(sentence.strip().strip("*_> -")))
