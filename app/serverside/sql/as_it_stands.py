"""The query as it stands: the subquery that is filtered, counted, ordered and paged.

Always right, whatever the query is, as nothing in it moves. Only columns are put in: what is
declared, what the query orders by, and the keys that tell its rows apart where they do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from .. import sqlalchemy_private as private
from ..columns.column import ColumnDT
from ..columns.shown import kind_of
from ..dialects.applied import applied, argument_of
from ..naming import part_name
from ..sqlalchemy_private import element
from . import proof, purity
from .own_order import OwnTerm
from .query import with_columns
from .source import Source


def as_it_stands(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    froms: Sequence[Any],
    order: Sequence[OwnTerm],
    facts_of: proof.FactsOf,
) -> Source:
    """Return the source of a query as the subquery that it is. Raises `ValueError`.

    `order` is the query's own, by what orders it as its columns are ordered; as it was written, it
    stays in the subquery where it may decide which rows there are.
    """
    parts = _Parts(columns)
    for number, column in enumerate(columns):
        parts.add(f"sort_{number}", column.sort_expr)
        parts.add(f"search_{number}", argument_of(column.search_expr))
    for number, term in enumerate(order):
        parts.add(f"order_{number}", term.expression)
    key = _key(select, columns, froms, facts_of)
    for number, column in enumerate(key):
        parts.add(f"key_{number}", column)
    if private.is_distinct(select) and not private.distinct_on(select):
        parts.check()
    decides = not private.is_plain_select(select, *private.GROUPED, *private.OPTIONS)
    inner = with_columns(select if decides else select.order_by(None), *parts.labelled())
    table = inner.subquery(part_name("query"))
    moved = tuple(_moved(column, parts, table.c, number) for number, column in enumerate(columns))
    return Source(
        select=sa.select(table),
        columns=moved,
        key=tuple(table.c[parts.name(column)] for column in key) or tuple(_all_shown(moved)),
        order=tuple(
            replace(term, expression=table.c[parts.name(term.expression)]) for term in order
        ),
    )


class _Parts:
    """The columns that are put into the query; one that is shown already is not put in again."""

    def __init__(self, columns: Sequence[ColumnDT]) -> None:
        self._shown = {f"show_{n}": column.sqla_expr for n, column in enumerate(columns)}
        self._further: dict[str, Any] = {}

    def add(self, name: str, expression: Any) -> None:
        """Put an expression in under a name, unless it is there."""
        if self._find(expression) is None:
            self._further[name] = expression

    def name(self, expression: Any) -> str:
        """Return the name that an expression has."""
        name = self._find(expression)
        if name is None:
            raise LookupError(expression)
        return name

    def labelled(self) -> list[Any]:
        """Return all, as columns of those names."""
        return [part.label(name) for name, part in (self._shown | self._further).items()]

    def check(self) -> None:
        """Refuse what would make more rows distinct than the shown columns do."""
        own = [element(expression) for expression in self._shown.values()]
        for expression in self._further.values():
            further = element(expression)
            if not (purity.is_scalar(further) and _is_made_of(further, own)):
                raise ValueError(
                    f"{expression} is none of the columns whose values are DISTINCT, so it can't "
                    "be ordered by or searched in; declare it as a column."
                )

    def _find(self, expression: Any) -> str | None:
        sought = element(expression)
        for name, part in (self._shown | self._further).items():
            own = element(part)
            if own is sought or _same(own, sought):
                return name
        return None


def _same(one: Any, other: Any) -> bool:
    """Return whether two expressions are one.

    Two anonymous aliases of a table are alike; what tells them apart is which they are.
    """
    one, other = (e.element if isinstance(e, sa.Label) else e for e in (one, other))
    if list(_tables(one)) != list(_tables(other)):
        return False
    if all(getattr(own, "table", None) is not None for own in (one, other)):
        return bool(one.key == other.key)
    key = private.cache_key(one)
    return key is not None and key == private.cache_key(other)


def _tables(element: Any) -> Iterator[int]:
    """Yield which tables an expression's columns are of, in their order."""
    for part in sa.sql.visitors.iterate(element):
        if isinstance(part, sa.ColumnClause) and part.table is not None:
            yield id(private.deannotated(part.table))


def _is_made_of(element: Any, shown: Sequence[Any]) -> bool:
    """Return whether an expression is computed from others and from nothing else."""
    if any(_same(element, own) for own in shown):
        return True
    if isinstance(element, sa.ColumnClause):
        return False
    return all(_is_made_of(child, shown) for child in element.get_children())


def _key(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    froms: Sequence[Any],
    facts_of: proof.FactsOf,
) -> tuple[Any, ...]:
    """Return what tells the rows of a query apart that has those of its tables; else nothing."""
    expressions = [e for c in columns for e in (c.sqla_expr, c.sort_expr, c.search_expr)]
    is_cut = private.is_plain_select(select, *private.CUT, *private.OPTIONS)
    if not is_cut or not all(map(purity.is_of_a_row, map(element, expressions))):
        return ()
    keys = [proof.tells_apart(from_clause, facts_of) for from_clause in froms]
    return tuple(column for key in keys for column in key or ()) if all(keys) else ()


def _moved(column: ColumnDT, parts: _Parts, inner: Any, number: int) -> ColumnDT:
    searched = column.search_expr
    return column.moved(
        inner[f"show_{number}"],
        sort_expr=inner[parts.name(column.sort_expr)],
        search_expr=applied(searched, inner[parts.name(argument_of(searched))]),
    )


def _all_shown(columns: Sequence[ColumnDT]) -> Iterator[Any]:
    """Yield what leaves only rows level that show the same.

    The text of a double has fewer digits than the double, and some types have no order but their
    text, so each column counts twice where it is ordered by something else.
    """
    for column in columns:
        own = column.sqla_expr
        if column.sort_expr is not own:
            yield column.sort_expr
        yield sa.cast(own, sa.Text()) if kind_of(own) == "other" else own
