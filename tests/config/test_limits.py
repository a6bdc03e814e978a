"""Bodies that are too large are refused before they fill the disk."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from config import limits
from tests.cast import Cast
from tests.kb.api.conftest import Api
from tests.kb.api.live import live_server


@pytest.fixture
def live(committed_cast: Cast, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    settings.MARU_UPLOAD_BYTES = 100_000
    monkeypatch.setattr(limits, "ROOM", 100_000)
    with live_server() as address:
        yield address


def announce(live: str, path: str, length: str, accept: str = "en") -> tuple[int, str, bytes]:
    """Send the head of a request and nothing of its body; (status, content type, body)."""
    parts = urlsplit(live)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Language: {accept}\r\nContent-Length: {length}\r\n\r\n"
        line.sendall(head.encode())
        told = b""
        while part := line.recv(65536):
            told += part
    head, _, body = told.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    kind = next(row.split(b": ", 1)[1] for row in head.split(b"\r\n") if row.lower().startswith(b"content-type"))
    return status, kind.decode(), body


def test_two_gigabytes_are_refused_before_a_byte_of_them_comes(live: str):
    status, kind, body = announce(live, "/api/v1/collections/rules/documents/", str(2 * 1024**3))
    assert (status, kind) == (413, "application/problem+json")
    problem = json.loads(body)
    assert (problem["code"], problem["retryable"]) == ("file_too_large", False)
    assert "larger than" in problem["detail"]


def test_a_page_is_told_in_its_own_form_and_language(live: str):
    status, kind, body = announce(live, "/library/", str(2 * 1024**3), "ko")
    assert (status, kind) == (413, "text/html; charset=utf-8")
    assert b"<html" in body and b'lang="ko"' in body


def test_a_body_that_does_not_say_its_length_is_counted(committed_cast: Cast, live: str):
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    headers = {"Authorization": f"Bearer {Api(committed_cast.hana).secret}", "Content-Type": "application/json"}
    try:
        answer = httpx.post(f"{live}/api/v1/search/", content=endless(), headers=headers)
        assert answer.status_code == 413
    except httpx.WriteError:
        pass  # the server hung up while we still wrote, which is its right
    assert httpx.get(f"{live}/healthz").status_code == 200


def test_a_file_just_above_the_limit_is_refused_by_name(committed_cast: Cast, live: str):
    answer = httpx.post(
        f"{live}/api/v1/collections/rules/documents/",
        headers={"Authorization": f"Bearer {Api(committed_cast.hana).secret}", "Accept-Language": "en"},
        files={"file": ("big.md", b"x" * 100_001)},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "big.md" in answer.json()["detail"]


def test_what_is_within_the_limit_passes(committed_cast: Cast, live: str):
    answer = httpx.post(
        f"{live}/api/v1/collections/rules/documents/",
        headers={"Authorization": f"Bearer {Api(committed_cast.hana).secret}"},
        files={"file": ("a.md", b"x" * 99_000)},
    )
    assert answer.status_code == 202


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40])
def test_a_length_that_is_none_is_not_believed(live: str, length: str):
    status, _, _ = announce(live, "/api/v1/search/", length)
    assert status in (400, 401, 413)
