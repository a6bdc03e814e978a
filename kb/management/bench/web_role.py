"""Acting as the web inside a scratch database: its role, row-level security on, in every thread of this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connections

from kb.rights import grant_rights
from kb.runtime import addresses


@contextmanager
def as_web() -> Iterator[None]:
    """New connections inside the block are the web's, with the rights that it has in the real database."""
    urls = {role: urlsplit(addresses.database_url(settings.MARU, role, os.environ)) for role in ("app", "worker")}
    names = {role: unquote(parts.username or "") for role, parts in urls.items()}
    grant_rights(names["app"], names["worker"])
    held = connections["default"]
    before = {key: held.settings_dict[key] for key in ("USER", "PASSWORD")}
    held.close()
    held.settings_dict.update(USER=names["app"], PASSWORD=unquote(urls["app"].password or ""))
    try:
        yield
    finally:
        held.close()
        held.settings_dict.update(before)
