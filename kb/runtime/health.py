"""Does it answer? One short question to each kind of process on this machine."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

_SECONDS = 3.0


def page_answers(url: str) -> bool:
    """Whether the page is served with status 200."""
    return _get(url)[0] == 200


def encoder_answers(url: str, key: str) -> bool:
    """Whether the encoder has loaded what it needs."""
    status, body = _get(f"{url}/healthz", key)
    try:
        return status == 200 and json.loads(body).get("status") == "ok"
    except (ValueError, AttributeError):
        return False


def model_server_answers(url: str, key: str) -> bool:
    """Whether the embedded model server has loaded its model; it answers 503 until then."""
    return _get(f"{url}/health", key)[0] == 200


def encoder_lets_in(url: str, key: str) -> bool:
    """Whether an encoder that knows this key listens there, ready or still loading (503)."""
    return _get(f"{url}/info", key)[0] in (200, 503)


def _get(url: str, key: str = "") -> tuple[int, bytes]:
    """Status and body; status 0 when there is no answer. Proxies from the environment are not for this machine."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_SECONDS)
    try:
        connection.request("GET", parts.path, headers={"Authorization": f"Bearer {key}"} if key else {})
        answer = connection.getresponse()
        return answer.status, answer.read(65536)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
