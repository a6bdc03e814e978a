"""What every page of the portal shows around its content: menu, person, theme, notices, conversations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.access import OutsideAsUser, current_access
from accounts.models import Notification, User
from accounts.models.people import Role, TextSize, Theme
from kb.views.shelves import Shelf, shelves

STYLESHEETS = tuple(
    f"css/{name}.css"
    for name in (
        "tokens", "base", "controls", "shell", "ask", "citations", "source", "tables", "messages", "search", "chunks",
        "library", "me", "door", "utilities",
    )
)  # fmt: skip
RAIL_COOKIE = "maru_side"

# Address name, icon, and the word; an area whose address is not there yet does not show.
_MENU = (("ask", "ask"), ("search", "search"), ("library", "library"))
_NEXT = {Theme.SYSTEM: Theme.LIGHT, Theme.LIGHT: Theme.DARK, Theme.DARK: Theme.SYSTEM}


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One entry of the menu."""

    name: str
    icon: str
    href: str
    label: str


def house(request: HttpRequest) -> dict[str, House]:
    """Context processor: `house` in every template. It looks nothing up until a template asks."""
    return {"house": House(request)}


class House:
    """The frame of the page for this request."""

    stylesheets = STYLESHEETS

    def __init__(self, request: HttpRequest, *, bare: bool = False) -> None:
        """`bare` is for error pages: they show nobody, so that they need no database."""
        self.request = request
        self.bare = bare

    @cached_property
    def person(self) -> User | None:
        """Who is signed in."""
        user = None if self.bare else getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def rail(self) -> bool:
        """Whether the side bar is folded."""
        return self.request.COOKIES.get(RAIL_COOKIE) == "rail"

    @property
    def menu(self) -> list[MenuLink]:
        """The areas of the portal that are there."""
        labels = {"ask": _("Ask"), "search": _("Search"), "library": _("Library")}
        return [
            MenuLink(name, picture, href, labels[name])
            for name, picture in _MENU
            if (href := address_of(name)) is not None
        ]

    @cached_property
    def department(self) -> str:
        """The person's first department, with the role where it is more than an employee's."""
        membership = self.person.current_memberships().first() if self.person else None
        if membership is None:
            return _("Admin") if self.person and self.person.is_admin else ""
        if membership.role == Role.EMPLOYEE:
            return membership.department.label
        return f"{membership.department.label} · {membership.get_role_display()}"

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not read."""
        return Notification.objects.filter(user=self.person, read_at=None).count() if self.person else 0

    @property
    def notices_href(self) -> str | None:
        """Where the notices are."""
        return address_of("notifications")

    @property
    def me_href(self) -> str | None:
        """Where the person's own page is."""
        return address_of("me")

    @property
    def theme(self) -> str:
        """system, light or dark."""
        return self.person.theme if self.person else Theme.SYSTEM

    @property
    def text_size(self) -> str:
        """normal, large or larger."""
        return self.person.text_size if self.person else TextSize.NORMAL

    @property
    def next_theme(self) -> str:
        """What the theme button leads to."""
        return _NEXT[Theme(self.theme)]

    @property
    def theme_label(self) -> str:
        """What the theme button is called: the theme that is on now."""
        names = {Theme.SYSTEM: _("as the device"), Theme.LIGHT: _("light"), Theme.DARK: _("dark")}
        return _("Appearance: %(theme)s. Change it") % {"theme": names[Theme(self.theme)]}

    @property
    def theme_icon(self) -> str:
        """Sun, moon, or half of each."""
        return {Theme.SYSTEM: "theme-system", Theme.LIGHT: "theme-light", Theme.DARK: "theme"}[Theme(self.theme)]

    @cached_property
    def shelves(self) -> list[Shelf]:
        """The person's latest conversations, by day. Empty outside `as_user`: an error page shows none."""
        try:
            current_access()
        except OutsideAsUser:
            return []
        return shelves(self.person) if self.person else []


def address_of(name: str) -> str | None:
    """The address of an area without arguments, or None while it is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
