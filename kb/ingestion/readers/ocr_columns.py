"""Where a page's columns are: a white gutter that runs down a good part of the page with full lines on either side of it.

What stands above and below the gutter (a title, a foot) is read over the whole width.
"""

from __future__ import annotations

from typing import Any

_WIDTH = 300
_INK = 190
_GUTTER = 5
_LEAST_RUN = 0.2
_LEAST_COLUMN = 0.15
_FULL_LINES = 0.6
_DEPTH = 3
_LEAST_LINES = 20
_TITLE_HEIGHT = 0.06
_TO_INK = bytes(1 if value < _INK else 0 for value in range(256))
Area = tuple[int, int, int, int]


def columns(image: Any) -> list[Area]:
    """Boxes (left, top, right, bottom) in pixels, in reading order; the whole page when it has one column."""
    height = max(1, image.height * _WIDTH // max(image.width, 1))
    pixels = image.convert("L").resize((_WIDTH, height)).tobytes().translate(_TO_INK)
    rows = [pixels[y * _WIDTH : (y + 1) * _WIDTH] for y in range(height)]
    factor_x, factor_y = image.width / _WIDTH, image.height / height
    return [
        (round(x0 * factor_x), round(y0 * factor_y), round(x1 * factor_x), round(y1 * factor_y))
        for x0, y0, x1, y1 in _cut(rows, (0, 0, _WIDTH, height), _DEPTH)
    ]


def _cut(rows: list[bytes], area: Area, depth: int) -> list[Area]:
    """The area cut at its gutter, if it has one: what is above, left, right, what is below."""
    left, top, right, bottom = area
    gutter = _gutter(rows, area) if depth else None
    if gutter is None:
        return [area] if any(1 in row[left:right] for row in rows[top:bottom]) else []
    x, y0, y1 = gutter
    y0 = _past_line(rows, (left, y0, right, y1))
    above, below = (left, top, right, y0), (left, y1, right, bottom)
    parts = [above] if _has_ink(rows, above) else []
    parts += _cut(rows, (left, y0, x, y1), depth - 1)
    parts += _cut(rows, (x, y0, right, y1), depth - 1)
    return parts + (_cut(rows, below, depth - 1) if _has_ink(rows, below) else [])


def _past_line(rows: list[bytes], area: Area) -> int:
    """Where the line that a gutter starts in has ended: a title's blank must not cut the title."""
    left, top, right, bottom = area
    for y in range(top, min(bottom, top + round(len(rows) * _TITLE_HEIGHT))):
        if 1 not in rows[y][left:right]:
            return y
    return top


def _has_ink(rows: list[bytes], area: Area) -> bool:
    left, top, right, bottom = area
    return any(1 in row[left:right] for row in rows[top:bottom])


def _gutter(rows: list[bytes], area: Area) -> tuple[int, int, int] | None:
    """The longest white run of a gutter's width that is long enough and has columns beside it: its middle, first and last row."""
    left, top, right, bottom = area
    last = max((y for y in range(top, bottom) if 1 in rows[y][left:right]), default=top)
    margin = round(_WIDTH * _LEAST_COLUMN)
    candidates = []
    for x in range(left + margin, right - margin - _GUTTER):
        y0, y1 = _longest_white(rows, x, top, last + 1)
        if y1 - y0 >= len(rows) * _LEAST_RUN:
            candidates.append((y1 - y0, x + _GUTTER // 2, y0, y1))
    for _, x, y0, y1 in sorted(candidates, reverse=True)[:40]:
        if _is_full(rows, (left, y0, x, y1)) and _is_full(rows, (x, y0, right, y1)):
            return x, y0, y1
    return None


def _longest_white(rows: list[bytes], x: int, top: int, bottom: int) -> tuple[int, int]:
    best, start = (top, top), top
    for y in range(top, bottom + 1):
        if y == bottom or 1 in rows[y][x : x + _GUTTER]:
            if y - start > best[1] - best[0]:
                best = (start, y)
            start = y + 1
    return best


def _is_full(rows: list[bytes], area: Area) -> bool:
    """Whether lines fill the area's width as a column of text does; the cells of a table without rules do not."""
    left, top, right, bottom = area
    inked = [row[left:right] for row in rows[top:bottom] if 1 in row[left:right]]
    if len(inked) < _LEAST_LINES:
        return False
    widest = max(row.rindex(1) for row in inked) - min(row.index(1) for row in inked) + 1
    reach = sum(row.rindex(1) - row.index(1) + 1 for row in inked) / len(inked)
    return widest >= _WIDTH * _LEAST_COLUMN and reach >= widest * _FULL_LINES
