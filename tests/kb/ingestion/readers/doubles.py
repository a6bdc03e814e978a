"""Readers that misbehave, put in the place of the text reader inside a child."""

from __future__ import annotations

import pytest

from kb.ingestion.readers import process

_BOOT = """
import sys
sys.path.insert(0, sys.argv[1])
from kb.ingestion.readers import child, text
def read(source):
{body}
text.read = read
child.main()
"""


def misbehave(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Let every text file be read by `body` (statements that may use `source`)."""
    lines = "\n".join(f"    {line}" for line in body.strip().split("\n"))
    monkeypatch.setattr(process, "BOOT", _BOOT.format(body=lines))


C_LOOP = "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')"
"""A loop inside C: the interpreter sees no signal before it ends, which it never does."""
