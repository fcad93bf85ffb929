"""Somebody who writes beside the readers: one commit a second."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .floor import connect

_BUSY = "PRAGMA busy_timeout = 10000"
_WRITE = "UPDATE users SET balance = balance WHERE id = 1"


@contextmanager
def writing(url: str, seconds: float = 1.0) -> Iterator[None]:
    """Commit an update at once and then every so many seconds, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_write, args=(url, seconds, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _write(url: str, seconds: float, stop: threading.Event) -> None:
    connection = connect(url)
    if url.startswith("sqlite"):
        connection.execute(_BUSY)
    while not stop.is_set():
        connection.execute(_WRITE)
        stop.wait(seconds)
    connection.close()
