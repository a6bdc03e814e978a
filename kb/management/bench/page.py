"""docs/benchmarks.md: each part stands between two marks, and is written anew when it was measured anew. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.management.bench.parts import Measured


def with_parts(page: str, measured: Iterable[Measured]) -> str:
    """The page with these parts in it; parts that were left out stay as they were. Raises KeyError for a part without marks."""
    for part in measured:
        if part.findings is not None:
            page = _with_part(page, part)
    return page


def _with_part(page: str, part: Measured) -> str:
    begin, end = f"<!-- bench: {part.name} -->", f"<!-- end: {part.name} -->"
    if begin not in page or end not in page:
        raise KeyError(part.name)
    inside = "\n".join(part.lines())
    return re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: f"{begin}\n{inside}\n{end}", page, flags=re.DOTALL)
