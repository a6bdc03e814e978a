"""Addresses inside the portal, made in one place."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def source_href(citation_id: int) -> str:
    """The page of the original that a citation quotes."""
    return reverse("source", args=[citation_id])


def page_href(document: int, revision: int, page: int, span: tuple[int, int] | None = None) -> str:
    """A page of a revision (by number), with a range of the revision's text marked."""
    address = reverse("page", args=[document, revision, page])
    return f"{address}?{urlencode({'from': span[0], 'to': span[1]})}" if span else address


def conversation_href(conversation_id: int, *, answer: int | None = None, question: int | None = None) -> str:
    """A conversation, at one version of an answer or at one branch."""
    address = reverse("conversation", args=[conversation_id])
    if answer is not None:
        return f"{address}?answer={answer}"
    return f"{address}?at={question}" if question is not None else address


def search_href(words: str) -> str:
    """The search page for these words."""
    return f"{reverse('search')}?{urlencode({'q': words})}"
