"""From the main table to a column by joins to primary keys, and whether indexes serve the way."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from . import joins
from .catalogue import told
from .dialects.default import Dialect
from .joins import Link
from .naming import part_name
from .proof import stored
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Way:
    """A column, and the joins from the main table to the column's own."""

    column: Any
    links: tuple[Link, ...]

    @property
    def is_boolean(self) -> bool:
        """Tell whether its values are known beforehand: a type of one's own may have others."""
        return type(self.column.type) is sa.Boolean

    @property
    def tables(self) -> set[Any]:
        """The tables on the way, both ends included."""
        return {self.column.table, *(link.foreign.table for link in self.links)}


def way_to(expression: Any, scope: Scope) -> Way | None:
    """Return the way to a plain column, where there is one."""
    column = joins.element(expression)
    if not (scope.narrow and isinstance(column, sa.Column)):
        return None
    by_table = {link.table: link for link in joins.links(scope.source)}
    main, table, links = joins.main(scope.source), column.table, list[Link]()
    while table != main:
        if table not in by_table:
            return None
        links.insert(0, by_table[table])
        table = links[0].foreign.table
    return Way(column, tuple(links))


def is_open(way: Way, scope: Scope) -> bool:
    """Tell whether the scope has every row of the main table."""
    needed = joins.pruned(scope.source, {way.column.table})
    return not scope.conditions and set(joins.tables(needed)) <= way.tables


def twin(column: Any) -> Any:
    """Return the column in one more alias of its table."""
    return another(column.table).c[column.key]


def another(table: Any) -> Any:
    """Return one more alias of a table on a way."""
    plain = stored(table)
    if plain is None:
        raise TypeError(f"{table} is not on a way.")
    return plain.alias(part_name("twin"))


def unserved(way: Way, dialect: Dialect, connection: sa.Connection) -> Any:
    """Return the first column on the way that lacks an index; None where all have theirs.

    The database is asked, not the model; an index has to compare as the column does.
    """
    if "schema_translate_map" in connection.get_execution_options():
        return way.column  # another schema, other indexes
    sought = [(way.column, None), *((link.foreign, link.primary) for link in way.links)]
    for column, key in sought:
        if not _is_served(column, key, dialect, connection):
            return column
    return None


def _is_served(column: Any, key: Any, dialect: Dialect, connection: sa.Connection) -> bool:
    """Tell whether an index finds the value after another, or that of a key."""

    def ask() -> bool:
        rows = _next(column, dialect) if key is None else _of_key(column, key)
        try:
            return dialect.seeks(connection, rows)
        except sa.exc.DBAPIError:  # a draw does not fail for want of a plan
            return False

    name, type_ = str(stored(column.table)), "" if key is None else str(key.type)
    return told(connection, ("seeks", name, column.key, type_), ask)


def _next(column: Any, dialect: Dialect) -> sa.Select[Any]:
    own, other = twin(column), twin(column)
    some = sa.select(dialect.raw(other)).limit(1).scalar_subquery()
    return sa.select(own).where(dialect.raw(own) > some).order_by(own).limit(1)


def _of_key(column: Any, key: Any) -> sa.Select[Any]:
    own, some = twin(column), sa.select(twin(key)).limit(1).scalar_subquery()
    return sa.select(own).where(own == some)
