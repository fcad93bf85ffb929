"""All that differs between databases, and only that."""

from typing import Any

from ..errors import UnsupportedDatabase
from .base import TIMEOUT, Dialect
from .mysql.dialect import MySQL
from .postgresql.dialect import PostgreSQL
from .sqlite.dialect import SQLite

__all__ = ["TIMEOUT", "Dialect", "dialect_for", "dialect_of", "is_supported", "register"]

_DIALECTS: dict[str, Dialect] = {
    "mariadb": MySQL(), "mysql": MySQL(), "postgresql": PostgreSQL(), "sqlite": SQLite(),
}  # fmt: skip


def register(name: str, dialect: Dialect) -> None:
    """Let a dialect speak to the databases that SQLAlchemy calls by a name, as ``oracle``.

    Its class derives from `Dialect`; see docs/databases.md.
    """
    _DIALECTS[name] = dialect


def is_supported(bind: Any) -> bool:
    """Return whether the engine speaks to the database of an engine or connection."""
    return bind.dialect.name in _DIALECTS


def dialect_of(bind: Any) -> Dialect:
    """Return what speaks to the database of an engine or connection; nothing is asked of it.

    Raises `UnsupportedDatabase`.
    """
    if not is_supported(bind):
        raise UnsupportedDatabase(bind.dialect.name)
    return _DIALECTS[bind.dialect.name]


def dialect_for(connection: Any) -> Dialect:
    """Return what speaks to this connection's database, and make the connection ready for it."""
    dialect = dialect_of(connection)
    dialect.prepare(connection)
    return dialect
