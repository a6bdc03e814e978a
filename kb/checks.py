"""System checks: settings mistakes that would hurt later, said at start with a hint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def forked_processes_have_no_pool(**_kwargs: Any) -> list[CheckMessage]:
    """django-q2 forks; forked children that shared a pooled connection got each other's rows."""
    options: Any = settings.DATABASES["default"].get("OPTIONS", {})
    pooled = "pool" in options
    if pooled and settings.MARU_ROLE != "web":
        return [
            Error(
                f"The database pool is on in a process of role {settings.MARU_ROLE!r}.",
                hint="Only the web process may use a pool. Start it with MARU_ROLE=web, and workers without a pool.",
                id="maru.E001",
            )
        ]
    return []
