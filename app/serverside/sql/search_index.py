"""A search index: the folded text of a table's columns, kept by the database, found by trigrams.

One line beside a model gives its table one: ``search_index(User.name, User.email)``. Tables without
one answer the same, only slower, as all do on MariaDB and MySQL. PostgreSQL keeps a generated
column with a pg_trgm index, SQLite a side table with an FTS5 index. Rows that other programs write
are in it too: the database itself keeps it, with nothing but its own functions.

No name is believed: what the database has is used only if it is exactly what the declaration makes.
"""

from collections.abc import Collection, Hashable, Iterable
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from ..columns.fold import fold
from ..dialects import catalogue, dialect_for, is_supported
from ..dialects.search_text import SEPARATOR, STAND_IN, SearchText, State, refusal, stored
from ..errors import SearchIndexError
from ..sqlalchemy_private import element
from .altering import altering, told

INFO = "serverside_search_index"

declared: WeakSet["SearchIndex"] = WeakSet()


class SearchIndex(SearchText):
    """The search index of a table, as `search_index()` declares it.

    `create`, `rebuild` and `drop` change the database, within the caller's transaction; each may be
    called again. They raise `SearchIndexError` where the database can't have the index, or has
    something of somebody else's under its name.
    """

    def create(self, connection: sa.Connection) -> None:
        """Make the index for a table that is there already, and fill it.

        One made from other columns, or by another version, is replaced. On a connection in
        autocommit, PostgreSQL lets others write while it makes the trigrams.
        """
        if self.state_in(connection) is not State.CURRENT:
            self.rebuild(connection)

    def rebuild(self, connection: sa.Connection) -> None:
        """Make the index anew from the table's rows, faster than row by row."""
        trouble = self.trouble_in(connection)
        if trouble is not None:
            raise SearchIndexError(trouble)
        with altering(connection):
            dialect_for(connection).rebuild_search_index(connection, self)

    def trouble_in(self, connection: sa.Connection) -> str | None:
        """Say in a sentence why the database can't have the index; None where it can."""
        return dialect_for(connection).search_index_trouble(connection, self)

    def suspend(self, connection: sa.Connection) -> None:
        """Stop keeping the index while many rows are written; `rebuild` must follow."""
        with altering(connection):
            dialect_for(connection).suspend_search_index(connection, self)

    def drop(self, connection: sa.Connection) -> None:
        """Remove the index, also one made from other columns or by another version."""
        with altering(connection):
            dialect_for(connection).drop_search_index(connection, self)

    def fold_pending(self, connection: sa.Connection) -> None:
        """Take up rows that the database itself could not fold; searches find them all the same."""
        if self.stored_in(connection):
            dialect_for(connection).fold_pending(connection, self)

    def stored_in(self, connection: sa.Connection, version: Hashable = None) -> bool:
        """Return whether searches may use what the database has; asked at most once a minute.

        `version` is the schema's, where it is known: another one is asked about at once.
        """
        question = self.question(connection), version
        return told(connection, question, lambda: self.state_in(connection).is_usable)

    def state_in(self, connection: sa.Connection) -> State:
        """Return what the database has of the index; asked anew."""
        return dialect_for(connection).search_index_state(connection, self)


def search_index(*columns: Any) -> SearchIndex:
    """Give a table a search index over text columns; it is made when the table is.

    For a table that is there already, call `create`. Raises `TypeError` for columns that can't be
    in one: of several tables, or holding something else than the text that they show.
    """
    plain = [element(column) for column in columns]
    for column in plain:
        if reason := refusal(column):
            raise TypeError(f"{column} can't be in a search index: {reason}.")
    tables: set[sa.Table] = {stored(column.table) for column in plain}
    if len(tables) != 1:
        raise TypeError("A search index is of one or more columns of one table.")
    [table] = tables
    index = SearchIndex(table, tuple(table.c[column.key] for column in plain))
    table.info[INFO] = index
    declared.add(index)
    sa.event.listen(table, "after_create", _create)
    sa.event.listen(table, "after_drop", _drop)
    return index


def index_of(table: Any) -> SearchIndex | None:
    """Return the search index that a table, or an alias of one, was declared with.

    `Table.to_metadata()` gives a copy its own, also in another schema.
    """
    own = stored(table)
    index: SearchIndex | None = getattr(own, "info", {}).get(INFO)
    if index is not None and index.table.key != own.key:
        index = SearchIndex(own, tuple(own.c[column.key] for column in index.columns))
        own.info[INFO] = index
        declared.add(index)
    return index


def stored_indexes(tables: Iterable[Any], connection: sa.Connection) -> frozenset[SearchIndex]:
    """Return the search indexes of tables that searches may use on this connection."""
    found = {index for index in map(index_of, tables) if index is not None}
    version = dialect_for(connection).schema_version(connection) if found else None
    return frozenset(index for index in found if index.stored_in(connection, version))


def all_stored(indexes: Collection[SearchIndex], connection: sa.Connection) -> bool:
    """Return whether the database has these search indexes now: it is asked anew."""
    catalogue.forget(connection.engine)
    return set(indexes) <= stored_indexes([index.table for index in indexes], connection)


def searchable(text: str) -> str | None:
    """Return the folded text where the index can answer for it, else None."""
    folded = fold(text)
    usable = folded and SEPARATOR not in folded and STAND_IN not in folded
    return folded if usable else None


def _create(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    """Make a new table's index where this kind of database can have it for this kind of table."""
    index = _index_on(table, connection)
    if index and index.trouble_in(connection) is None:
        index.create(connection)


def _drop(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if index := _index_on(table, connection):
        index.drop(connection)


def _index_on(table: sa.Table, connection: sa.Connection) -> SearchIndex | None:
    """Return a table's index; none elsewhere, where the same models may have their tables too."""
    return index_of(table) if is_supported(connection) else None
