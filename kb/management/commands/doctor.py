"""`manage.py doctor`: what works, what does not, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from kb.management.base import MaruCommand
from kb.management.doctor import State, as_rows, examine

_MARKS = {State.OK: "✓", State.NOTE: "·", State.FAILED: "✗"}


class Command(MaruCommand):
    """Look at every part. Exit code 1 when one of them failed."""

    help = "What works, what does not, and what to do about it."
    needs_database = False  # a database that does not start is a finding

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Examine this home."""
        findings = examine(settings.MARU)
        return {"ok": all(one.state != State.FAILED for one in findings), "checks": as_rows(findings)}

    def show(self, result: Mapping[str, Any]) -> None:
        """A line a part, and what to do below it."""
        for row in result["checks"]:
            self.stdout.write(f"{_MARKS[State(row['state'])]} {row['name']}: {row['seen']}")
            if row["todo"]:
                self.stdout.write(f"    → {row['todo']}")

    def succeeded(self, result: Mapping[str, Any]) -> bool:
        """Nothing failed."""
        return bool(result["ok"])
