"""Somebody who writes beside the readers: to the same table, or to one that they never read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .floor import connect

_BUSY = "PRAGMA busy_timeout = 10000"


@dataclass(frozen=True, slots=True)
class Writer:
    """What is committed, how often, and how many times longer a draw may take meanwhile."""

    statement: str
    a_second: int
    most: float


_USERS = "UPDATE users SET balance = balance WHERE id = 1"
WRITERS = {
    "beside": Writer(_USERS, 1, 2.0),
    "often": Writer(_USERS, 10, 3.0),
    "elsewhere": Writer("UPDATE bench_elsewhere SET number = number + 1", 200, 1.5),
}
_ELSEWHERE = (
    "CREATE TABLE IF NOT EXISTS bench_elsewhere (number INTEGER)",
    "INSERT INTO bench_elsewhere SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM bench_elsewhere)",
)


def prepare(url: str) -> None:
    """Make the table that no draw reads; before the servers start, which look at the schema."""
    connection = connect(url)
    for statement in _ELSEWHERE:
        connection.execute(statement)
    connection.close()


@contextmanager
def writing(url: str, writer: Writer) -> Iterator[None]:
    """Commit at once and then so many times a second, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_write, args=(url, writer, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _write(url: str, writer: Writer, stop: threading.Event) -> None:
    connection = connect(url)
    if url.startswith("sqlite"):
        connection.execute(_BUSY)
    while not stop.is_set():
        connection.execute(writer.statement)
        stop.wait(1 / writer.a_second)
    connection.close()
