"""What has to be proved before the query is rewritten; what is not proved is not used.

The truth is what the endpoint's own query returns. It always may stand as it is, as the subquery
that is filtered, counted, ordered and paged. Each function here is one obligation of a quicker way.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Join

from ..columns.shown import kind_of
from ..dialects.catalogue import TableFacts
from ..sqlalchemy_private import column_of, deannotated, element, mapper_of
from . import joins
from .purity import is_scalar

FactsOf = Callable[[sa.Table], TableFacts]


def stored(table: Any) -> sa.Table | None:
    """Return a table of the database behind its alias, without what SQLAlchemy noted on it.

    None for what is no table: a subquery or a CTE may hold a row many times, whatever its columns.
    """
    if isinstance(table, sa.Alias):
        return stored(table.element)
    plain = deannotated(table)
    return plain if isinstance(plain, sa.Table) else None


def has_criteria(expressions: Iterable[Any]) -> bool:
    """Return whether SQLAlchemy adds a condition of its own to a table that several models share.

    Where it stands is decided anew in each statement: beside an outer join, it must not move.
    """
    parts = (part for whole in expressions for part in visitors.iterate(element(whole)))
    mappers = map(mapper_of, parts)
    return any(mapper is not None and mapper.single for mapper in mappers)


def meets_one(join: Join, facts_of: FactsOf) -> bool:
    """Return whether each row on the left meets at most one on the right: by a key of its table."""
    table = None if join.full else stored(join.right)
    if table is None:
        return False
    facts = facts_of(table)
    own = (own for own, other in _tied(join) if _alike(own, other, facts))
    return facts.is_key({column.name for column in own})


def _tied(join: Join) -> Iterator[tuple[Any, Any]]:
    """Yield the equalities of the joined table's columns with something that is not of it."""
    for own, other in joins.equated(join.onclause, join.right):
        if join.right not in joins.mentioned(other) and is_scalar(other):
            yield own, other


def _alike(own: Any, other: Any, facts: TableFacts) -> bool:
    """Return whether an equality is the key's own: '1' may equal 1, and texts one another."""
    kind = kind_of(own)
    return kind == kind_of(other) and not (kind == "text" and facts.collates)


def tells_apart(from_clause: Any, facts_of: FactsOf) -> tuple[Any, ...] | None:
    """Return the columns that no two rows of a chain of joins share; None where that is unproved.

    These are the keys of its tables; one that is met at most once adds none.
    """
    if isinstance(from_clause, Join):
        left = tells_apart(from_clause.left, facts_of)
        if left is None or meets_one(from_clause, facts_of):
            return left
        right = tells_apart(from_clause.right, facts_of)
        return None if right is None else left + right
    table = stored(from_clause)
    if table is None or not facts_of(table).is_key({c.name for c in table.primary_key}):
        return None
    return tuple(from_clause.primary_key)


def is_chain(from_clause: Any, facts_of: FactsOf) -> bool:
    """Return whether a main table's rows are the rows: each join meets at most one row."""
    if not isinstance(from_clause, Join):
        return tells_apart(from_clause, facts_of) is not None
    return meets_one(from_clause, facts_of) and is_chain(from_clause.left, facts_of)


def are_scalar(expressions: Iterable[Any]) -> bool:
    """Return whether each expression is a value of its row alone: no window, no aggregate."""
    return all(is_scalar(element(expression)) for expression in expressions)


def conditions(from_clause: Any) -> Iterator[Any]:
    """Yield the conditions of a chain of joins."""
    if isinstance(from_clause, Join):
        yield from_clause.onclause
        yield from conditions(from_clause.left)
        yield from conditions(from_clause.right)


def order_columns(from_clause: Any, facts_of: FactsOf) -> dict[tuple[Any, str], Any]:
    """Return, by (table, name), the columns that hold what orders others of a chain of joins."""
    return {
        (table, name): column_of(table, kept, sa.Text())
        for table in joins.tables(from_clause)
        if (own := stored(table)) is not None
        for name, kept in facts_of(own).ordered
    }


def always_filled(from_clause: Any, facts_of: FactsOf) -> frozenset[tuple[Any, str]]:
    """Return the columns, as (table, name), that hold a value in every row of a chain of joins."""
    optional = set(joins.optional([from_clause]))
    return frozenset(
        (table, name)
        for table in joins.tables(from_clause)
        if table not in optional and (own := stored(table)) is not None
        for name in facts_of(own).filled
    )
