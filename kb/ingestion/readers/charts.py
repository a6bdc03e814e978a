"""A chart's cached numbers as a table: categories down, series across. Office keeps them beside the picture of the chart."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Block, Cell, Kind
from kb.ingestion.readers.ooxml import Element, attribute, child, children, local, number

_MOST_POINTS = 5_000


def read_chart(root: Element | None, src: str) -> list[Block]:
    """The chart's title and table; empty for a chart without series."""
    chart = child(root, "chart")
    series = [item for item in chart.iter() if local(item) == "ser"] if chart is not None else []
    if not series:
        return []
    title = _text(child(chart, "title"))
    heads = ["", *(_first(child(item, "tx")) for item in series)]
    names = next((points for points in (_points(_part(item, "cat", "xVal")) for item in series) if points), {})
    values = [_points(_part(item, "val", "yVal")) for item in series]
    places = sorted({place for points in (names, *values) for place in points})
    rows = [heads, *([names.get(place, ""), *(points.get(place, "") for points in values)] for place in places)]
    table = Block(Kind.TABLE, rows=tuple(tuple(Cell(text) for text in row) for row in rows), header_rows=1, src=src)
    return [Block(Kind.PARAGRAPH, title, src=src), table] if title else [table]


def _part(series: Element, *names: str) -> Element | None:
    return next(children(series, *names), None)


def _points(data: Element | None) -> dict[int, str]:
    """Cached points by their place."""
    if data is None:
        return {}
    found: dict[int, str] = {}
    for point in data.iter():
        if local(point) == "pt" and len(found) < _MOST_POINTS:
            found[number(attribute(point, "idx"))] = _value(child(point, "v"))
    return found


def _value(element: Element | None) -> str:
    """Numbers as people write them: 8.2 for the 8.1999999999999993 of the file."""
    text = (element.text or "") if element is not None else ""
    try:
        return f"{float(text):.12g}"
    except ValueError:
        return text


def _first(data: Element | None) -> str:
    points = _points(data)
    return points[min(points)] if points else _text(data)


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return "".join(part.text or "" for part in element.iter() if local(part) in ("t", "v")).strip()
