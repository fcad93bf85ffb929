"""The joins of a query: which rows they make, which of them a statement can do without."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.selectable import Join

from ..sqlalchemy_private import element


@dataclass(frozen=True, slots=True)
class Link:
    """A table joined by its primary key to one column of another: at most one row meets each."""

    table: Any
    primary: Any
    foreign: Any


def equated(clause: Any, table: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (the table's column, the other side) of each equality that a condition demands."""
    operator = getattr(clause, "operator", None)
    if operator is operators.and_:
        for part in clause.clauses:
            yield from equated(part, table)
    elif operator is operators.eq:
        sides = clause.left, clause.right
        own = [side for side in sides if getattr(side, "table", None) == table]
        if len(own) == 1:  # a comparison within the table ties it to nothing
            yield own[0], sides[1] if own[0] is sides[0] else sides[0]


def links(from_clause: Any) -> Iterator[Link]:
    """Yield the joins that a condition on the joined table can do without.

    Of a chain in which every join is proved to meet at most one row for each.
    """
    if isinstance(from_clause, Join):
        yield from links(from_clause.left)
        equal = list(equated(from_clause.onclause, from_clause.right))
        single = getattr(from_clause.onclause, "operator", None) is operators.eq
        if single and len(equal) == 1 and _is_column(equal[0][1]):
            yield Link(from_clause.right, *equal[0])


def _is_column(expression: Any) -> bool:
    return isinstance(expression, sa.ColumnClause) and expression.table is not None


def pruned(from_clause: Any, needed: set[Any]) -> Any:
    """Leave out the joins that change neither the rows nor anything in the needed tables.

    Of a chain in which every join is proved to meet at most one row for each.
    """
    if not isinstance(from_clause, Join):
        return from_clause
    if from_clause.isouter and not needed & set(tables(from_clause.right)):
        return pruned(from_clause.left, needed)
    left = pruned(from_clause.left, needed | mentioned(from_clause.onclause))
    return Join(
        left, from_clause.right, from_clause.onclause, from_clause.isouter, from_clause.full
    )


def grafted(from_clause: Any, rows: Any, condition: Any) -> Any:
    """Put `rows` first in a chain of joins, tied to the main table: only those rows are joined."""
    if isinstance(from_clause, Join):
        left = grafted(from_clause.left, rows, condition)
        return Join(
            left, from_clause.right, from_clause.onclause, from_clause.isouter, from_clause.full
        )
    return Join(rows, from_clause, condition)


def main(from_clause: Any) -> Any:
    """Return the table that a chain of joins starts from."""
    return main(from_clause.left) if isinstance(from_clause, Join) else from_clause


def mentioned(*expressions: Any) -> set[Any]:
    """Return the tables whose columns the expressions mention."""
    elements = (part for whole in expressions for part in visitors.iterate(element(whole)))
    return {part.table for part in elements if isinstance(part, sa.ColumnClause)} - {None}


def optional(froms: Iterable[Any]) -> Iterator[Any]:
    """Yield the tables that an outer join may leave without a row."""
    for from_clause in froms:
        if isinstance(from_clause, Join):
            yield from optional([from_clause.left, from_clause.right])
            if from_clause.isouter:
                yield from tables(from_clause.right)
            if from_clause.full:
                yield from tables(from_clause.left)


def tables(from_clause: Any) -> Iterator[Any]:
    """Yield the tables of a chain of joins."""
    if isinstance(from_clause, Join):
        yield from tables(from_clause.left)
        yield from tables(from_clause.right)
    else:
        yield from_clause
