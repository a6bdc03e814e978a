"""What `manage.py encoder` hands to the process."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.management.commands import encoder as command
from kb.retrieval.encoder.process import EncoderSettings, prepare_environment


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[EncoderSettings]:
    """The settings that the process would be started with."""
    found: list[EncoderSettings] = []
    monkeypatch.setattr(command, "run", found.append)
    return found


def test_the_key_comes_from_a_file_the_environment_or_the_home(
    started: list[EncoderSettings], settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "key").write_text(" from a file \n")
    monkeypatch.setenv("MARU_ENCODER_KEY", "from the environment")
    call_command("encoder", "--key-file", str(tmp_path / "key"))
    call_command("encoder")
    monkeypatch.delenv("MARU_ENCODER_KEY")
    call_command("encoder")
    assert [each.key for each in started] == ["from a file", "from the environment", settings.SECRETS.encoder_key]
    assert "from a file" not in repr(started[0])


@pytest.mark.parametrize("content", [None, " \n"])
def test_a_key_file_without_a_key_is_named(started: list[EncoderSettings], tmp_path: Path, content: str | None):
    if content is not None:
        (tmp_path / "key").write_text(content)
    with pytest.raises(CommandError, match="key"):
        call_command("encoder", "--key-file", str(tmp_path / "key"))
    assert started == []


def test_places_and_threads_come_from_the_settings(started: list[EncoderSettings], settings):
    settings.MARU_TORCH_THREADS = 3
    settings.MARU_EMBEDDER = "tei+http://gpu:80"
    call_command("encoder")
    (found,) = started
    assert f"http://127.0.0.1:{found.port}" == settings.ENCODER_URL
    assert (found.host, found.models, found.threads, found.embeds) == ("127.0.0.1", settings.MARU.models, 3, False)


def test_native_libraries_are_told_before_they_are_loaded(tmp_path: Path):
    environ = {"OMP_WAIT_POLICY": "active"}
    prepare_environment(environ, EncoderSettings("127.0.0.1", 1, "k", tmp_path, threads=3))
    assert (environ["OMP_NUM_THREADS"], environ["OMP_WAIT_POLICY"], environ["TOKENIZERS_PARALLELISM"]) == (
        "3",
        "active",
        "false",
    )
    assert environ["HF_HUB_OFFLINE"] == "1"
    hub: dict[str, str] = {}
    prepare_environment(hub, EncoderSettings("127.0.0.1", 1, "k", tmp_path, embedder="somebody/model"))
    assert "HF_HUB_OFFLINE" not in hub
