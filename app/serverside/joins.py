"""The joins of a query: which rows they make, which of them a statement can do without."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.selectable import Join


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


def links(source: Any) -> Iterator[Link]:
    """Yield the joins that a condition on the joined table can do without.

    Of a chain in which every join is proved to meet at most one row for each.
    """
    if isinstance(source, Join):
        yield from links(source.left)
        equal = list(equated(source.onclause, source.right))
        single = getattr(source.onclause, "operator", None) is operators.eq
        if single and len(equal) == 1 and _is_column(equal[0][1]):
            yield Link(source.right, *equal[0])


def _is_column(expression: Any) -> bool:
    return isinstance(expression, sa.ColumnClause) and expression.table is not None


def pruned(source: Any, needed: set[Any]) -> Any:
    """Leave out the joins that change neither the rows nor anything in the needed tables.

    Of a chain in which every join is proved to meet at most one row for each.
    """
    if not isinstance(source, Join):
        return source
    if source.isouter and not needed & set(tables(source.right)):
        return pruned(source.left, needed)
    left = pruned(source.left, needed | mentioned(source.onclause))
    return Join(left, source.right, source.onclause, source.isouter, source.full)


def grafted(source: Any, rows: Any, condition: Any) -> Any:
    """Put `rows` first in a chain of joins, tied to the main table: only those rows are joined."""
    if isinstance(source, Join):
        left = grafted(source.left, rows, condition)
        return Join(left, source.right, source.onclause, source.isouter, source.full)
    return Join(rows, source, condition)


def main(source: Any) -> Any:
    """Return the table that a chain of joins starts from."""
    return main(source.left) if isinstance(source, Join) else source


def mentioned(*expressions: Any) -> set[Any]:
    """Return the tables whose columns the expressions mention."""
    elements = (part for whole in expressions for part in visitors.iterate(element(whole)))
    return {part.table for part in elements if isinstance(part, sa.ColumnClause)} - {None}


def element(expression: Any) -> Any:
    """Return the SQL element behind an ORM attribute."""
    if hasattr(expression, "__clause_element__"):
        return expression.__clause_element__()
    return expression


def optional(froms: Iterable[Any]) -> Iterator[Any]:
    """Yield the tables that an outer join may leave without a row."""
    for source in froms:
        if isinstance(source, Join):
            yield from optional([source.left, source.right])
            if source.isouter:
                yield from tables(source.right)
            if source.full:
                yield from tables(source.left)


def tables(source: Any) -> Iterator[Any]:
    """Yield the tables of a chain of joins."""
    if isinstance(source, Join):
        yield from tables(source.left)
        yield from tables(source.right)
    else:
        yield source
