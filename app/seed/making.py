"""Make rows in a process of their own: one core makes them while the database loads on another.

What goes through the pipe is what the database takes: PostgreSQL's COPY lines, which are passed on
as they are, or rows as Python's `marshal` writes them, between two processes of one Python.
"""

import marshal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from struct import Struct
from typing import IO

from app.seed import rows
from app.settings import PROJECT

BATCH = 10_000
APART = 50_000  # users; fewer are made before another process has started

Row = tuple[object, ...]
Batch = tuple[int, bytes]  # how many rows, and these as they are written

_MAKER = (sys.executable, "-c", f"from {__name__} import send; send()")
_MAKERS: dict[str, Callable[[int, int], Iterable[Row]]] = {
    "addresses": rows.addresses,
    "users": rows.users,
}
_HEAD = Struct(">II")  # rows, bytes; both 0 after the last batch
# Stand-ins without an escape of their own, as no text of PostgreSQL's can hold this character.
_FIELD, _LINE, _NULL = "\0,", "\0;", "\0N"
_ESCAPES = (
    ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"),
    (_FIELD, "\t"), (_LINE, "\n"), (_NULL, "\\N"),
)  # fmt: skip


class MakingError(Exception):
    """The process that makes the rows has ended before the last one; `str()` is one sentence."""


@dataclass(frozen=True, slots=True)
class Making:
    """The rows of one table, for so many users of a seed."""

    table: str
    users: int
    seed: int

    @contextmanager
    def batches(self, form: str) -> Iterator[Iterator[Batch]]:
        """Give all rows in batches, as COPY's `lines` or as `tuples`; many are made elsewhere.

        Raises `MakingError` where not all of them come.
        """
        if self.users < APART:
            yield self.made(form)
            return
        args = [self.table, str(self.users), str(self.seed), form]
        with subprocess.Popen([*_MAKER, *args], cwd=PROJECT, stdout=subprocess.PIPE) as maker:  # noqa: S603 - ours
            try:
                yield _received(maker.stdout)
            finally:
                maker.kill()  # where the caller wants no more

    def made(self, form: str) -> Iterator[Batch]:
        """Make the rows here."""
        write = FORMS[form]
        made = iter(_MAKERS[self.table](self.users, self.seed))
        while batch := list(islice(made, BATCH)):
            yield len(batch), write(batch)


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
    table, users, seed, form = sys.argv[1:]
    for count, data in Making(table, int(users), int(seed)).made(form):
        sys.stdout.buffer.write(_HEAD.pack(count, len(data)) + data)
    sys.stdout.buffer.write(_HEAD.pack(0, 0))


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
