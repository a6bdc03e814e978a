"""Who works here, in which departments, and in which role."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages of the interface."""

    KOREAN = "ko", "한국어"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    """Light, dark, or what the device says."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class TextSize(models.TextChoices):
    """How large the pages' text is."""

    NORMAL = "normal", _("Normal")
    LARGE = "large", _("Large")
    LARGER = "larger", _("Larger")


class Department(models.Model):
    """A department; `parent` makes the tree."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="department_is_not_its_own_parent")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and get_language() == Language.ENGLISH else self.name

    def clean(self) -> None:
        """Refuse a parent that lies below this department: the tree must stay a tree."""
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A department cannot lie below itself.")})
            above = above.parent


class User(AbstractUser):
    """A person who signs in. `is_superuser` makes an admin; suspending is `is_active = False`."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.KOREAN)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)

    text_size = models.CharField(_("text size"), max_length=6, choices=TextSize.choices, default=TextSize.NORMAL)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [
            # Both are typed at sign-in, so that each must name one person, in whatever case it is typed.
            models.UniqueConstraint(Lower("username"), name="a_username_once_in_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="a_mail_address_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name that people see."""
        return self.name

    def get_short_name(self) -> str:
        """The name that people see."""
        return self.name

    @property
    def is_admin(self) -> bool:
        """Whether this person runs the console."""
        return self.is_active and self.is_superuser

    def current_memberships(self) -> models.QuerySet[Membership]:
        """Memberships that hold now, main department first."""
        return self.memberships.filter(ended_at=None).select_related("department").order_by("id")


class Role(models.TextChoices):
    """What a member may do in a department."""

    EMPLOYEE = "employee", _("Employee")
    EDITOR = "editor", _("Editor")
    MANAGER = "manager", _("Manager")


class Membership(models.Model):
    """A person in a department. Revoking sets `ended_at`; the row stays, so that the past can be read."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships", verbose_name=_("department"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.EMPLOYEE)
    since = models.DateTimeField(_("since"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"], condition=Q(ended_at=None), name="one_current_membership_a_department"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department} · {self.get_role_display()}"
