"""All that differs between databases, and only that."""

from typing import Any

from .default import TIMEOUT, Dialect
from .postgresql import PostgreSQL
from .sqlite import SQLite

__all__ = ["TIMEOUT", "Dialect", "dialect_for", "dialect_of"]

_DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
_DEFAULT = Dialect()


def dialect_for(connection: Any) -> Dialect:
    """Return what speaks to this connection's database, and make the connection ready for it."""
    dialect = dialect_of(connection.dialect)
    dialect.prepare(connection)
    return dialect


def dialect_of(driver: Any) -> Dialect:
    """Return what speaks to the databases of an SQLAlchemy dialect."""
    return _DIALECTS.get(driver.name, _DEFAULT)
