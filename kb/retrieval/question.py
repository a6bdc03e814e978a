"""A question made ready for search: normalised, cut to a sensible length, with its quoted phrases and its language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from kb.normalise import normalise

LONGEST_QUESTION = 4_000
_QUOTED = re.compile(r'"([^"\n]{2,200})"|“([^”\n]{2,200})”|「([^」\n]{2,200})」|『([^』\n]{2,200})』|‘([^’\n]{2,200})’')
_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
_WORDLIKE = re.compile(r"\w", re.UNICODE)


class EmptyQuestion(BadRequest):
    """Nothing in it can be searched for."""

    code = "empty_question"


class QuestionTooLong(BadRequest):
    """Longer than a question can be."""

    code = "question_too_long"
    status = 413


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """What is searched for. `phrases` stood in quotation marks and must be found as they are."""

    text: str
    phrases: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, text: str, language: str | None = None) -> SearchQuestion:
        """From text that is clean and short enough already."""
        phrases = tuple(next(part for part in match.groups() if part).strip() for match in _QUOTED.finditer(text))
        return cls(text, phrases, language or language_of(text))


def language_of(text: str) -> str:
    """`ko` when any Hangul is in it that is not outweighed tenfold by Latin letters, else `en`."""
    hangul = len(_HANGUL.findall(text))
    latin = sum(char.isascii() and char.isalpha() for char in text)
    return "ko" if hangul and hangul * 10 >= latin else "en"


def prepare_question(raw: str) -> SearchQuestion:
    """Make a question ready. Raises EmptyQuestion or QuestionTooLong, with what to do."""
    if len(raw) > LONGEST_QUESTION:
        raise QuestionTooLong(
            _(
                "The question has %(length)s characters; at most %(most)s can be asked at once. Shorten it, or ask in parts."
            )
            % {"length": f"{len(raw):,}", "most": f"{LONGEST_QUESTION:,}"}
        )
    text = re.sub(r"[ \t]+", " ", normalise(raw)).strip()[:LONGEST_QUESTION]
    if not _WORDLIKE.search(text):
        raise EmptyQuestion(_("There is no word in the question. Write what you want to know."))
    return SearchQuestion.of(text)
