"""How long Maru takes to start, cold and warm, and to stop."""

from __future__ import annotations

import statistics
import time

from kb.management.bench.bench import Bench
from kb.management.bench.findings import Column, Findings, Table
from kb.management.bench.house import House

QUESTION = "연차는 며칠까지 이월되나요?"
PERSON = "hana"
ROUNDS = 3
COLD_GOAL, WARM_GOAL, STOP_GOAL = 240.0, 10.0, 10.0
_PATIENCE = 1_800.0

METHOD = (
    "A new `MARU_HOME` with the packages installed: `manage.py up` is started as a person starts it, and looked at twenty times a second. "
    "Cold: the database is made, the embedder unpacked, the sample company taken in. Warm: the same home again, "
    f"{ROUNDS} times. Stopped by Ctrl-C."
)


def measure(bench: Bench) -> Findings:
    """Cold start to the first page, to the first answer and to the whole sample company; warm starts; stops."""
    house = bench.house
    cold = _cold(house)
    bench.tell("cold start done, warm starts follow")
    warm, ready, stops = [], [], []
    for _round in range(ROUNDS):
        stops.append(house.stop())
        begun = time.monotonic()
        warm.append(_until_page(house))
        house.wait(lambda: house.page("/readyz"), "all parts ready", _PATIENCE)
        ready.append(time.monotonic() - begun)
    columns = (Column("what"), Column("median s", 1), Column("slowest s", 1), Column("goal"))
    rows = (
        *((name, seconds, None, goal) for name, seconds, goal in cold),
        ("warm start until the first page", statistics.median(warm), max(warm), f"< {WARM_GOAL:.0f}"),
        ("… until every part is ready", statistics.median(ready), max(ready), None),
        ("stopping all of it", statistics.median(stops), max(stops), f"< {STOP_GOAL:.0f}"),
    )
    return Findings(METHOD, (Table("", columns, rows),))


def _cold(house: House) -> list[tuple[str, float, str | None]]:
    begun = time.monotonic()
    page = _until_page(house)
    house.wait(lambda: house.page("/readyz"), "all parts ready", _PATIENCE)
    ready = time.monotonic() - begun
    house.wait(lambda: house.chunks() > 0, "the first document", _PATIENCE)
    document = time.monotonic() - begun
    answer = house.command("ask", QUESTION, "--as", PERSON)
    asked = time.monotonic() - begun
    house.wait(house.loaded, "the whole sample company", _PATIENCE)
    loaded = time.monotonic() - begun
    return [
        ("cold start until the first page", page, None),
        ("… until every part is ready", ready, f"< {COLD_GOAL:.0f}"),
        ("… until the first document can be asked about", document, f"< {COLD_GOAL:.0f}"),
        (
            f"… until its answer is there (`manage.py ask`; {answer['ms_total'] / 1000:.1f} s of it the answer)",
            asked,
            None,
        ),
        ("… until all 81 files of the sample company are in", loaded, None),
    ]


def _until_page(house: House) -> float:
    begun = time.monotonic()
    house.start()
    house.wait(house.page, "its first page", _PATIENCE)
    return time.monotonic() - begun
