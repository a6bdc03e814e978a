"""Whether a quoted revision is still the one that counts, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from kb.models import Revision
from kb.templatetags.portal import day_in_words


class Counts(StrEnum):
    """How a revision stands today."""

    CURRENT = "current"
    ENDS = "ends"  # in force, and another one comes
    REPLACED = "replaced"  # another one is in force
    COMING = "coming"  # it is not in force yet; another one may be until then
    OVER = "over"  # nothing of the document is in force


@dataclass(frozen=True, slots=True)
class Standing:
    """How a revision stands, and the other revision that matters to its reader."""

    counts: Counts
    other: Revision | None = None
    since: date | None = None  # the day on which the later of the two comes into force

    @property
    def short(self) -> str:
        """For a margin note; empty for what is simply in force."""
        if self.counts == Counts.ENDS and self.other:
            return _("%(revision)s comes into force on %(day)s") % {
                "revision": called(self.other),
                "day": day_in_words(self.since),
            }
        if self.counts == Counts.REPLACED and self.other:
            return _("%(revision)s is in force now") % {"revision": called(self.other)}
        if self.counts == Counts.COMING:
            return _("In force from %(day)s on") % {"day": day_in_words(self.since)}
        return _("No longer in force") if self.counts == Counts.OVER else ""

    @property
    def sentence(self) -> str:
        """For the banner over the original."""
        if self.counts == Counts.ENDS and self.other:
            return _("A newer text, %(revision)s, comes into force on %(day)s.") % {
                "revision": called(self.other),
                "day": day_in_words(self.since),
            }
        if self.counts == Counts.REPLACED and self.other:
            return _("A newer text, %(revision)s, has been in force since %(day)s.") % {
                "revision": called(self.other),
                "day": day_in_words(self.since),
            }
        if self.counts == Counts.COMING:
            return self._coming()
        return _("This text is no longer in force.") if self.counts == Counts.OVER else ""

    def _coming(self) -> str:
        told = {"day": day_in_words(self.since), "revision": called(self.other) if self.other else ""}
        if self.other:
            return _("This text comes into force on %(day)s. Until then %(revision)s counts.") % told
        return _("This text comes into force on %(day)s.") % told


def called(revision: Revision) -> str:
    """What people call a revision: its own label, else its number."""
    return revision.label or _("revision %(number)s") % {"number": revision.number}


def standing(revision: Revision, others: Sequence[Revision], today: date) -> Standing:
    """How `revision` stands on `today` among the revisions of its document that have a range."""
    ranges = [
        (each.valid.lower, each) for each in others if each.pk != revision.pk and each.valid and not each.valid.isempty
    ]
    if revision.is_current(today):
        coming = sorted(((lower, each) for lower, each in ranges if lower and lower > today), key=lambda pair: pair[0])
        return Standing(Counts.ENDS, coming[0][1], coming[0][0]) if coming else Standing(Counts.CURRENT)
    current = next(((lower, each) for lower, each in ranges if each.is_current(today)), (None, None))
    begins = revision.valid.lower if revision.valid and not revision.valid.isempty else None
    if begins is not None and begins > today:
        return Standing(Counts.COMING, current[1], begins)
    return Standing(Counts.REPLACED, current[1], current[0]) if current[1] else Standing(Counts.OVER)
