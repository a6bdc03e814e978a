"""A conversation as one path through its questions: follow-ups below each other, edited questions beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from accounts.models import User
from kb.models import Answer, Collection, Conversation, Question
from kb.views.shelves import kept
from kb.views.shown import Shown, Versions, show


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with one version of its answer.

    `branches` are the edited forms of the question, `with_words` what was searched besides its own words, `within` the
    collections to which it was narrowed.
    """

    question: Question
    answer: Shown
    branches: Versions
    last: bool
    with_words: str = ""
    within: str = ""


def conversation_of(user: User, conversation_id: int) -> Conversation:
    """This person's conversation, or 404."""
    return get_object_or_404(kept(user), pk=conversation_id)


def question_of(user: User, question_id: int) -> Question:
    """This person's question in a conversation of the portal that is not deleted, or 404."""
    rows = Question.objects.visible_to(user).filter(conversation__in=kept(user)).select_related("conversation")
    return get_object_or_404(rows, pk=question_id)


def answer_of(user: User, answer_id: int) -> Answer:
    """This person's answer in a conversation of the portal that is not deleted, or 404."""
    rows = Answer.objects.visible_to(user).filter(question__conversation__in=kept(user))
    return get_object_or_404(rows.select_related("question__conversation"), pk=answer_id)


def exchanges(
    user: User, conversation: Conversation, *, at: int | None = None, version: int | None = None
) -> list[Exchange]:
    """The path through question `at` (the latest one), oldest first, with `version` (an answer's id) where it belongs."""
    questions = list(conversation.questions.prefetch_related("answers"))
    path = path_through(questions, at)
    return [
        _exchange(user, question, branches(questions, question), version, last=question is path[-1])
        for question in path
    ]


def exchange_of(user: User, question: Question, *, version: int | None = None) -> Exchange:
    """One question with its answer, as it stands in its conversation."""
    questions = list(question.conversation.questions.prefetch_related("answers"))
    current = next(each for each in questions if each.pk == question.pk)
    last = not any(each.previous_id == question.pk for each in questions)
    return _exchange(user, current, branches(questions, current), version, last=last)


def path_through(questions: Sequence[Question], at: int | None) -> list[Question]:
    """From the first question through `at` to the latest one below it. Pure; empty for no questions."""
    if not questions:
        return []
    by_id = {each.pk: each for each in questions}
    middle = by_id.get(at) if at is not None else questions[-1]
    middle = middle or questions[-1]
    path = [middle]
    while (above := path[0].previous_id) is not None and above in by_id:
        path.insert(0, by_id[above])
    while below := [each for each in questions if each.previous_id == path[-1].pk]:
        path.append(below[-1])
    return path


def branches(questions: Sequence[Question], question: Question) -> Versions:
    """A question among those that were asked in its place. Pure."""
    ids = tuple(each.pk for each in questions if each.previous_id == question.previous_id)
    return Versions(ids, ids.index(question.pk))


def _exchange(user: User, question: Question, beside: Versions, version: int | None, *, last: bool) -> Exchange:
    answers = sorted(question.answers.all(), key=lambda each: each.version)
    chosen = next((each for each in answers if each.pk == version), answers[-1])
    shown = show(user, chosen, [each.pk for each in answers])
    searched = "" if shown.withheld else with_words(question.text, chosen.trace.get("query") or "")
    return Exchange(question, shown, beside, last, searched, _within(user, question.scope))


def with_words(text: str, query: str) -> str:
    """What was searched besides a question's own words: the questions before a follow-up. Pure."""
    own = " ".join(text.split())
    return " · ".join(line for each in query.splitlines() if (line := " ".join(each.split())) and line not in own)


def _within(user: User, scope: Sequence[int]) -> str:
    rows = Collection.objects.readable_by(user).filter(pk__in=scope) if scope else ()
    return ", ".join(row.label for row in rows)
