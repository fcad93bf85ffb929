"""All that differs between databases, and only that."""

from typing import Any

from .default import TIMEOUT, Dialect
from .postgresql import PostgreSQL
from .sqlite import SQLite

__all__ = ["TIMEOUT", "Dialect", "dialect_for"]

_DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
_DEFAULT = Dialect()


def dialect_for(connection: Any) -> Dialect:
    """Return what speaks to this connection's database, and make the connection ready for it."""
    dialect = _DIALECTS.get(connection.dialect.name, _DEFAULT)
    dialect.prepare(connection)
    return dialect
