"""The console's site: unfold's, with every page inside the reader's own access."""

from __future__ import annotations

from unfold.sites import UnfoldAdminSite


class ConsoleSite(UnfoldAdminSite):
    """Maru's console."""
