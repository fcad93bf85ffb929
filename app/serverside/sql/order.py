"""Order terms: what the client asks for, NULL placement, and the unique last term."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ..columns.shown import kind_of
from ..dialects.base import Dialect
from ..plan.enums import ranked
from ..plan.operators import as_text
from ..plan.plan import OrderTerm
from ..wire.request import Direction
from .own_order import Nulls
from .source import Source


@dataclass(frozen=True, slots=True)
class SortKey:
    """An expression that rows are ordered by, its direction and where its NULLs go.

    `nulls` is None for an expression that always has a value. `exact` tells texts apart that differ
    in case only: the last terms must leave no ties. `kept` is a column of the database's that holds
    what orders the expression.
    """

    expression: Any
    direction: Direction
    nulls: Nulls | None
    dialect: Dialect
    exact: bool = False
    kept: Any = None

    def ordered(self, expression: Any) -> Any:
        """Return what the database compares, of an expression that holds this key's value."""
        if self.kept is not None and expression is self.expression:
            return self.kept
        if kind_of(self.expression) == "text":
            text = as_text(expression, self.dialect)
            return self.dialect.exact_text(text) if self.exact else self.dialect.order_text(text)
        return self.dialect.order_other(expression)

    def placed(self, expression: Any) -> Any:
        """Return the ORDER BY term over `expression`, which holds this key's value."""
        ordered = self.ordered(expression)
        ordered = ordered.desc() if self.direction == "desc" else ordered.asc()
        if self.nulls is None or self.native:
            return ordered  # what a database does by itself is left unsaid, so an index can serve
        return self.dialect.placed(ordered, self.nulls)

    @property
    def native(self) -> bool:
        """Return whether the database puts NULLs there by itself."""
        by_itself = "last" if (self.direction == "asc") == self.dialect.nulls_are_high else "first"
        return self.nulls in (None, by_itself)

    def beyond(self, value: Any, *, or_same: bool = False) -> Any:
        """Return the condition that a row stands after a value in this key's order."""
        if value is None:
            return self.expression.is_not(None) if self.nulls == "first" else sa.false()
        own, other = self._own, self._bound(value)
        if self.direction == "asc":
            after = own >= other if or_same else own > other
        else:
            after = own <= other if or_same else own < other
        return sa.or_(after, self.expression.is_(None)) if self.nulls == "last" else after

    def same(self, value: Any) -> Any:
        """Return the condition that a row stands level with a value."""
        if value is None:
            return self.expression.is_(None)
        test: Any = self._own == self._bound(value)
        return test

    @property
    def raw(self) -> Any:
        """The expression with its values as the database has them."""
        return self.dialect.raw(self.expression)

    @property
    def _own(self) -> Any:
        return self.ordered(self.raw if self.kept is None else self.expression)

    def _bound(self, value: Any) -> Any:
        held = isinstance(value, sa.ColumnElement)  # a parameter, or a column of anchors
        slot = value if held else sa.literal(value, self.raw.type)
        return self.ordered(slot)

    def reversed(self) -> "SortKey":
        """Return the key of the opposite order."""
        direction: Direction = "asc" if self.direction == "desc" else "desc"
        nulls: Nulls | None = None
        if self.nulls is not None:
            nulls = "first" if self.nulls == "last" else "last"
        return replace(self, direction=direction, nulls=nulls)


def sort_keys(terms: Iterable[OrderTerm], source: Source, dialect: Dialect) -> tuple[SortKey, ...]:
    """Return the complete order: the terms, else the query's own, and the unique key last."""
    keys: list[SortKey] = []
    last: Direction = "asc"
    for expression, last, nulls in _wanted(terms, source):
        keys.append(_key(expression, last, nulls, source, dialect))
        key = source.key[0] if len(source.key) == 1 else None
        if _same(expression, key) and kind_of(expression) != "text":  # else "a" and "A" are level
            return tuple(keys)
    unique = (_key(expression, last, "last", source, dialect) for expression in source.key)
    return (*keys, *(replace(key, exact=True, kept=None) for key in unique))


def _wanted(terms: Iterable[OrderTerm], source: Source) -> Iterator[tuple[Any, Direction, Nulls]]:
    asked = False
    for term in terms:
        asked = True
        nulls: Nulls = "first" if term.column.nulls_order == "nullsfirst" else "last"
        yield ranked(term.column.sort_expr), term.direction, nulls
    if not asked:
        for own in source.order:
            yield own.expression, own.direction, own.nulls or "last"


def _key(
    expression: Any, direction: Direction, nulls: Nulls, source: Source, dialect: Dialect
) -> SortKey:
    placed = None if source.never_null(expression) else nulls
    kept = source.order_column(expression)
    return SortKey(expression, direction, placed, dialect, kept=kept)


def _same(one: Any, other: Any) -> bool:
    one, other = (getattr(e, "__clause_element__", lambda e=e: e)() for e in (one, other))
    return one is other or (
        getattr(one, "table", None) == getattr(other, "table", 0)
        and getattr(one, "key", None) == getattr(other, "key", 0)
    )
