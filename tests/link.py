"""A link to a server that fails in the ways links fail: it forwards, holds, drips or resets."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

DRIP_SECONDS = 0.05
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing throws away what is under way


class Link:
    """A TCP proxy; `mode` may change at any time, for open connections as well."""

    def __init__(self, port: int) -> None:
        self.mode = "forward"  # or hold, drip
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """Break all connections."""
        while self._open:
            end = self._open.pop()
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RD)  # wakes whoever reads from it
            end.close()

    def close(self) -> None:
        """Accept no more, and break all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._open += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._pass_on(data, target)
            target.shutdown(socket.SHUT_WR)

    def _pass_on(self, data: bytes, target: socket.socket) -> None:
        while data:
            if self.mode == "hold":
                time.sleep(DRIP_SECONDS)
                continue
            size = 1 if self.mode == "drip" else len(data)
            target.sendall(data[:size])
            data = data[size:]
            if self.mode == "drip":
                time.sleep(DRIP_SECONDS)


@contextmanager
def link_to(port: int) -> Iterator[Link]:
    """Give a link to a server on this machine."""
    link = Link(port)
    try:
        yield link
    finally:
        link.close()
