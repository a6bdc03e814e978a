"""Collections: documents that one department keeps for one audience."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.models import Audience, Department, User


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Who sees which collection."""

    def visible_to(self, user: User) -> CollectionQuerySet:
        """Collections whose documents this person may read, and those that they manage."""
        access = access_of(user)
        return self.filter(models.Q(audience_id__in=access.audiences) | models.Q(department_id__in=access.departments))

    def readable_by(self, user: User) -> CollectionQuerySet:
        """Collections whose audience lets this person read."""
        return self.filter(audience_id__in=access_of(user).audiences)

    def managed_by(self, user: User) -> CollectionQuerySet:
        """Collections that this person may change."""
        return self.filter(department_id__in=access_of(user).departments)


class Collection(models.Model):
    """Documents under one name. Its audience reads them; its department's editors and managers keep them."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="collections", verbose_name=_("kept by"))
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+", verbose_name=_("read by"))
    discoverable = models.BooleanField(
        _("discoverable"),
        default=False,
        help_text=_("People who may not read it are told that something exists and whom to ask, never a title."),
    )
    contact = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("whom to ask")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and get_language() == "en" else self.name
