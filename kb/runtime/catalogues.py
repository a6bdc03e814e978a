"""Translations as programs read them: compiled from the .po files of the source tree into MARU_HOME, where one may write.

No compiled catalogue is committed and GNU gettext is not needed. Settings call this, so that every process and every
command speaks Korean, whichever comes first.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from kb.runtime.home import Home

log = logging.getLogger(__name__)
DOMAIN = "django"


def compiled(source: Path, home: Home) -> Path:
    """A folder for LOCALE_PATHS with a .mo for every .po below `source`, made anew where the .po is another one.

    A catalogue that cannot be read or written is said in the log and left as it was: the interface then speaks English
    or yesterday's words, and Maru starts.
    """
    for po in sorted(source.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        mo = home.locale / po.relative_to(source).with_suffix(".mo")
        try:
            if not _is_of(mo, po):
                _compile(po, mo)
        except (OSError, ValueError) as error:  # polib reports a broken file as either
            log.warning("Translations of %s cannot be used: %s", po, error)
    return home.locale


def _is_of(mo: Path, po: Path) -> bool:
    """A compiled file carries the time of its source: another version of Maru has another one, older or newer."""
    return mo.exists() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns


def _compile(po: Path, mo: Path) -> None:
    import polib

    time = po.stat().st_mtime_ns
    content = polib.pofile(str(po)).to_binary()
    mo.parent.mkdir(parents=True, exist_ok=True)
    half = mo.with_name(f".{mo.name}.{secrets.token_hex(4)}")
    try:
        half.write_bytes(content)
        os.utime(half, ns=(time, time))
        half.replace(mo)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
