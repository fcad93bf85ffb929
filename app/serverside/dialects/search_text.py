"""What a search index holds: the folded texts of some columns of one table, in one text."""

from collections.abc import Hashable
from enum import Enum
from typing import Any

import sqlalchemy as sa

from ..columns.shown import kind_of
from .catalogue import schema_in

# Between the columns' texts stands a character that nobody types; in the data, a stand-in.
SEPARATOR, STAND_IN = "\x1f", "\x1e"

# What a type overrides to show something else than the database holds.
_SHOWING = ("process_result_value", "result_processor", "column_expression")


class State(Enum):
    """What a database has of a search index; only what is exactly as declared is ever used."""

    ABSENT = "nothing"
    CURRENT = "all of it"
    UNINDEXED = "its text, but nothing to find it by"
    OUTDATED = "one of other columns, of another version, or in part"
    FOREIGN = "something of somebody else's under its name"

    @property
    def is_usable(self) -> bool:
        """Return whether searches may read it."""
        return self in (State.CURRENT, State.UNINDEXED)


class SearchText:
    """The folded texts of some columns of one table, in one text."""

    def __init__(self, table: sa.Table, columns: tuple[sa.Column[Any], ...]) -> None:
        self.table, self.columns = table, columns
        keys = list(table.primary_key)
        self.key: sa.Column[Any] | None = keys[0] if len(keys) == 1 else None

    def position(self, column: Any) -> int | None:
        """Return a column's place in the text, from 1; None for a column that is not in it."""
        if not isinstance(column, sa.Column):  # an expression can have a column's name
            return None
        names = [own.name for own in self.columns]
        return names.index(column.name) + 1 if column.name in names else None

    def schema_in(self, connection: sa.Connection) -> str | None:
        """Return the schema that the table's statements on this connection go to."""
        return schema_in(connection, self.table)

    def question(self, connection: sa.Connection) -> Hashable:
        """Return what tells this index from all others of a database."""
        names = tuple(column.name for column in self.columns)
        return "search index", self.schema_in(connection), self.table.name, names


def refusal(column: Any) -> str | None:
    """Say why a column can't be in a search index; None where it can."""
    table = getattr(column, "table", None)
    if not (isinstance(column, sa.Column) and isinstance(stored(table), sa.Table)):
        return "it is not a column of a table"
    if column.computed is not None:
        return "the database computes it"
    if isinstance(column.type, sa.types.NullType) or kind_of(column) != "text":
        return "it does not hold text"
    if not _shows_what_it_holds(column.type):
        return f"its type, {type(column.type).__name__}, shows something else than it holds"
    return None


def stored(table: Any) -> Any:
    """Return the table behind an alias of it."""
    return getattr(table, "element", table)


def _shows_what_it_holds(type_: Any) -> bool:
    base = sa.types.TypeDecorator if isinstance(type_, sa.types.TypeDecorator) else sa.String
    for name in _SHOWING:
        if getattr(type(type_), name, None) is not getattr(base, name, None):
            return False
    return base is sa.String or _shows_what_it_holds(type_.impl_instance)
