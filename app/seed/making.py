"""Make rows in a process of their own: one core makes them while the database loads on another.

What goes through the pipe is what the database takes: PostgreSQL's COPY lines, which are passed on
as they are, or rows as Python's `marshal` writes them, between two processes of one Python.
"""

import marshal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import IO

from app.seed import rows

BATCH = 10_000
APART = 200_000  # users; fewer are made before another process has started

Row = tuple[object, ...]
Batch = tuple[int, bytes]  # how many rows, and these as they are written

_ROOT = Path(__file__).resolve().parents[2]  # from where the app is imported
_MAKER = (sys.executable, "-c", f"from {__name__} import send; send()")
_TABLES = (rows.addresses, rows.users)  # in the order in which they can be written
_HEAD = Struct(">II")  # rows, bytes; both 0 after a table's last batch
# Stand-ins without an escape of their own, as no text of PostgreSQL's can hold this character.
_FIELD, _LINE, _NULL = "\0,", "\0;", "\0N"
_ESCAPES = (
    ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"),
    (_FIELD, "\t"), (_LINE, "\n"), (_NULL, "\\N"),
)  # fmt: skip


class MakingError(Exception):
    """The process that makes the rows has ended before the last one; `str()` is one sentence."""


@contextmanager
def making(users: int, seed: int, form: str) -> Iterator[Iterator[Iterator[Batch]]]:
    """Give, table by table, the rows of addresses and of users, in batches; each to its end.

    `form` is how these are written: as COPY's `lines`, or as `tuples`. Many rows are made in
    another process. Raises `MakingError` where not all of them come.
    """
    if users < APART:
        yield _made(users, seed, form)
        return
    call = [*_MAKER, str(users), str(seed), form]
    with subprocess.Popen(call, cwd=_ROOT, stdout=subprocess.PIPE) as maker:  # noqa: S603 - ours
        try:
            yield (_received(maker.stdout) for _ in _TABLES)
        finally:
            maker.kill()  # where the caller wants no more


def lines(batch: Iterable[Row]) -> bytes:
    """Write rows as COPY reads them."""
    text = "".join(
        _FIELD.join([_NULL if value is None else str(value) for value in row]) + _LINE
        for row in batch
    )
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return text.encode()


def tuples(data: bytes) -> list[Row]:
    """Read the rows of a batch of tuples."""
    batch: list[Row] = marshal.loads(data)  # noqa: S302 - our own process wrote it
    return batch


FORMS: dict[str, Callable[[list[Row]], bytes]] = {"lines": lines, "tuples": marshal.dumps}


def send() -> None:
    """Make what the command line names, and write it to the standard output."""
    users, seed, form = sys.argv[1:]
    for batches in _made(int(users), int(seed), form):
        for count, data in batches:
            sys.stdout.buffer.write(_HEAD.pack(count, len(data)) + data)
        sys.stdout.buffer.write(_HEAD.pack(0, 0))


def _made(users: int, seed: int, form: str) -> Iterator[Iterator[Batch]]:
    return (_batches(make(users, seed), FORMS[form]) for make in _TABLES)


def _batches(made: Iterable[Row], write: Callable[[list[Row]], bytes]) -> Iterator[Batch]:
    iterator = iter(made)
    while batch := list(islice(iterator, BATCH)):
        yield len(batch), write(batch)


def _received(pipe: IO[bytes] | None) -> Iterator[Batch]:
    while True:
        count, size = _HEAD.unpack(_read(pipe, _HEAD.size))
        if not count:
            return
        yield count, _read(pipe, size)


def _read(pipe: IO[bytes] | None, size: int) -> bytes:
    data = pipe.read(size) if pipe else b""
    if len(data) < size:
        raise MakingError("The process that makes the users has ended early.")
    return data
