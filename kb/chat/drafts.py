"""A model's draft made ready for the check: without its own markers, without what it says over and over. Pure."""

from __future__ import annotations

import re

from kb.normalise import normalise

# [1], [1, 2], (출처 1), 【3】 and the like: which passage supports what is decided by our check alone.
_MARKER = re.compile(
    r"\s*(?:\[\^?\d+(?:\s*[,;·-]\s*\d+)*\]|【[^】\n]{0,20}】|\((?:출처|근거|source|sources|문서|document)\s*:?\s*\d+[^)\n]{0,20}\))",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)|!?\[([^\]\n]*)\]\[[^\]\n]*\]")
_DEFINITION = re.compile(r"^\s*\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(r"\b(?:https?|ftp|file|data|javascript):\S+", re.IGNORECASE)
_MOST = 1


def clean(text: str) -> str:
    """The draft without markers, links and addresses, each line at most once, normalised, trimmed."""
    text = _MARKER.sub("", _DEFINITION.sub("", normalise(text)))
    text = _LINK.sub(lambda match: match.group(1) or match.group(2) or "", text)
    text = _ADDRESS.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", _without_loops(text)).strip()


def _without_loops(text: str) -> str:
    """A small model may say a line again and again: the first time is enough."""
    seen: dict[str, int] = {}
    kept = []
    for line in text.split("\n"):
        plain = " ".join(line.split())
        seen[plain] = seen.get(plain, 0) + 1
        if not plain or seen[plain] <= _MOST:
            kept.append(line)
    return "\n".join(kept)
