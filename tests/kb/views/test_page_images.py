"""Pages of a PDF as pictures, and boxes over quotes: drawn by a child, kept beside the original."""

from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image

from kb import files
from kb.ingestion.readers import render
from kb.ingestion.readers.reasons import ReadFailure
from kb.models import Revision
from kb.views import page_images
from kb.views.page_images import overlay, picture
from tests.limits import no_room
from tests.papers import pdf


@pytest.fixture
def revision() -> Revision:
    """A stored PDF of one page with three lines."""
    stored = Revision(file=uuid.uuid4())
    path = files.path_of(stored.file)
    path.parent.mkdir(parents=True)
    path.write_bytes(pdf("Travel rules", "Meals are paid up to 40 dollars.", "Taxis need a receipt."))
    yield stored
    files.discard(stored.file)


def test_a_page_is_drawn_once_and_kept(revision: Revision, monkeypatch: pytest.MonkeyPatch):
    first = picture(revision, 1, 900)
    assert Image.open(io.BytesIO(first)).size[0] == 900
    monkeypatch.setattr(page_images, "page_image", None)  # another child would fail
    assert picture(revision, 1, 900) == first


def test_quotes_of_a_page_are_boxed_by_one_child_and_kept(revision: Revision, monkeypatch: pytest.MonkeyPatch):
    started = []
    monkeypatch.setattr(render, "start", lambda *args, held=render.start: started.append(args) or held(*args))
    found = overlay(revision, 1, ["Meals are paid up to 40 dollars.", "Taxis need a receipt."])
    assert found is not None and (round(found.width), round(found.height)) == (595, 842)
    first, second = found.rects
    assert abs(first.x - 72) < 3 and abs(first.y + first.height / 2 - 106) < 8
    assert abs(second.y - first.y - 40) < 3
    assert overlay(revision, 1, ["Meals are paid up to 40 dollars.", "Taxis need a receipt."]) == found
    assert len(started) == 1


def test_words_that_are_not_there_have_no_box_and_a_page_without_quotes_has_a_size(revision: Revision):
    for quotes in (["No such words stand here."], []):
        found = overlay(revision, 1, quotes)
        assert found is not None and found.rects == () and round(found.width) == 595


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b"", b"MZ\x90"])
def test_what_cannot_be_drawn_has_neither_picture_nor_boxes(revision: Revision, content: bytes):
    files.path_of(revision.file).write_bytes(content)
    assert overlay(revision, 1, ["Meals"]) is None
    with pytest.raises(ReadFailure):
        picture(revision, 1, 900)
    assert not (files.folder_of(revision.file) / "pages").exists()


def test_a_page_that_is_not_there_is_a_failure(revision: Revision):
    assert overlay(revision, 7, ["Meals"]) is None


def test_a_full_disk_keeps_nobody_from_reading(revision: Revision):
    with no_room(most=10):
        assert picture(revision, 1, 900)[:4] == b"RIFF"
        drawn = overlay(revision, 1, ["Taxis need a receipt."])
    assert drawn is not None and drawn.rects
    assert [path.name for path in files.folder_of(revision.file).rglob("*") if path.is_file()] == ["original"]
