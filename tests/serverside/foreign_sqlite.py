"""A driver in the manner of aiosqlite: SQLite behind methods that have to be awaited.

It has what SQLAlchemy's dialect for aiosqlite asks of that package, and no thread of its own.
"""

import sqlite3
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi


class _Ready:
    """What can be awaited, or entered, and is there at once."""

    def __await__(self) -> Generator[Any, None, Any]:
        return self._ready().__await__()

    async def _ready(self) -> Any:
        return self

    async def __aenter__(self) -> Any:
        return self


class Cursor(_Ready):
    """A cursor."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    async def execute(self, *statement: Any) -> None:
        self._cursor.execute(*statement)

    async def executemany(self, *statement: Any) -> None:
        self._cursor.executemany(*statement)

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int) -> list[Any]:
        return self._cursor.fetchmany(size)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection(_Ready):
    """A connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._conn = self._connection = connection
        self._thread = SimpleNamespace(daemon=False)

    @property
    def in_transaction(self) -> bool:
        return self._conn.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self._conn.cursor())

    def stop(self) -> None:
        self._conn.close()

    async def create_function(self, *function: Any, **options: Any) -> None:
        self._conn.create_function(*function, **options)

    async def interrupt(self) -> None:
        self._conn.interrupt()

    async def commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    async def close(self) -> None:
        self._conn.close()


def _connect(*place: Any, **options: Any) -> Connection:
    return Connection(sqlite3.connect(*place, **options))


_NAMES = (
    "DatabaseError", "Error", "IntegrityError", "NotSupportedError", "OperationalError",
    "ProgrammingError", "sqlite_version", "sqlite_version_info",
)  # fmt: skip
_PACKAGE: Any = SimpleNamespace(
    connect=_connect, Connection=Connection, **{name: getattr(sqlite3, name) for name in _NAMES}
)
MODULE = AsyncAdapt_aiosqlite_dbapi(_PACKAGE, sqlite3)
