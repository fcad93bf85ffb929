"""What SQLite's catalogue says of a table and of what is made beside it; how that is made."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

NO_KEY = "{} has no single integer key, by which SQLite's search index finds rows."

_OLDEST = (3, 34)
_GENERATED = (2, 3)  # what `table_xinfo` calls hidden
_OBJECTS = sa.text(
    "SELECT name, sql FROM sqlite_master WHERE name COLLATE NOCASE IN :names"
).bindparams(sa.bindparam("names", expanding=True))
_TABLE = sa.text(
    "SELECT type, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_master "
    "WHERE name = :name COLLATE NOCASE AND type IN ('table', 'view')"
)
_COLUMNS = sa.text('SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(:name)')
_KEY_INDEX = sa.text("SELECT 1 FROM pragma_index_list(:name) WHERE origin = 'pk'")
_FTS5 = sa.text("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")


def objects(connection: sa.Connection, names: Iterable[str]) -> dict[str, str]:
    """Return what has one of these names, and how it was made."""
    found = connection.execute(_OBJECTS, {"names": list(names)})
    return {name: sql or "" for name, sql in found}


def quoted(name: str) -> str:
    """Write a name."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def at_once(connection: sa.Connection) -> Iterator[None]:
    """Make several changes, or none, whether or not a transaction has begun."""
    connection.exec_driver_sql("SAVEPOINT serverside_changes")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO serverside_changes")
        raise
    finally:
        connection.exec_driver_sql("RELEASE serverside_changes")


def kind_of_table(connection: sa.Connection, name: str) -> str:
    """Return what a name means: a table, a view, a virtual table; nothing where it is missing."""
    kind, is_virtual = connection.execute(_TABLE, {"name": name}).first() or ("", False)
    return "virtual table" if is_virtual else str(kind)


def trouble_with(
    connection: sa.Connection, name: str, key: str, columns: Sequence[str]
) -> str | None:
    """Say why a table can't have a search index of these columns, found by this key."""
    if (connection.dialect.server_version_info or _OLDEST) < _OLDEST:
        return "A search index needs SQLite 3.34 or newer."
    if connection.scalar(_FTS5) is None:
        return "This SQLite was built without FTS5, which a search index needs."
    kind = kind_of_table(connection, name)
    if not kind:
        return f"There is no table {name} in this database to make a search index for."
    if kind != "table":
        return f"{name} is a {kind}; only a table can have a search index."
    return _trouble_with_columns(connection, name, key, columns)


def _trouble_with_columns(
    connection: sa.Connection, name: str, key: str, columns: Sequence[str]
) -> str | None:
    known = {row.name: row for row in connection.execute(_COLUMNS, {"name": name})}
    own_index = connection.scalar(_KEY_INDEX, {"name": name}) is not None
    parts = [row for row in known.values() if row.pk]
    if [row.name for row in parts] != [key] or not _is_integer(parts[0], own_index):
        return NO_KEY.format(name)
    for column in columns:
        if column not in known:
            return f"The table {name} has no column {column} to keep in a search index."
        if known[column].hidden in _GENERATED:
            return f"{name}.{column} is generated; a search index takes only plain columns."
    return None


def _is_integer(key: sa.Row[tuple[str, str, int, int, int]], own_index: bool) -> bool:
    """Return whether a key always holds a whole number; only one without an index is the rowid."""
    return "INT" in key.type.upper() and bool(key.notnull or not own_index)
