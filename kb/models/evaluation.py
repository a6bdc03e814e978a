"""Golden questions: what Maru is measured with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Audience, User
from kb.models.documents import Readable


class QuestionKind(models.TextChoices):
    """What a question asks of the house."""

    FACT = "fact", _("Fact")
    PROCEDURE = "procedure", _("Procedure")
    NUMBER = "number", _("Number")
    TABLE = "table", _("Table")
    CROSS_LANGUAGE = "cross_language", _("Across languages")
    REVISION = "revision", _("Changed between revisions")
    DEPARTMENT = "department", _("One department only")
    OFF_TOPIC = "off_topic", _("Off topic")
    NEAR_TOPIC = "near_topic", _("Near topic, no answer")


class QuestionSet(models.Model):
    """A named set of golden questions."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")

    def __str__(self) -> str:
        return self.name


class GoldenQuestion(models.Model):
    """A question, who asks it, and where its answer stands (external ids of documents; none: it must be refused)."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    text = models.CharField(_("question"), max_length=500)
    kind = models.CharField(_("kind"), max_length=16, choices=QuestionKind.choices)
    language = models.CharField(_("language"), max_length=2)
    asked_as = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("asked as"))
    sources = models.JSONField(_("expected sources"), default=list)
    answers = models.JSONField(_("expected answers"), default=list)

    objects = Readable.as_manager()

    class Meta:
        verbose_name = _("golden question")
        verbose_name_plural = _("golden questions")
        constraints = [models.UniqueConstraint(fields=["question_set", "key"], name="golden_keys_differ")]

    def __str__(self) -> str:
        return self.text
