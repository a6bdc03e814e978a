"""What the console's side bar lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

_IN_THE_PORTAL = frozenset({"ask", "people_import"})


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links, by what an admin comes for."""
    return [
        _group("", ("index", _("Overview"), "home"), ("parts", _("Parts of Maru"), "memory")),
        _group(
            _("People and access"),
            ("accounts_user_changelist", _("People"), "person"),
            ("people_import", _("People from a list"), "group_add"),
            ("accounts_department_changelist", _("Departments"), "account_tree"),
            ("accounts_audience_changelist", _("Audiences"), "visibility"),
            ("accounts_apitoken_changelist", _("API tokens"), "key"),
        ),
        _group(
            _("Documents"),
            ("kb_collection_changelist", _("Collections"), "folder"),
            ("kb_document_changelist", _("Documents"), "description"),
            ("kb_job_changelist", _("Jobs"), "pending_actions"),
            ("kb_indexversion_changelist", _("Index"), "manage_search"),
            ("kb_questionset_changelist", _("Question sets"), "quiz"),
        ),
        _group(_("Records"), ("accounts_auditevent_changelist", _("Audit trail"), "history")),
        _group(_("Portal"), ("ask", _("Ask"), "chat")),
    ]


def _group(title: str, *links: tuple[str, str, str]) -> dict[str, Any]:
    items = [{"title": name, "icon": icon, "link": _address(page)} for page, name, icon in links]
    return {"title": title, "separator": bool(title), "items": items}


def _address(page: str) -> str:
    """A page of the console, or one of the portal that admins alone see."""
    return reverse(page if page in _IN_THE_PORTAL else f"admin:{page}")


def stylesheet(request: HttpRequest) -> str:
    """Our own additions to unfold's styles."""
    return static("css/console.css")


def icon(request: HttpRequest) -> str:
    """Maru's mark."""
    return static("mark.svg")
