"""From the main table to a column by joins to primary keys, and whether indexes serve the path."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..dialects.base import Dialect
from ..dialects.catalogue import told
from ..naming import part_name
from ..sqlalchemy_private import element
from . import joins
from .joins import Link
from .proof import stored
from .source import Source


@dataclass(frozen=True, slots=True)
class JoinPath:
    """A column, and the joins from the main table to the column's own."""

    column: Any
    links: tuple[Link, ...]

    @property
    def is_boolean(self) -> bool:
        """Return whether its values are known beforehand: a type of one's own may have others."""
        return type(self.column.type) is sa.Boolean

    @property
    def tables(self) -> set[Any]:
        """The tables on the path, both ends included."""
        return {self.column.table, *(link.foreign.table for link in self.links)}


def join_path_to(expression: Any, source: Source) -> JoinPath | None:
    """Return the path to a plain column, where there is one."""
    column = element(expression)
    if not (source.supports_late_fetch and isinstance(column, sa.Column)):
        return None
    by_table = {link.table: link for link in joins.links(source.from_clause)}
    main, table, links = joins.main(source.from_clause), column.table, list[Link]()
    while table != main:
        if table not in by_table:
            return None
        links.insert(0, by_table[table])
        table = links[0].foreign.table
    return JoinPath(column, tuple(links))


def is_open(path: JoinPath, source: Source) -> bool:
    """Return whether the source has every row of the main table."""
    needed = joins.pruned(source.from_clause, {path.column.table})
    return not source.conditions and set(joins.tables(needed)) <= path.tables


def twin(column: Any) -> Any:
    """Return the column in one more alias of its table."""
    return another(column.table).c[column.key]


def another(table: Any) -> Any:
    """Return one more alias of a table on a path."""
    plain = stored(table)
    if plain is None:
        raise TypeError(f"{table} is not on a path.")
    return plain.alias(part_name("twin"))


def unserved(path: JoinPath, dialect: Dialect, connection: sa.Connection) -> Any:
    """Return the first column on the path that lacks an index; None where all have theirs.

    The database is asked, not the model; an index has to compare as the column does.
    """
    if "schema_translate_map" in connection.get_execution_options():
        return path.column  # another schema, other indexes
    sought = [(path.column, None), *((link.foreign, link.primary) for link in path.links)]
    for column, key in sought:
        if not _is_served(column, key, dialect, connection):
            return column
    return None


def _is_served(column: Any, key: Any, dialect: Dialect, connection: sa.Connection) -> bool:
    """Return whether an index finds the value after another, or that of a key."""

    def ask() -> bool:
        steps = key is None and dialect.steps
        rows = _next(column, dialect) if steps else _of_key(column, column if key is None else key)
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
