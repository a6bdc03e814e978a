"""The encoder of this installation, one client a process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from kb.retrieval.encoder.client import EncoderClient, Timeouts
from kb.retrieval.profiles import Profile, profile_for

_TEI = "tei+"


@lru_cache(maxsize=1)
def encoder() -> EncoderClient:
    """The client for the encoder that the settings name."""
    embedder: str = settings.MARU_EMBEDDER
    is_tei = embedder.startswith(_TEI)
    return EncoderClient(
        settings.ENCODER_URL,
        settings.SECRETS.encoder_key,
        embedder_url=embedder.removeprefix(_TEI) if is_tei else None,
        embedder_key=settings.MARU_EMBEDDER_KEY if is_tei else "",
        profile=None if is_tei else profile_for(embedder),
        timeouts=Timeouts(question=settings.MARU_ENCODER_SECONDS),
    )


def profile_in_use() -> Profile:
    """The profile of the embedder that runs now; asks it where the settings do not say. Raises the client's errors."""
    return encoder().profile
