"""The encoder's contract over HTTP with words in place of a model, and a hand on what it does: hold, refuse, lie, be away."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.doubles import WordEncoder


@dataclass
class Hold:
    """Requests to `path` whose texts contain `word` wait here. `reached` is set by the first, `open` lets all pass."""

    path: str
    word: str
    reached: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.open.set()


class WordServer:
    """Stands where a home's encoder would. `lie` is said in place of every answer: (status, body). `poison` is called with
    the texts of each request."""

    def __init__(self, port: int) -> None:
        self.port, self.lie, self.poison = port, None, None
        self._encoder, self._holds = WordEncoder(), list[Hold]()
        self._server: ThreadingHTTPServer | None = None
        self.lines = set[socket.socket]()
        self.lie: tuple[int, bytes] | None
        self.poison: Callable[[str], None] | None

    def start(self) -> None:
        """Listen."""
        handler = type("Handler", (_Handler,), {"words": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Be away: connections are refused."""
        for hold in self._holds:
            hold.open.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for line in list(self.lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def hold(self, path: str, word: str) -> Hold:
        """Hold requests at `path` that contain `word`, until it is opened."""
        hold = Hold(path, word)
        self._holds.append(hold)
        return hold

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """What is said to a request."""
        texts: list[str] = body.get("inputs") or body.get("texts") or []
        said = "\n".join(texts)
        if self.poison is not None:
            self.poison(said)
        for hold in self._holds:
            if hold.path == path and hold.word in said and not hold.open.is_set():
                hold.reached.set()
                hold.open.wait(120)
        if self.lie is not None:
            return self.lie
        return 200, json.dumps(self._honest(path, texts)).encode()

    def _honest(self, path: str, texts: list[str]) -> Any:
        if path == "/embed":
            return self._encoder.embed_passages([text.partition(": ")[2] or text for text in texts]).tolist()
        if path == "/count":
            return self._encoder.count(texts)
        if path == "/analyse":
            return {
                "analyses": [
                    {
                        "sentences": [list(span) for span in each.sentences],
                        "tokens": [[token.form, token.tag, token.start, token.end] for token in each.tokens],
                    }
                    for each in self._encoder.analyse(texts)
                ]
            }
        return {"status": "ok", "model_id": "words", "dimensions": 384, "max_input_length": 512}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is nothing to talk about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    words: WordServer

    def setup(self) -> None:
        super().setup()
        self.words.lines.add(self.connection)

    def finish(self) -> None:
        self.words.lines.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        self._say(*self.words.answer(self.path, {}))

    def do_POST(self) -> None:
        self._say(*self.words.answer(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

    def _say(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client was killed meanwhile

    def log_message(self, *args: object) -> None:
        pass
