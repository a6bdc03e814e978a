"""File names that attack or merely annoy, through every door: cleaned, shown as text, and never a path on the disk."""

from __future__ import annotations

import html
import unicodedata
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.access import as_user
from kb.management.commands import ingest
from kb.models import Revision
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.faults.house import House, rules

NAMES = {
    "../../../../tmp/evil.md": "evil.md",
    "..\\..\\boot.md": "boot.md",
    "청구서\u202efdp.exe.md": "청구서fdp.exe.md",
    unicodedata.normalize("NFD", "취업규칙.md"): "취업규칙.md",
    "널\x00바이트.md": "널바이트.md",
    "<img src=x onerror=alert(1)>.md": "<img src=x onerror=alert(1)>.md",
    "'; drop table kb_document; --.md": "'; drop table kb_document; --.md",
    "{{ settings.SECRET_KEY }}.md": "{{ settings.SECRET_KEY }}.md",
    "줄\n바꿈\x1b[31m.md": "줄바꿈[31m.md",
    "가" * 300 + ".md": "가" * 196 + "….md",
}


@pytest.mark.parametrize("door", ["api", "portal"])
def test_names_are_cleaned_and_never_become_paths(house: House, door: str):
    collection = {"api": "rules", "portal": "hr-private"}[door]
    before = set(house.stored())
    for place, (sent, shown) in enumerate(NAMES.items()):
        answer = getattr(house.hana, f"send_by_{door}")(sent, rules(f"이름{place}", 1), collection)
        assert answer.status_code in (200, 202), (sent, answer.text[:300])
        stored = house.rows(
            "select r.filename, r.file from kb_revision r join kb_document d on d.id = r.document_id"
            " join kb_collection c on c.id = d.collection_id where c.slug = %s order by r.id desc limit 1",
            collection,
        )[0]
        assert stored[0] == shown, sent
        assert (house.home.files / stored[1].hex[:2] / str(stored[1]) / "original").exists()
    for path in set(house.stored()) - before:
        part = Path(path).relative_to(house.home.files).parts
        assert len(part[0]) == 2 and uuid.UUID(part[1])
    assert not Path("/tmp/evil.md").exists()
    page = house.hana.portal.get(f"/library/{collection}/").text
    assert "<img src=x" not in page and html.escape("<img src=x onerror=alert(1)>") in page
    assert "SECRET_KEY }}" in page


def test_one_file_through_both_doors_at_once_is_one_document(house: House):
    content, before = rules("동시", 1), set(house.stored())
    sends = [house.hana.send_by_api, house.hana.send_by_portal] * 3
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda send: send("동시.md", content, "rules"), sends))
    assert {answer.status_code for answer in answers} <= {200, 202}
    rows = house.rows(
        "select d.id, r.id, j.id from kb_document d join kb_revision r on r.document_id = d.id"
        " join kb_job j on j.revision_id = r.id where d.external_id = '동시.md'"
    )
    assert len(rows) == 1, rows
    assert len([path for path in house.stored() if path not in before and path.endswith("/original")]) == 1


def test_the_command_line_takes_odd_names_too(
    committed_cast: Cast, word_encoder: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    from contextlib import nullcontext

    from tests.database import NAME, superuser

    for need in ("needs_database", "needs_encoder"):
        monkeypatch.setattr(ingest.Command, need, False)
    monkeypatch.setattr("kb.jobs.queue._heartbeat", lambda held: nullcontext())
    names = [name for name in NAMES if not name.startswith(".") and "\x00" not in name and len(name) < 80]
    for place, name in enumerate(names):
        (tmp_path / name).write_text(rules(f"이름{place}", 1))
    with superuser(NAME) as held:  # `ingest` runs as the workers' role
        held.execute("alter role maru_app set role maru_worker")
    try:
        from django.db import connection

        connection.close()
        call_command("ingest", str(tmp_path), "--collection", "rules", "--as", "hana")
        with as_user(committed_cast.hana):
            assert set(Revision.objects.values_list("filename", flat=True)) == {NAMES[name] for name in names}
            assert set(Revision.objects.values_list("state", flat=True)) == {"ready"}
        shown = capsys.readouterr().out
        assert "\u202e" not in shown and "\x1b" not in shown and shown.count("\n") == len(names)
    finally:
        connection.close()
        with superuser(NAME) as held:
            held.execute("alter role maru_app reset role")
