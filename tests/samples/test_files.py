"""The files below samples/files are what their sources say."""

from __future__ import annotations

import io
import zipfile

import pytest

from samples.build.__main__ import writers
from samples.build.source import FILES, Source, load_all
from samples.build.text import lines_of
from tests.samples.extract import flat, text_of

SOURCES = load_all()
WRITERS = writers()

_each_file = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.file)
_each_but_pdf = pytest.mark.parametrize(
    "source", [source for source in SOURCES if source.suffix != "pdf"], ids=lambda source: source.file
)


def test_every_source_has_its_file_and_every_file_its_source() -> None:
    built = {path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()}

    assert built == {source.file for source in SOURCES}


@_each_file
def test_a_file_holds_every_line_of_its_source(source: Source) -> None:
    text = flat(text_of(FILES / source.file))
    if source.suffix == "hwpx":  # its footnotes come last
        missing = [line for line in lines_of(source) if flat(line) not in text]
    else:
        missing = list(_out_of_order(lines_of(source), text))

    assert missing == []


def _out_of_order(lines: list[str], text: str) -> list[str]:
    """The lines that do not follow the one before them; on a PDF page a table's cells and running heads stand between."""
    missing, at = [], 0
    for line in map(flat, lines):
        found = text.find(line, at)
        if found < 0:
            missing.append(line)
        else:
            at = found + len(line)
    return missing


@_each_but_pdf
def test_building_a_file_again_changes_nothing(source: Source) -> None:
    assert _parts(WRITERS[source.suffix](source)) == _parts((FILES / source.file).read_bytes())


def _parts(data: bytes) -> dict[str, bytes]:
    """An archive by its members, unpacked: how well it is compressed may differ between machines."""
    if not data.startswith(b"PK"):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_files_stay_small() -> None:
    sizes = {path: path.stat().st_size for path in FILES.rglob("*") if path.is_file()}

    assert sum(sizes.values()) < 3 * 2**20
    assert max(sizes.values()) < 400 * 2**10
