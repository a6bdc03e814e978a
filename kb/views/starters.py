"""What the empty page offers: real questions whose answers this person may read, else what came in last.

Golden questions are offered only while a document that answers them is readable and in force for this person, so that no
starter leads to "not found" and none betrays a document.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from kb.models import Document, GoldenQuestion
from kb.models.evaluation import QuestionKind
from kb.views.links import page_href

EACH = 4
CANDIDATES = 200
ONE_LINE = {"ko": 30, "en": 48}  # code points that fit one line of the page
_ASKABLE = (
    QuestionKind.FACT,
    QuestionKind.PROCEDURE,
    QuestionKind.NUMBER,
    QuestionKind.TABLE,
    QuestionKind.CROSS_LANGUAGE,
    QuestionKind.DEPARTMENT,
)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that came in lately."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Starters:
    """Questions of one's own departments, questions for everyone; where there are none, new documents."""

    own: Sequence[GoldenQuestion]
    everyone: Sequence[GoldenQuestion]
    documents: Sequence[NewDocument]


def in_force(user: User) -> QuerySet[Document]:
    """Documents that this person may read and that count today."""
    return Document.objects.readable_by(user).filter(revisions__valid__contains=timezone.localdate()).distinct()


def readable_documents(user: User) -> int:
    """How many documents an answer can come from for this person today. Inside `as_user`."""
    return in_force(user).count()


def starters(user: User) -> Starters:
    """Four and four, others each day; whole questions in the reader's language that fit a line come first. Inside `as_user`."""
    rows = GoldenQuestion.objects.visible_to(user).filter(kind__in=_ASKABLE).exclude(sources=[])
    shuffled = sorted(rows.select_related("audience")[:CANDIDATES], key=lambda each: each.pk)
    random.Random(f"{timezone.localdate()}{user.pk}").shuffle(shuffled)  # noqa: S311 - no secret, another choice each day
    language = get_language()
    shuffled.sort(key=lambda each: (each.language != language, not _reads_well(each)))
    answerable = _answerable(user, shuffled)
    own = [each for each in answerable if not each.audience.everyone][:EACH]
    everyone = [each for each in answerable if each.audience.everyone][:EACH]
    return Starters(own, everyone, () if own or everyone else _latest(user))


def _reads_well(question: GoldenQuestion) -> bool:
    """Whether it is a whole question and fits one line of the page."""
    return question.text.rstrip().endswith("?") and len(question.text) <= ONE_LINE.get(question.language, 30)


def _answerable(user: User, questions: Sequence[GoldenQuestion]) -> list[GoldenQuestion]:
    wanted = {source for question in questions for source in question.sources}
    held = set(in_force(user).filter(external_id__in=wanted).values_list("external_id", flat=True))
    return [question for question in questions if held.intersection(question.sources)]


def _latest(user: User) -> list[NewDocument]:
    rows = in_force(user).order_by("-created_at")[:EACH]
    latest = []
    for document in rows:
        revision = document.current_revision()
        if revision is not None:
            latest.append(NewDocument(document.title, page_href(document.pk, revision.number, 1)))
    return latest
