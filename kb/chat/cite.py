"""cite: which sentence of a draft stands in which passage, decided by our own check and never by the model's markers.

A draft is replaced by the quoted passages when no sentence of it finds support, or when what it stands on answers the
question clearly worse than the best sentence of the passages: a small model must never make Maru lie, or miss the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kb.chat.checking import Checked, check_answer
from kb.chat.drafts import clean
from kb.chat.events import Cited, Finished, Searched
from kb.chat.evidence import gather
from kb.chat.generate import Draft
from kb.chat.phrases import is_refusal
from kb.chat.prompt import Prompt
from kb.chat.quoting import PASSAGES, quote_scored, scored_sentences
from kb.chat.refuse import not_found
from kb.chat.relevance import Scored
from kb.chat.retrieve import Sought
from kb.retrieval.encoder.connection import encoder

if TYPE_CHECKING:
    from kb.chat.answer import Ask

POINT = 0.9  # share of the best sentence's score below which what a draft stands on misses the point


def cite(ask: Ask, sought: Sought, prompt: Prompt, draft: Draft) -> Finished:
    """The finished answer: the draft with citations, the quoted passages in its place, or "not found"."""
    text = clean(draft.text)
    known = _known(prompt, draft)
    if not text or is_refusal(text):
        return replace(not_found(ask, sought), **known)
    client = encoder()
    evidence, (analysis, asked) = gather(sought.passages[:PASSAGES], [text, sought.query], client)
    read = {passage.key for passage in prompt.passages}
    checked = check_answer(ask.user, analysis, [each for each in evidence if each.passage.key in read], client)
    scored = scored_sentences(ask.user, sought, evidence, asked, client)
    if not checked.supported or misses_the_point(checked.numbering.citations(), scored):
        return replace(quote_scored(ask, sought, scored), replaced=True, **known)
    return replace(_finished(ask, sought, analysis.text, checked), **known)


def _known(prompt: Prompt, draft: Draft) -> dict[str, Any]:
    return {
        "model": draft.model,
        "prompt_version": prompt.version,
        "budget": prompt.budget,
        "draft": draft.text,
        "prompt_tokens": draft.prompt_tokens,
        "completion_tokens": draft.completion_tokens,
    }


def cite_partial(ask: Ask, searched: Searched, text: str) -> Finished:
    """A draft that was stopped, checked like any other and marked as stopped."""
    sought = Sought(searched.found.question, False, searched.found, searched.passages)
    evidence, (analysis,) = gather(searched.passages, [clean(text)], encoder())
    checked = check_answer(ask.user, analysis, evidence, encoder())
    return replace(_finished(ask, sought, analysis.text, checked), stopped=True, draft=text)


def _finished(ask: Ask, sought: Sought, text: str, checked: Checked) -> Finished:
    """`text` is the analysed one: its sentences are ranges of it."""
    return Finished(
        text=text,
        basis=checked.basis,
        sentences=checked.sentences,
        citations=checked.numbering.citations(),
        language=ask.question.language,
        found=sought.found,
        passages=sought.passages,
        query=sought.query,
    )


def misses_the_point(citations: Sequence[Cited], scored: Sequence[Scored]) -> bool:
    """Whether the best sentence that is cited answers clearly worse than the best sentence that there is."""
    if not scored:
        return False
    cited = [each.score for each in scored if any(_inside(each, citation) for citation in citations)]
    return max(cited, default=0.0) < POINT * scored[0].score


def _inside(scored: Scored, citation: Cited) -> bool:
    place = scored.evidence.place(scored.span)
    if place is None or scored.evidence.passage.key != citation.passage.key:
        return False
    return any(place[0] < end and start < place[1] for start, end in citation.spans)
