"""Distinct values of columns, read from the database and made ready to be offered."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

import sqlalchemy as sa

from . import rows
from .columns import TEXTS, ColumnDT
from .dialects.default import Dialect
from .fold import order_key
from .limits import Limits
from .naming import part_name
from .operators import as_text
from .predicates import Predicate
from .scope import Scope
from .stepping import stepped

_APART = 3  # values more than the most: NULL and empty text are one, and one is too many


Execute = Callable[[Any], Sequence[Any]]
Write = Callable[[], Any]
Recall = Callable[[Hashable, Write, Write, Callable[[Sequence[Any]], Any]], Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: the scope's rows, in a database that `execute` asks.

    `recall` takes what tells the question from others, how to ask it and what to make of the rows;
    it remembers what was made (see `Draw.recall`). `connection` looks for indexes to step along;
    None: none is.
    """

    scope: Scope
    dialect: Dialect
    limits: Limits
    execute: Execute
    recall: Recall
    connection: sa.Connection | None = None

    def values(self, column: ColumnDT, where: Predicate | None = None) -> sa.Select[Any]:
        """Return the select of a column's distinct values, from as few tables as it needs."""
        if where is None and self.connection is not None:
            most = self.limits.max_options + _APART
            found = stepped(offered(column), self.scope, self.dialect, self.connection, most)
            if found is not None:
                return found
        condition = None if where is None else where.sql(self.dialect)
        value = offered(column).label("value")
        if self.scope.narrow:
            return self.scope.over(value, where=condition).distinct()
        values = self.scope.rows(value).distinct()
        return values if condition is None else values.where(condition)

    def any_row(self, where: Predicate) -> sa.Exists:
        """Return the test that some row matches."""
        rows = self.scope.rows(sa.literal(1, sa.Integer()))
        return rows.where(where.sql(self.dialect)).exists()

    def matches(self, where: Predicate | None) -> Any:
        """Return 1 for a row that matches, else 0."""
        test = sa.true() if where is None else where.sql(self.dialect)
        return sa.case((test, 1), else_=0)


@dataclass(frozen=True, slots=True)
class Offer:
    """A value as JSON holds it, "" for NULL and empty text; how many rows have it and match."""

    value: Any
    total: int = 0
    count: int = 0

    @property
    def label(self) -> str:
        """The value as text in HTML, for use inside a double-quoted attribute too."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, float):
            return str(self.value).removesuffix(".0")
        return escape(str(self.value), quote=False).replace('"', "&quot;")


def offered(column: ColumnDT) -> Any:
    """Return the expression whose values a column offers: the one that a pick is compared with."""
    return as_text(column.search_expr) if column.kind == "text" else column.search_expr


def limited(values: sa.Select[Any], limits: Limits) -> sa.Select[Any]:
    """Read no more values than tell that they are too many, NULL and empty text apart."""
    return values.limit(limits.max_options + _APART)


def read(legs: Sequence[sa.Select[Any]], execute: Execute) -> list[list[Any]]:
    """Run selects of a `value`, and maybe counts, as one statement; return the rows of each."""
    return parted(execute(united(legs)), len(legs)) if legs else []


def united(legs: Sequence[sa.Select[Any]]) -> Any:
    """Return one statement of several selects: the leg's number, a column a leg, its counts."""
    tables = [leg.subquery(part_name("leg")) for number, leg in enumerate(legs)]
    types = [table.c.value.type for table in tables]
    parts = []
    for number, table in enumerate(tables):
        # One column a leg, each of one type throughout, so that any kinds can stand in one UNION.
        values = [
            (table.c.value if place == number else sa.cast(sa.null(), type_)).label(f"v{place}")
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


def offers(column: ColumnDT, found: Iterable[Any]) -> list[Offer]:
    """Make offers of (value, total, count), in the column's order."""
    filled, empty = [], []
    for item, *counts in found:
        if item is None or item == "":
            empty.append(counts)
        elif (value := _json(_as_shown(column, item))) is not None:
            filled.append((_place(column, item), Offer(value, *counts)))
    ordered = _merged(offer for _, offer in sorted(filled, key=lambda pair: pair[0]))
    if empty:
        entry = Offer("", *map(sum, zip(*empty, strict=True)))
        ordered.insert(0 if column.nulls_order == "nullsfirst" else len(ordered), entry)
    return ordered


def _as_shown(column: ColumnDT, item: Any) -> Any:
    """Give a moment the zone that its cells have."""
    return rows.in_utc((item,), (0,))[0] if column.zoned else item


def _merged(ordered: Iterable[Offer]) -> list[Offer]:
    """Make one offer of neighbours that are shown alike, as doubles that differ by noise are."""
    merged: list[Offer] = []
    for offer in ordered:
        last = merged[-1] if merged else None
        if last and last.value == offer.value:
            merged[-1] = Offer(last.value, last.total + offer.total, last.count + offer.count)
        else:
            merged.append(offer)
    return merged


def _json(item: Any) -> Any:
    """Return the JSON value; as text where JavaScript would write another number back."""
    if isinstance(item, Decimal) and not item.is_finite():
        return None  # nobody can type it
    value = rows.value(item)
    if isinstance(value, float) and "e" in str(value):
        return format(Decimal(str(value)), "f")
    return value


def _place(column: ColumnDT, item: Any) -> Any:
    if column.form not in TEXTS:
        return item
    text = str(rows.value(item))
    return order_key(text), text
