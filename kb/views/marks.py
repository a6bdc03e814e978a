"""An answer's text with its sentences marked: chips behind what is supported, words behind what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kb.chat.render import render_answer
from kb.chat.sentences import AnswerSentence, Difference
from kb.chat.support import Verdict
from kb.templatetags.portal import icon
from kb.views.notes import SourceNote

_CLASSES = {
    Verdict.PARTIAL: "unsupported",
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.CONTRADICTED: "unsupported contradicted",
}


def marked(text: str, sentences: Sequence[AnswerSentence], notes: Mapping[int, SourceNote]) -> SafeString:
    """The answer as HTML. `notes` are its citations by number."""
    before = {
        place: _CLASSES[Verdict(sentence.verdict)]
        for place, sentence in enumerate(sentences)
        if Verdict(sentence.verdict) in _CLASSES
    }
    after = {place: chips(sentence.citations, notes) + remark(sentence) for place, sentence in enumerate(sentences)}
    return render_answer(text, sentences, before, after)


def chips(numbers: Sequence[int], notes: Mapping[int, SourceNote]) -> SafeString:
    """A chip for each citation: a link that is named by its source."""
    return mark_safe("".join(_chip(notes[number]) for number in numbers if number in notes))  # noqa: S308 - of format_html


def _chip(note: SourceNote) -> SafeString:
    return format_html(
        '<a class="cite-chip" href="{}" data-source="{}" data-card="{}" aria-label="{}">{}</a>',
        note.href,
        note.citation,
        note.card,
        note.name,
        note.number,
    )


def remark(sentence: AnswerSentence) -> SafeString:
    """What is said behind a sentence that its sources do not bear out; nothing behind one that they do."""
    words = _words(sentence)
    if not words:
        return mark_safe("")
    tone = ' data-tone="danger"' if sentence.verdict == Verdict.CONTRADICTED else ""
    return format_html('<span class="unsupported-note"{}>{}{}</span>', mark_safe(tone), icon("alert", "s"), words)  # noqa: S308


def _words(sentence: AnswerSentence) -> str:
    if sentence.verdict == Verdict.UNSUPPORTED:
        return _("no source")
    if sentence.verdict == Verdict.PARTIAL:
        return _("only partly sourced")
    if sentence.verdict == Verdict.CONTRADICTED:
        return "; ".join(_difference(each) for each in sentence.differences) or _("differs from its source")
    return ""


def _difference(difference: Difference) -> str:
    if difference.answer and difference.source:
        return _("differs from its source: answer %(answer)s, source %(source)s") % {
            "answer": difference.answer,
            "source": difference.source,
        }
    if difference.source:
        return _("the source also says: %(source)s") % {"source": difference.source}
    if difference.answer:
        return _("not so in the source: %(answer)s") % {"answer": difference.answer}
    return _("differs from its source")
