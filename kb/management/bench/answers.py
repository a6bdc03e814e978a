"""The golden questions of the sample company, answered by the one answering path, without a model and with the bundled one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.management.bench.bench import Bench
from kb.management.bench.findings import Cell, Column, Findings, Table
from kb.management.bench.house import MANAGE

QUESTIONS = MANAGE.parent / "samples" / "questions.jsonl"
WAYS = {"extractive": "Without a model: quoted sentences", "model": "With the bundled model (Gemma 3 270M)"}
FIGURES = ("precision", "recall", "refused", "exact", "f1", "leaks", "own_words")
HEADS = ("citation precision", "citation recall", "refused", "exact", "F1", "leaks", "own words")
_LOADED_SECONDS = 1_800.0
METHOD = (
    "`evaluate_answers samples/questions.jsonl` against a Maru of its own with the whole sample company. Every question is asked as the "
    "person who would ask it, and by those who may not have it answered. Goals: citation precision and recall ≥ .95 on the answerable, "
    "refused ≥ .95 off-topic, no leaks; near-topic and the model's figures as they are."
)


def measure(bench: Bench) -> Findings:
    """Figures by kind of question, a table a way."""
    house = bench.house
    if not house.runs:
        house.start()
    house.wait(lambda: house.page("/readyz"), "all parts ready", _LOADED_SECONDS)
    house.wait(house.loaded, "the whole sample company", _LOADED_SECONDS)
    bench.tell("the sample company is in")
    tables = []
    for way, caption in WAYS.items():
        result = house.command("evaluate_answers", str(QUESTIONS), f"--{way}")
        tables.append(table(caption, result[way]["by_kind"]))
        bench.tell(f"{way} done")
    return Findings(METHOD, tuple(tables))


def table(caption: str, by_kind: Mapping[str, Mapping[str, Any]]) -> Table:
    """Rows by kind, as `evaluate_answers` gives them."""
    columns = (
        Column("kind"),
        Column("questions"),
        *(Column(head, 0 if figure == "leaks" else 3) for head, figure in zip(HEADS, FIGURES, strict=True)),
    )
    rows: list[tuple[Cell, ...]] = [
        (kind.replace("_", " "), row["questions"], *(row[figure] for figure in FIGURES))
        for kind, row in by_kind.items()
    ]
    return Table(caption, columns, rows)
