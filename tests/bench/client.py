"""A client that costs next to nothing: sockets kept alive, requests written beforehand."""

import selectors
import socket
import time
from typing import Any, Self

import orjson

_SECONDS = 300  # the longest that a stock draw may take


class Client:
    """One connection, so one worker answers; what comes back is read to its last byte."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None  # until first used: servers don't wait long

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._socket:
            self._socket.close()

    def ask(self, request: bytes) -> tuple[float, bytes]:
        """Send a request; return the milliseconds it took, and the body."""
        connected = self._socket = self._socket or _connected(self.port)
        began = time.perf_counter()
        connected.sendall(request)
        got = bytearray()
        while not (size := complete(got)):
            if not (part := connected.recv(65536)):
                raise ConnectionError("The server closed the connection.")
            got += part
        spent = (time.perf_counter() - began) * 1000
        if not got.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(got[:300].decode(errors="replace"))
        return spent, bytes(got[-size:])

    def time(self, request: bytes) -> float:
        """Return the milliseconds that an answer took; raise where it is an error."""
        spent, body = self.ask(request)
        if b'"error"' in body[-2000:]:
            raise ConnectionError(body[-300:].decode(errors="replace"))
        return spent

    def json(self, request: bytes) -> Any:
        """Return an answer."""
        return orjson.loads(self.ask(request)[1])


def throughput(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Return the answers a second when so many connections ask all the time."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connected = _connected(port)
        selector.register(connected, selectors.EVENT_READ, bytearray())
        connected.sendall(request)
    answered, began = 0, time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        for key, _ in selector.select(timeout=began + seconds - now):
            key.data.extend(key.fileobj.recv(65536))  # type: ignore[union-attr]
            if complete(key.data):
                answered += 1
                key.data.clear()
                key.fileobj.sendall(request)  # type: ignore[union-attr]
    spent = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answered / spent


def complete(got: bytearray) -> int:
    """Return the body's length once all of it is there, else 0."""
    head, blank, body = got.partition(b"\r\n\r\n")
    if not blank:
        return 0
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])
    return length if len(body) >= length else 0


def _connected(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=_SECONDS)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected
