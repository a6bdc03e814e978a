"""An answer as a page shows it, made from its rows in one place. Everything here runs inside `as_user`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kb.chat import records
from kb.chat.render import render_markdown
from kb.chat.sentences import AnswerSentence
from kb.chat.support import Verdict
from kb.models import Answer, Citation, Collection
from kb.models.chat import AnswerState, Basis
from kb.views.failures import Failure, failure_of
from kb.views.marks import marked
from kb.views.notes import (
    FoundNote,
    SourceNote,
    citations_of,
    cited_notes,
    found_by_chunks,
    found_notes,
    passages_in,
    words_of,
)

NEAREST = 3
_ICONS = {Basis.SOURCED: "sourced", Basis.MIXED: "mixed", Basis.MODEL: "model", Basis.NOT_FOUND: "none"}


@dataclass(frozen=True, slots=True)
class Badge:
    """What an answer stands on: a shape, a word, and how many of its sentences have a source."""

    basis: str
    icon: str
    word: str
    count: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A collection that may not be read and was made discoverable: who keeps it and whom to ask, never a title."""

    department: str
    contact: str
    mail: str


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of an answer: ids in order, and which one is shown (from 0)."""

    ids: tuple[int, ...]
    shown: int

    @property
    def previous(self) -> int | None:
        """The version before the shown one."""
        return self.ids[self.shown - 1] if self.shown > 0 else None

    @property
    def next(self) -> int | None:
        """The version after the shown one."""
        return self.ids[self.shown + 1] if self.shown + 1 < len(self.ids) else None

    @property
    def number(self) -> int:
        """The shown version, from 1."""
        return self.shown + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One version of an answer with all that stands around it."""

    answer: Answer
    versions: Versions
    open: bool = False
    withheld: bool = False
    badge: Badge | None = None
    remarks: tuple[str, ...] = ()
    html: SafeString | str = ""
    notes: Sequence[SourceNote] = ()
    also: Sequence[FoundNote] = ()
    nearest: Sequence[FoundNote] = ()
    elsewhere: Sequence[Elsewhere] = ()
    failure: Failure | None = None
    copy: str = ""
    helpful: bool | None = None
    reason: str = ""


def show(user: User, answer: Answer, ids: Sequence[int]) -> Shown:
    """Make an answer ready for its page; `ids` are those of all versions, in order."""
    versions = Versions(tuple(ids), list(ids).index(answer.pk))
    if not answer.finished:
        return Shown(answer, versions, open=True)
    if records.is_withheld(answer):
        return Shown(answer, versions, withheld=True)
    cited = citations_of(answer)
    notes = cited_notes(answer, cited)
    given = answer.feedback.filter(owner_id=user.pk).first()
    return Shown(
        answer,
        versions,
        badge=_badge(answer),
        remarks=_remarks(answer),
        html=_html(answer, notes),
        notes=notes,
        also=_also(user, answer, cited),
        nearest=_nearest(user, answer),
        elsewhere=_elsewhere(answer),
        failure=failure_of(answer),
        copy=_copy(answer, notes),
        helpful=given.helpful if given else None,
        reason=given.get_reason_display() if given and given.reason else "",
    )


def _html(answer: Answer, notes: Sequence[SourceNote]) -> SafeString:
    """The checked text, or for an answer that failed what was written until then, unchecked."""
    if answer.state == AnswerState.FAILED:
        return render_markdown(answer.draft)
    return marked(answer.text, sentences_of(answer), {note.number: note for note in notes})


def sentences_of(answer: Answer) -> list[AnswerSentence]:
    """The checked sentences of an answer."""
    return [AnswerSentence.from_json(row) for row in answer.sentences]


def _badge(answer: Answer) -> Badge | None:
    if not answer.basis:
        return None
    basis = Basis(answer.basis)
    words = {
        Basis.SOURCED: _("Sourced"),
        Basis.MIXED: _("Partly sourced"),
        Basis.MODEL: _("Model's own words"),
        Basis.NOT_FOUND: _("Not found"),
    }
    return Badge(str(basis), f"basis-{_ICONS[basis]}", words[basis], _count(basis, sentences_of(answer)))


def _count(basis: Basis, sentences: Sequence[AnswerSentence]) -> str:
    if basis == Basis.NOT_FOUND:
        return _("No sentence of the documents answers this")
    claims = [each for each in sentences if each.verdict != Verdict.NOT_A_CLAIM]
    supported = sum(each.verdict == Verdict.SUPPORTED for each in claims)
    if claims and supported == len(claims):
        return ngettext("Its sentence has a source", "All %(n)s sentences have a source", supported) % {"n": supported}
    if supported:
        return _("%(supported)s of %(all)s sentences have a source") % {"supported": supported, "all": len(claims)}
    return _("No sentence has a source")


def _remarks(answer: Answer) -> tuple[str, ...]:
    remarks = []
    if answer.state == AnswerState.STOPPED:
        remarks.append(_("stopped here"))
    if answer.replaced:
        remarks.append(_("the model's answer had no source, so the documents speak for themselves"))
    elif answer.extractive:
        remarks.append(_("quoted from the documents, without a model"))
    if answer.adapter:
        remarks.append(answer.adapter)
    return tuple(remarks)


def _also(user: User, answer: Answer, cited: Sequence[Citation]) -> list[FoundNote]:
    return [] if answer.basis == Basis.NOT_FOUND else found_notes(user, answer, cited)


def _nearest(user: User, answer: Answer) -> list[FoundNote]:
    """For "not found": the nearest documents that may be read, each once."""
    if answer.basis != Basis.NOT_FOUND:
        return []
    ids = [row["chunks"][0] for row in passages_in(answer.trace) if row.get("chunks")]
    found = found_by_chunks(user, ids, words_of(answer.trace))
    by_title = {note.title: note for note in reversed(found)}
    return list(reversed(by_title.values()))[:NEAREST]


def _elsewhere(answer: Answer) -> list[Elsewhere]:
    ids = answer.trace.get("elsewhere")
    if not ids:
        return []
    rows = Collection.objects.filter(Q(pk__in=ids), discoverable=True).select_related("department", "contact")
    return [
        Elsewhere(
            row.department.label,
            row.contact.name if row.contact and row.contact.is_active else "",
            row.contact.email if row.contact and row.contact.is_active else "",
        )
        for row in rows
    ]


def _copy(answer: Answer, notes: Sequence[SourceNote]) -> str:
    """The answer as plain text with its sources, for other programs."""
    if not answer.text:
        return ""
    parts, done = [], 0
    for sentence in sentences_of(answer):
        said = answer.text[done : sentence.end]
        numbers = "".join(f"[{number}]" for number in sentence.citations)
        parts += [said.rstrip(), f" {numbers}" if numbers else "", said[len(said.rstrip()) :]]
        done = sentence.end
    text = "".join([*parts, answer.text[done:]]).strip()
    if not notes:
        return text
    lines = [f"[{note.number}] {note.title}, {note.place}" for note in notes]
    return "\n".join([text, "", _("Sources"), *lines])
