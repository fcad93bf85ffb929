"""Declared columns for one database: ordered by and searched in what their cells show.

What is shown is never changed. A column that needs nothing stays the same object, and so does one
that was resolved before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..cache import cache_of
from ..columns.column import ColumnDT
from ..dialects import Dialect, dialect_of
from ..dialects.catalogue import told
from ..sqlalchemy_private import cache_key
from ..stock import replaced_method
from .meaning import Meaning, Meanings, is_unknown
from .query import with_columns


@dataclass(frozen=True, slots=True)
class _Known:
    """Columns that were resolved, and what the database said of the types that it was asked for."""

    columns: tuple[ColumnDT, ...]
    types: tuple[Any, ...]


_COLUMN_BYTES = 2_000  # a column with the types that its expressions got


def resolved(
    columns: Sequence[ColumnDT], select: sa.Select[Any], connection: sa.Connection
) -> tuple[ColumnDT, ...]:
    """Return the columns of a query for one database, which is asked for types nobody knows."""
    declared = tuple(columns)
    cache, place = cache_of(connection), ("columns", declared)
    known: _Known | None = cache.get(place)
    if known is not None and not known.types:
        return known.columns
    meanings = Meanings(dialect_of(connection), connection.dialect)
    expressions = [e for column in declared for e in (column.sort_expr, column.search_expr)]
    types = _told(
        expressions,
        select,
        lambda: ("types", declared, _structure(select)),
        meanings.dialect,
        connection,
    )
    if known is None or _signature(known.types) != _signature(types):
        known = _Known(_moved(declared, meanings, dict(types)), types)
        cache.put(place, known, _COLUMN_BYTES * len(declared))
    return known.columns


def resolved_before(columns: Sequence[ColumnDT], bind: Any) -> tuple[ColumnDT, ...]:
    """Return the columns as they were last resolved for a database, which is not asked."""
    declared = tuple(columns)
    known: _Known | None = cache_of(bind).get(("columns", declared))
    return known.columns if known else declared


def sortable(
    expressions: Sequence[Any], select: sa.Select[Any], connection: sa.Connection
) -> list[Any]:
    """Return what orders expressions of a nameless query, by what cells would show of them."""
    meanings = Meanings(dialect_of(connection), connection.dialect)
    types = dict(
        _told(
            expressions,
            select,
            lambda: ("types", *map(str, expressions), _structure(select)),
            meanings.dialect,
            connection,
        )
    )
    return [meanings.of(one, types.get(id(one))).sort for one in expressions]


def _told(
    expressions: Sequence[Any],
    select: sa.Select[Any],
    question: Callable[[], tuple[Any, ...]],
    dialect: Dialect,
    connection: sa.Connection,
) -> tuple[tuple[int, Any], ...]:
    """Ask the database for the types of expressions that nobody knows; return them by identity."""
    unknown = list({id(e): e for e in expressions if is_unknown(e, dialect)}.values())
    if not (unknown and dialect.tells_types):
        return ()
    shown = (expression.label(f"e{n}") for n, expression in enumerate(unknown))
    rows = with_columns(select, *shown)
    types = told(connection, question(), lambda: dialect.types_of(connection, rows))
    return tuple((id(e), type_) for e, type_ in zip(unknown, types, strict=True))


def _structure(select: sa.Select[Any]) -> Any:
    """Return what tells a query from others in which the same words mean something else."""
    key = cache_key(select)
    return str(select) if key is None else key[0]


def _signature(types: Sequence[tuple[int, Any]]) -> list[tuple[int, str]]:
    return [(identity, repr(type_)) for identity, type_ in types]


def _moved(
    columns: Sequence[ColumnDT], meanings: Meanings, types: dict[int, Any]
) -> tuple[ColumnDT, ...]:
    return tuple(_column(column, meanings, types) for column in columns)


def _column(column: ColumnDT, meanings: Meanings, types: dict[int, Any]) -> ColumnDT:
    sorted_by = meanings.of(column.sort_expr, types.get(id(column.sort_expr)))
    searched = meanings.of(column.search_expr, types.get(id(column.search_expr)))
    if replaced_method(column.search_method):  # called as the library calls it
        searched = Meaning(column.search_expr, column.search_expr)
    same = sorted_by.sort is column.sort_expr and searched.search is column.search_expr
    if same and sorted_by.orderable:
        return column
    moved = column.moved(column.sqla_expr, sort_expr=sorted_by.sort, search_expr=searched.search)
    moved.orderable = column.orderable and sorted_by.orderable
    return moved
