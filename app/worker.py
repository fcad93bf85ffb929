"""gunicorn's threads, which a client gets only once its whole request has arrived.

gunicorn gives every connection a thread at once, so that a few silent clients, or half bodies, hold
them all; and it waits in its one loop for clients to close. Here the loop receives heads and
bodies, each within a time, and only what is complete, or too large to be, goes on to a thread.
"""

import errno
import re
import selectors
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from app.settings import load

MAX_HEAD = 65_536  # bytes; gunicorn refuses much smaller ones, once they are whole
MAX_HELD = 64_000_000  # bytes of incomplete requests in one worker
LINGER_SECONDS = 2.0  # for a client to read the end of its answer before the connection is closed
PIECE = 65_536

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_TOO_LARGE = b"431 Request Header Fields Too Large"
_TOO_SLOW = b"408 Request Timeout"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_NOT_NOW = {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection, and what has arrived of its next request."""

    def __init__(self, worker: "Worker", *arguments: Any) -> None:
        super().__init__(*arguments)
        self._worker = worker
        self.received = bytearray()
        self.until = 0.0
        self.is_oversized = False
        self._head = 0  # bytes up to the end of the head, once it is there

    def expect(self) -> None:
        """Begin to receive a request."""
        self._head, self.is_oversized = 0, False
        self.until = time.monotonic() + self._worker.seconds

    def take(self, piece: bytes) -> bool:
        """Take what has arrived; return whether the request can be read on without waiting."""
        self.received += piece
        if not self._head:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._head = end + 4
            self.until = time.monotonic() + self._worker.seconds
            if _EXPECTS.search(self.received, 0, self._head):
                with suppress(OSError):
                    self.sock.send(_CONTINUE)
        return self._has_body()

    @property
    def has_endless_head(self) -> bool:
        """Return whether there is no end of the head in sight."""
        return not self._head and len(self.received) > MAX_HEAD

    def _has_body(self) -> bool:
        most = self._head + self._worker.max_body
        if _CHUNKED.search(self.received, 0, self._head):
            self.is_oversized = len(self.received) > most
            return self.is_oversized or self.received.endswith(b"0\r\n\r\n")
        length = _LENGTH.search(self.received, 0, self._head)
        whole = self._head + int(length[1]) if length else 0
        self.is_oversized = whole > most  # is answered with 413, whatever else would come
        return self.is_oversized or len(self.received) >= whole

    def init(self) -> None:
        """Hand what has arrived to gunicorn's parser; an answer that nobody reads has an end."""
        super().init()
        if self.received:
            self.parser.unreader.unread(bytes(self.received))
            self.received.clear()
        self.sock.settimeout(self._worker.seconds)

    def close(self, graceful: bool = False) -> None:
        """Close; where the client may still be reading, without waiting for it here."""
        if graceful:
            self._worker.linger(self)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker process whose threads never wait for a client's request."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        settings = load()
        self.seconds = float(settings.client_timeout)
        self.max_body = settings.max_content_length
        self._receiving: dict[Connection, None] = {}
        self._lingering: dict[Connection, float] = {}

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and wait in the loop for its first request."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in _NOT_NOW:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections and self._receiving:
            self._let_go(next(iter(self._receiving)))
        self._receive(Connection(self, self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Receive the next request of a connection that was kept alive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def murder_pending(self) -> None:
        """Let clients go that took too long, or were waited for long enough."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn in self._receiving if conn.until < now]:
            if conn.received:
                self._refuse(conn, _TOO_SLOW)
            else:
                self._let_go(conn)
        for conn in [conn for conn, until in self._lingering.items() if until < now]:
            self._end(conn)

    def linger(self, conn: Connection) -> None:
        """Close the sending end, and the rest when the client has closed its own, or soon."""
        with suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self._lingering[conn] = time.monotonic() + LINGER_SECONDS
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
            return
        TConn.close(conn)

    def _drain(self, conn: Connection, client: socket.socket) -> None:
        """Drop what a client still sends."""
        try:
            rest = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            rest = b""
        if not rest:
            self._end(conn)

    def _end(self, conn: Connection) -> None:
        self._lingering.pop(conn)
        self.poller.unregister(conn.sock)
        TConn.close(conn)

    def _receive(self, conn: Connection) -> None:
        conn.expect()
        conn.sock.setblocking(False)
        self._receiving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_data, conn))
        self._on_data(conn, conn.sock)

    def _on_data(self, conn: Connection, client: socket.socket) -> None:
        try:
            piece = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._let_go(conn)
        elif conn.take(piece):
            self._stop_receiving(conn)
            conn.data_ready = True
            self.enqueue_req(conn)
        elif conn.has_endless_head:
            self._refuse(conn, _TOO_LARGE)
        elif sum(len(other.received) for other in self._receiving) > MAX_HELD:
            self._let_go(conn)

    def _refuse(self, conn: Connection, status: bytes) -> None:
        """Answer in the loop: no thread ever sees the request."""
        with suppress(OSError):
            conn.sock.send(
                b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" % status
            )
        self._stop_receiving(conn)
        self.nr_conns -= 1
        self.linger(conn)

    def _let_go(self, conn: Connection) -> None:
        self._stop_receiving(conn)
        self.nr_conns -= 1
        TConn.close(conn)

    def _stop_receiving(self, conn: Connection) -> None:
        del self._receiving[conn]
        self.poller.unregister(conn.sock)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """Keep no connection on which the rest of a body may come, which nobody wants."""
        return bool(super()._keepalive_after(conn, keepalive and not conn.is_oversized))
