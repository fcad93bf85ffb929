"""Declared columns for one database: ordered by and searched in what their cells show.

What is shown is never changed. A column that needs nothing stays the same object, and so does one
that was resolved before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.sql.elements import _label_reference, _textual_label_reference

from .catalogue import told
from .columns import ColumnDT
from .dialects import Dialect, dialect_of
from .meaning import Meaning, Meanings, is_unknown
from .stock import replaced_method

Connect = Callable[[], sa.Connection]


@dataclass(frozen=True, slots=True)
class _Known:
    """Columns that were resolved, and what the database said of the types that it was asked for."""

    columns: tuple[ColumnDT, ...]
    types: tuple[Any, ...]


_known: WeakKeyDictionary[sa.Engine, LRUCache[tuple[ColumnDT, ...], _Known]] = WeakKeyDictionary()
_lock = Lock()
_MOST = 256  # declarations of an engine that are remembered


def resolved(
    columns: Sequence[ColumnDT], select: sa.Select[Any], bind: Any, connect: Connect
) -> tuple[ColumnDT, ...]:
    """Return the columns of a query for the database that `bind` leads to.

    `connect` is called only where the database has to be asked for types.
    """
    declared = tuple(columns)
    with _lock:
        known = _known.setdefault(bind.engine, LRUCache(_MOST)).get(declared)
    if known is not None and not known.types:
        return known.columns
    meanings = Meanings(dialect_of(bind.dialect), bind.dialect)
    expressions = [e for column in declared for e in (column.sort_expr, column.search_expr)]
    types = _told(expressions, select, lambda: ("types", declared), meanings.dialect, connect)
    if known is None or _signature(known.types) != _signature(types):
        known = _Known(_moved(declared, meanings, dict(types)), types)
        with _lock:
            _known[bind.engine][declared] = known
    return known.columns


def in_order(select: sa.Select[Any], bind: Any, connect: Connect) -> sa.Select[Any]:
    """Return the query with its own ORDER BY in terms of what cells show."""
    clauses = select._order_by_clauses
    terms = [_bare(clause) for clause in clauses]
    if not terms or any(isinstance(term, _textual_label_reference) for term in terms):
        return select
    meanings = Meanings(dialect_of(bind.dialect), bind.dialect)
    types = dict(
        _told(terms, select, lambda: ("types", *map(str, terms)), meanings.dialect, connect)
    )
    sorts = [meanings.of(term, types.get(id(term))).sort for term in terms]
    if all(sort is term for sort, term in zip(sorts, terms, strict=True)):
        return select
    pairs = zip(clauses, sorts, terms, strict=True)
    return select.order_by(None).order_by(
        *(clause if sort is term else _with(clause, sort) for clause, sort, term in pairs)
    )


def _told(
    expressions: Sequence[Any],
    select: sa.Select[Any],
    question: Callable[[], tuple[Any, ...]],
    dialect: Dialect,
    connect: Connect,
) -> tuple[tuple[int, Any], ...]:
    """Ask the database for the types of expressions that nobody knows; return them by identity."""
    unknown = list({id(e): e for e in expressions if is_unknown(e, dialect)}.values())
    if not (unknown and dialect.tells_types):
        return ()
    connection = connect()
    types = told(connection, question(), partial(dialect.types_of, connection, select, unknown))
    return tuple((id(e), type_) for e, type_ in zip(unknown, types, strict=True))


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


def _bare(clause: Any) -> Any:
    """Return what a term of an ORDER BY orders by, without its direction and NULL placement."""
    inner = getattr(clause, "element", None)
    if isinstance(clause, _label_reference) or getattr(clause, "modifier", None):
        return _bare(inner)
    return clause


def _with(clause: Any, expression: Any) -> Any:
    """Return a term with another expression in it."""
    if isinstance(clause, _label_reference):
        return _with(clause.element, expression)
    if modifier := getattr(clause, "modifier", None):
        return sa.UnaryExpression(_with(clause.element, expression), modifier=modifier)
    return expression
