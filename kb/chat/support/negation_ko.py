"""Korean negation, read from morphemes: 수 없다, 지 않다, 못, 안, 금지, 불가, 말다, 아니다."""

from __future__ import annotations

from collections.abc import Sequence

from kb.chat.support.negations import Negation
from kb.chat.support.statement import Statement
from kb.retrieval.analysis import Token

_AUXILIARY_FORMS = {"않", "아니하", "말", "못하"}
_BEFORE = {"안", "못", "아니"}
_NOUNS = {"금지", "불가", "불가능", "불허", "금물", "제외", "생략", "면제"}
_VERBS = {"금하", "삼가"}
_WITHOUT = {"없이", "외", "이외", "밖에"}
"""Words that negate what stands before them, not the statement: 승인 없이, 방문객 외에는, 3일밖에."""
_IF = {"면", "으면", "거든", "다면", "라면", "는다면", "ᆫ다면", "ᆯ지라도", "더라도", "아도", "어도", "여도", "어야", "아야"}  # fmt: skip
_MUST = {"어야", "아야", "여야"}
_EVEN_IF = {"아도", "어도", "여도"}
_THEREFORE = {"어서", "아서", "으므로", "므로", "으니", "니", "으니까", "니까", "어", "아", "여", "느라"}
_LIMIT_WORDS = {"초과", "넘", "상회", "벗어나", "미치", "밑돌"}
_UNRELATED = {"상관", "관계", "문제", "제한", "틀림"}
_MAIN, _INNER, _NONE = "main", "inner", "none"


def negations(statement: Statement) -> list[Negation]:
    """The negations of a Korean clause in order; 하지 않으면 안 된다 (must) has none."""
    tokens = statement.tokens
    scopes = [(token, _scope(tokens, index)) for index, token in enumerate(tokens)]
    found = [
        Negation(
            token.start,
            inner=scope == _INNER,
            forward=token.tag == "MAG" and token.form in _BEFORE,
            without=token.form == "없이",
        )
        for token, scope in scopes
        if scope != _NONE
    ]
    return found if not _obliges(tokens) else _without_duty(found)


def _without_duty(found: list[Negation]) -> list[Negation]:
    """The negations but the last inner one and the last main one, which together say "must"."""
    kept = list(found)
    for inner in (True, False):
        last = next((one for one in reversed(kept) if one.inner is inner), None)
        if last is not None:
            kept.remove(last)
    return kept


def _obliges(tokens: Sequence[Token]) -> bool:
    """Whether the clause ends in a double negation of duty: "받지 않으면 안 된다", "하지 않을 수 없다" is counted by parity."""
    for index, token in enumerate(tokens[:-2]):
        if _is_auxiliary(token) and tokens[index + 1].form in {"으면", "면", "고서", "고"}:
            rest = tokens[index + 2 : index + 5]
            if any(t.form == "안" and t.tag == "MAG" for t in rest) and any(t.form.startswith("되") for t in rest):
                return True
    return False


def _is_auxiliary(token: Token) -> bool:
    return token.form in _AUXILIARY_FORMS and token.tag in {"VX", "VV"}


def _scope(tokens: Sequence[Token], index: int) -> str:
    """What the token at `index` negates."""
    token = tokens[index]
    if token.form in _WITHOUT and token.tag in {"MAG", "NNB", "JX"}:
        return _INNER
    if _is_auxiliary(token) and not _is_limit(tokens, index):
        return _scope_of_predicate(tokens, index)
    if token.form in _BEFORE and token.tag == "MAG":
        return _NONE if _is_limit(tokens, index) else _scope_of_predicate(tokens, _predicate_after(tokens, index))
    if (
        token.form == "아니"
        and token.tag == "IC"
        and index + 1 < len(tokens)
        and tokens[index + 1].form in {"하", "되"}
    ):
        return _scope_of_predicate(tokens, index + 1)
    if (
        token.form == "없"
        and token.tag in {"VA", "VX"}
        and not _is_limit(tokens, index)
        and not _is_empty_cell(tokens, index)
    ):
        return _scope_of_predicate(tokens, index)
    if token.form == "아니" and token.tag == "VCN":
        return (
            _NONE if index + 1 < len(tokens) and tokens[index + 1].form == "라" else _scope_of_predicate(tokens, index)
        )
    impossible = token.form == "가능" and index > 0 and (tokens[index - 1].form, tokens[index - 1].tag) == ("불", "XPN")
    if impossible or (token.form in _NOUNS and token.tag in {"NNG", "XR"}):
        return _scope_of_noun(tokens, index)
    if token.form in _VERBS and token.tag == "VV":
        return _scope_of_predicate(tokens, index)
    return _NONE


def _is_limit(tokens: Sequence[Token], index: int) -> bool:
    """초과할 수 없다, 넘지 않는, 못 미치는: a limit of a number, read with the number. 상관없다 denies nothing either."""
    if index and tokens[index - 1].form in _UNRELATED:
        return True
    if tokens[index].form in {"안", "못"} and _follows_number(tokens, index):
        return True  # 1년이 안 된: less than a year
    for at in range(max(0, index - 5), min(index + 3, len(tokens))):
        if tokens[at].form in _LIMIT_WORDS:
            return any(t.tag in {"SN", "NR"} for t in tokens[max(0, at - 6) : at])
    return False


def _follows_number(tokens: Sequence[Token], index: int) -> bool:
    """Whether 안 되다 stands right behind a number and its unit: 2년이 안 되는, 100km가 안 되는."""
    following = tokens[index + 1].form if index + 1 < len(tokens) else ""
    before = tokens[max(0, index - 3) : index]
    return (
        following == "되"
        and before[-1:] != []
        and before[-1].tag in {"JKS", "JKC"}
        and any(t.tag in {"SN", "NR"} for t in before)
    )


def _is_empty_cell(tokens: Sequence[Token], index: int) -> bool:
    """ "없음" alone in a table cell states nothing about the other cells."""
    return (
        index > 0
        and tokens[index - 1].tag == "SW"
        and tokens[index + 1 : index + 2] != []
        and tokens[index + 1].tag == "ETN"
    )


def _predicate_after(tokens: Sequence[Token], index: int) -> int:
    """The predicate that 안 or 못 stands before; itself when none follows closely."""
    for at in range(index + 1, min(index + 4, len(tokens))):
        if tokens[at].tag in {"VV", "VA", "VX", "XSV", "XSA"}:
            return at
    return index


def _scope_of_noun(tokens: Sequence[Token], index: int) -> str:
    """금지한다, 금지. and 금지를 원칙으로 deny; "금지 사항은" only names."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or following.tag in {"SF", "SP", "SSC", "EF"}:
        return _MAIN
    if following.tag in {"XSV", "XSA", "VCP"} or (following.tag in {"JKO", "JKS", "JX"} and index + 2 < len(tokens)):
        return _scope_of_predicate(tokens, index + 1)
    return _NONE


def _scope_of_predicate(tokens: Sequence[Token], index: int) -> str:
    """Follows the endings behind a predicate to see whether it is the main one."""
    at = index + 1
    while at < len(tokens) and tokens[at].tag in {"EP", "XSV", "XSA", "VX"}:
        at += 1
    if at >= len(tokens):
        return _MAIN
    ending, rest = tokens[at], tokens[at + 1 : at + 4]
    if ending.tag == "EC":
        return _scope_of_ending(ending, rest)
    if ending.tag == "ETM":
        return _scope_of_describing(rest)
    return _MAIN


def _scope_of_ending(ending: Token, rest: Sequence[Token]) -> str:
    if ending.form in _MUST:
        return _MAIN
    if ending.form in _EVEN_IF:  # 내지 않아도 된다: need not
        return _MAIN if rest and rest[0].form in {"되", "괜찮", "좋", "무방"} else _INNER
    if ending.form in _IF:
        return _INNER
    if ending.form in _THEREFORE:
        return _MAIN if rest and rest[0].tag == "VX" else _INNER
    return _MAIN


def _scope_of_describing(rest: Sequence[Token]) -> str:
    """하지 않는 것으로 한다 and 않을 수 없다 go on to the main statement; 승인되지 않은 프로그램 describes a noun."""
    if rest and rest[0].form in {"것", "수", "바"} and rest[0].tag == "NNB":
        return _MAIN
    return _INNER
