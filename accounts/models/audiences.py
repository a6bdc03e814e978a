"""Audiences: the only thing that grants reading."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Department, User


class Audience(models.Model):
    """Who may read: everyone, departments (with or without those below), named people, or a mix of the last two.

    Texts carry the audience's id; a changed grant rewrites none of them.
    """

    name = models.CharField(_("name"), max_length=160)
    everyone = models.BooleanField(_("everyone at the company"), default=False)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AudienceDepartment(models.Model):
    """A department that an audience lets read."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="departments", verbose_name=_("audience"))
    department = models.ForeignKey(Department, models.CASCADE, related_name="+", verbose_name=_("department"))
    below = models.BooleanField(_("with those below"), default=True)

    class Meta:
        verbose_name = _("department that may read")
        verbose_name_plural = _("departments that may read")
        constraints = [models.UniqueConstraint(fields=["audience", "department"], name="a_department_once_an_audience")]

    def __str__(self) -> str:
        return str(self.department)


class AudiencePerson(models.Model):
    """A named person whom an audience lets read."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="people", verbose_name=_("audience"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("person who may read")
        verbose_name_plural = _("people who may read")
        constraints = [models.UniqueConstraint(fields=["audience", "user"], name="a_person_once_an_audience")]

    def __str__(self) -> str:
        return str(self.user)
