"""Distinct values of columns, and how many rows have each: the selects, all in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..columns.column import ColumnDT
from ..dialects import Dialect
from ..naming import part_name
from ..plan.conditions import Every
from ..plan.operators import as_text
from . import where_met
from .loose_scan import stepped
from .source import Source

_APART = 3  # values more than the most: NULL and empty text are one, and one is too many


@dataclass(frozen=True, slots=True)
class Facets:
    """The values of a source's columns, at most `most` of each.

    `connection` looks for indexes to step along; None: none is.
    """

    source: Source
    dialect: Dialect
    most: int
    connection: sa.Connection | None = None

    def distinct(self, column: ColumnDT, where: Every | None = None) -> sa.Select[Any]:
        """Return the select of a column's distinct values, from as few tables as it needs."""
        if where is None and self.connection is not None:
            most = self.most + _APART
            own = offered(column, self.dialect)
            found = stepped(own, self.source, self.dialect, self.connection, most)
            if found is not None:
                return self._limited(found)
        condition, value = self._sql(where), offered(column, self.dialect).label("value")
        if self.source.supports_late_fetch:
            return self._limited(self.source.over(value, where=condition).distinct())
        values = self.source.rows(value).distinct()
        return self._limited(values if condition is None else values.where(condition))

    def named(self, columns: dict[str, ColumnDT]) -> sa.Select[Any]:
        """Return a select of all that the distinct values of columns depend on."""
        named = (
            offered(c, self.dialect).label(f"{key} nulls {c.nulls_order}")
            for key, c in columns.items()
        )
        return self._limited(self.source.rows(*named))

    def ends(self, column: ColumnDT) -> list[sa.Select[Any]]:
        """Return the selects of a column's least value and of its greatest."""
        ends = sa.func.min(column.search_expr), sa.func.max(column.search_expr)
        return [self.source.rows(end.label("value")) for end in ends]

    def counted(
        self,
        columns: Sequence[ColumnDT],
        where: Every | None,
        where_last: Every | None,
        last: ColumnDT | None,
    ) -> list[sa.Select[Any]]:
        """Return the selects of values with their rows, and those that match.

        The rows are read once: grouped by all columns together, then by each. Those of `last` are
        counted by a condition of their own.
        """
        values = [offered(c, self.dialect).label(f"v{n}") for n, c in enumerate(columns)]
        matches = [self._matches(where).label("match"), self._matches(where_last).label("last")]
        each = self.source.rows(*values, *matches).subquery(part_name("each"))
        number = sa.func.count().label("n")
        groups = sa.select(*each.c, number).group_by(*each.c).cte(part_name("groups"))
        selects = []
        for n, column in enumerate(columns):
            value, match = groups.c[f"v{n}"], groups.c["last" if column is last else "match"]
            total = sa.func.sum(groups.c.n).label("total")
            count = sa.func.sum(groups.c.n * match).label("count")
            select = sa.select(value.label("value"), total, count).group_by(value)
            selects.append(self._limited(select))
        return selects

    def _limited(self, values: sa.Select[Any]) -> sa.Select[Any]:
        """Read no more values than tell that they are too many, NULL and empty text apart."""
        return values.limit(self.most + _APART)

    def _matches(self, where: Every | None) -> Any:
        """Return 1 for a row that matches, else 0."""
        condition = self._sql(where)
        return sa.case((sa.true() if condition is None else condition, 1), else_=0)

    def _sql(self, where: Every | None) -> Any:
        over = where_met.over(where, self.source)
        return None if over is None else over.sql(self.dialect)


def offered(column: ColumnDT, dialect: Dialect) -> Any:
    """Return the expression whose values a column offers: the one that a pick is compared with."""
    own = column.search_expr
    return as_text(own, dialect) if column.kind == "text" else own


def united(legs: Sequence[sa.Select[Any]], dialect: Dialect) -> Any:
    """Return one statement of several selects: the leg's number, a column a leg, its counts."""
    tables = [leg.subquery(part_name("leg")) for number, leg in enumerate(legs)]
    types = [table.c.value.type for table in tables]
    parts = []
    for number, table in enumerate(tables):
        # One column a leg, each of one type throughout, so that any kinds can stand in one UNION.
        values = [
            (table.c.value if place == number else dialect.null(type_)).label(f"v{place}")
            for place, type_ in enumerate(types)
        ]
        counts = [column for column in table.c if column.key != "value"]
        parts.append(sa.select(sa.literal(number, sa.Integer()).label("leg"), *values, *counts))
    return sa.union_all(*parts)


def parted(rows: Sequence[Any], legs: int) -> list[list[Any]]:
    """Give the rows of `united` back to their legs, as (value, counts...)."""
    found: list[list[Any]] = [[] for _ in range(legs)]
    for number, *cells in rows:
        found[number].append((cells[number], *map(int, cells[legs:])))
    return found
