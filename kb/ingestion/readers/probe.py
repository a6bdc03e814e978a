"""What the readers can do on this machine, found out in a child as reading would: for the doctor command and for tests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.process import run_child
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.wire import BadLine


@dataclass(frozen=True, slots=True)
class Abilities:
    """`hwp_pages`: rhwp loads (page numbers of HWP). `korean_font`: its pictures show Hangul. `ocr_missing`: packages to install for
    scans, empty when all is there. `network`: "off" when a child is cut off from it."""

    hwp_pages: bool
    korean_font: bool
    ocr_missing: str
    network: str


def probe(limits: Limits = Limits()) -> Abilities:  # noqa: B008  frozen
    """Ask a child. Raises ReadFailure when not even that can be started."""
    try:
        with Path(os.devnull).open("rb") as nothing:
            child = run_child(nothing, {"task": "probe", "filename": ""}, limits, None)
        line = next(line for line in child.lines if line["type"] == "probe")
    except (OSError, BadLine, StopIteration):
        raise ReadFailure("crashed", detail="probe") from None
    return Abilities(bool(line["hwp_pages"]), bool(line["korean_font"]), str(line["ocr_missing"]), str(line["network"]))
