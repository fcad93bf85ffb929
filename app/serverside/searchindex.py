"""A search index: the folded text of a table's columns, kept by the database, found by trigrams.

One line beside a model gives its table one: ``search_index(User.name, User.email)``. Tables without
one answer the same, only slower. PostgreSQL keeps a generated column with a pg_trgm index, SQLite a
side table with an FTS5 index. Rows that other programs write are in it too: the database itself
keeps it, with nothing but its own functions.
"""

from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from .fold import fold
from .joins import element

# Between the columns' texts stands a character that nobody types; in the data, a stand-in.
SEPARATOR, STAND_IN = "\x1f", "\x1e"
INFO = "serverside_search_index"

_found: WeakKeyDictionary[sa.Engine, dict[str, bool]] = WeakKeyDictionary()


class SearchIndex:
    """The folded texts of some columns of one table, in one text."""

    def __init__(self, table: sa.Table, columns: tuple[sa.Column[Any], ...]) -> None:
        self.table, self.columns = table, columns
        self.key = next(iter(table.primary_key))
        self.text = "search_text"  # the column of PostgreSQL
        self.side = f"{table.name}_search"  # the table of SQLite ...
        self.trigrams = f"{table.name}_search_index"  # ... and its index

    def position(self, column: Any) -> int | None:
        """Return a column's place in the text, from 1; None for a column that is not in it."""
        if not isinstance(column, sa.Column):  # an expression can have a column's name
            return None
        names = [own.name for own in self.columns]
        return names.index(column.name) + 1 if column.name in names else None

    def stored_in(self, connection: sa.Connection) -> bool:
        """Tell whether the database has the index; asked once for each engine."""
        if "schema_translate_map" in connection.get_execution_options():
            return False  # another schema, another table
        known = _found.setdefault(connection.engine, {})
        if self.table.name not in known:
            inspector = sa.inspect(connection)
            if connection.dialect.name == "sqlite":
                known[self.table.name] = inspector.has_table(self.trigrams)
            else:
                columns = inspector.get_columns(self.table.name, schema=self.table.schema)
                known[self.table.name] = any(c["name"] == self.text for c in columns)
        return known[self.table.name]

    def complete_in(self, connection: sa.Connection) -> bool:
        """Tell whether the database has the trigrams too, which look-ups need; asked anew."""
        inspector = sa.inspect(connection)
        if connection.dialect.name == "sqlite":
            return inspector.has_table(self.trigrams)
        indexes = inspector.get_indexes(self.table.name, schema=self.table.schema)
        return any(index["name"] == self.trigrams for index in indexes)

    def create(self, connection: sa.Connection) -> None:
        """Make the index for a table that is there already, and fill it."""
        dialect = _dialect(connection)
        dialect.create_search_index(connection, self)
        dialect.rebuild_search_index(connection, self)

    def suspend(self, connection: sa.Connection) -> None:
        """Stop keeping the index while many rows are written; `rebuild` must follow."""
        _dialect(connection).suspend_search_index(connection, self)

    def rebuild(self, connection: sa.Connection) -> None:
        """Make the index from the table's rows, faster than row by row."""
        _dialect(connection).rebuild_search_index(connection, self)

    def fold_pending(self, connection: sa.Connection) -> None:
        """Take up rows that the database itself could not fold; searches find them all the same."""
        if self.stored_in(connection):
            _dialect(connection).fold_pending(connection, self)


def search_index(*columns: Any) -> SearchIndex:
    """Give a table a search index over text columns; it is made when the table is."""
    plain = tuple(element(column) for column in columns)
    table = plain[0].table
    names = [column.name for column in plain]
    index = SearchIndex(table, tuple(table.c[name] for name in names))
    table.info[INFO] = index
    sa.event.listen(table, "after_create", _create)
    sa.event.listen(table, "after_drop", _drop)
    return index


def index_of(table: Any) -> SearchIndex | None:
    """Return the search index that a table, or an alias of one, was declared with."""
    index: SearchIndex | None = getattr(getattr(table, "element", table), "info", {}).get(INFO)
    return index


def searchable(text: str) -> str | None:
    """Return the folded text where the index can answer for it, else None."""
    folded = fold(text)
    usable = folded and SEPARATOR not in folded and STAND_IN not in folded
    return folded if usable else None


def _create(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if _is_supported(connection):  # the same models may have their tables elsewhere as well
        _dialect(connection).create_search_index(connection, table.info[INFO])


def _drop(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if _is_supported(connection):
        _dialect(connection).suspend_search_index(connection, table.info[INFO])


def _is_supported(connection: sa.Connection) -> bool:
    from .dialects import is_supported  # noqa: PLC0415 - the dialects need this module

    return is_supported(connection)


def _dialect(connection: sa.Connection) -> Any:
    from .dialects import dialect_for  # noqa: PLC0415 - the dialects need this module

    return dialect_for(connection)
