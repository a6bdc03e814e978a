"""A local HTTP server that does what a test tells it to: the right thing, late, half, or wrong. Speaks through raw sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Exchange:
    """One request and the socket that its answer goes to."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    socket: socket.socket
    stopping: threading.Event
    streaming: bool = False

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    def send(self, data: bytes | str) -> None:
        """These bytes and nothing else."""
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def answer(self, value: Any, status: int = 200) -> None:
        """A whole JSON answer."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send(f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        self.send(body)

    def begin_stream(self) -> None:
        """The head of an event stream that ends with the connection."""
        self.streaming = True
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")

    def event(self, value: Any) -> None:
        """One event, JSON unless it is text."""
        self.send(f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n")

    def stream(self, events: Iterable[Any]) -> None:
        """A stream of these events, and its end."""
        self.begin_stream()
        for each in events:
            self.event(each)

    def wait(self, seconds: float = 30) -> None:
        """Say nothing, until the test is over."""
        self.stopping.wait(seconds)

    def client_left_within(self, seconds: float) -> bool:
        """Whether the other end closes the connection in that time."""
        self.socket.settimeout(0.05)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if not self.socket.recv(1024):
                    return True
            except TimeoutError:
                continue
            except OSError:
                return True
        return False

    def reset(self) -> None:
        """Break the connection with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Act = Callable[[Exchange], None]


@dataclass
class Rogue:
    """A running server. `act` may be changed between requests; `seen` holds the requests."""

    act: Act
    url: str = ""
    seen: list[Exchange] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Accept until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while exchange := read_request(connection, self.stopping):
                    self.seen.append(exchange)
                    self.act(exchange)
                    if exchange.streaming:
                        return
            except OSError:
                return


def read_request(connection: socket.socket, stopping: threading.Event) -> Exchange | None:
    """The next request of a connection, None at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Exchange(method, path, headers, body, connection, stopping)


@contextmanager
def rogue(act: Act) -> Iterator[Rogue]:
    """A server for the length of a `with` block."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Rogue(act, f"http://127.0.0.1:{listener.getsockname()[1]}")
    thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


async def until(condition: Callable[[], object], seconds: float = 3.0) -> float:
    """Wait for `condition`, at most so long; returns the seconds that it took."""
    begun = time.monotonic()
    while not condition() and time.monotonic() - begun < seconds:  # noqa: ASYNC110 - it is another thread's doing
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
