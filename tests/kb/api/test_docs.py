"""docs/api.md: every example is run, in order, by a shell against a live server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from kb import files
from kb.models import Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api, Shelf, WatchedServer
from tests.kb.api.live import live_server

GUIDE = Path(settings.BASE_DIR) / "docs" / "api.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_every_example_of_the_guide_works(
    committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer, tmp_path: Path
):
    assert shutil.which("curl"), "docs/api.md speaks curl: install it to run this test"
    original = files.store([b"original"], "x.md")
    with as_worker():
        Revision.objects.filter(document=committed_shelf.common).update(file=original.uuid, size=8)
    with live_server() as address:
        script = "\n".join(_checked(block) for block in BLOCKS)
        script = script.replace("http://127.0.0.1:8000", address).replace("maru_…", Api(committed_cast.hana).secret)
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = ran.stdout
    assert "#problem-" not in told, told
    assert told.count('"relevant":true') == 2
    assert "event: answer" in told
    assert "HTTP/1.1 202" in told and "location: /api/v1/jobs/" in told.lower()
    assert '"title":"취업규칙 (2026)"' in told
    assert (tmp_path / "original.md").read_bytes() == b"original"
    assert '"name": "encoder"' in told


def _checked(block: str) -> str:
    """curl fails on a status of 400 and above, except where the guide looks at a part that tests do not run."""
    failing = re.sub(r"\bcurl -s", "curl -sS --fail-with-body", block)
    return re.sub(r"curl -sS --fail-with-body \$MARU/readyz", "curl -sS $MARU/readyz", failing)


def test_json_in_the_guide_is_json():
    for block in re.findall(r"^```json\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        assert json.loads(block)


@pytest.mark.parametrize("word", ["/work/", "/root/", "/tmp/"])
def test_the_guide_names_no_place_of_a_machine(word: str):
    assert word not in GUIDE.read_text(encoding="utf-8")
