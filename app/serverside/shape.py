"""The statements of a draw, written once for each shape: scope, columns, conditions and order.

Draws of one shape differ only in their window, whose values are parameters.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache

from . import joins
from .counting import count, count_up_to
from .dialects import Dialect
from .memory import Key, key_of
from .naming import part_name
from .ordering import sort_keys
from .paging import (
    Values,
    Window,
    narrow_page,
    narrow_rows,
    numbered_anchors,
    plain_page,
    stepped_anchors,
    wide_rows,
)
from .placing import FORMS, Writer
from .plan import Plan
from .predicates import conditions, size, storable
from .scope import Scope
from .searchindex import SearchIndex, stored_indexes

START: sa.BindParameter[int] = sa.bindparam("serverside_start", type_=sa.BigInteger())
LENGTH: sa.BindParameter[int] = sa.bindparam("serverside_length", type_=sa.BigInteger())
MOST: sa.BindParameter[int] = sa.bindparam("serverside_most", type_=sa.BigInteger())


@dataclass(frozen=True, slots=True)
class Fact:
    """A count that a statement can carry, and what it is remembered under."""

    name: str
    select: Any
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A page cut from all matches, their number, and counts that must stay within a bound."""

    page: Any
    count: Any
    guards: list[Fact]


class Shape:
    """What all draws over the same scope, conditions and order have in common."""

    def __init__(
        self, scope: Scope, plan: Plan, dialect: Dialect, indexes: frozenset[SearchIndex]
    ) -> None:
        self.indexes = indexes  # of its tables, as the database had them
        self.scope, self.dialect = scope, dialect
        self.predicate = plan.where()
        # Writing very many conditions in three forms would cost more than the forms can save.
        heavy = self.predicate is not None and size(self.predicate) > _HEAVY
        self.narrow = scope.narrow and not heavy
        self.keys = sort_keys(plan.order, scope, dialect)
        writers = [Writer(scope, dialect, form, indexes) for form in FORMS]
        if self.predicate is not None and self.narrow:
            for writer in writers:
                writer.write(self.predicate)
        self._found, self._counted, self._walked = writers
        self.promising = self._found.promising  # whether matches can be looked up quickly
        self._statements: dict[Key, Any] = {}
        self._lookups: dict[int, Lookup] = {}
        self._questions: dict[Hashable, Key | None] = {}

    @cached_property
    def facts(self) -> list[Fact]:
        """The totals: of the scope and, where something filters, of what matches."""
        total = count(self.scope)
        facts = [Fact("total", total, key_of(total))]
        if self.predicate is not None:
            filtered = count(self.scope, self._counted.where, self._counted.matching)
            facts.append(Fact("filtered", filtered, key_of(filtered)))
        return facts

    @property
    def filtered(self) -> Fact | None:
        """The number of matches, where something filters."""
        return self.facts[1] if len(self.facts) > 1 else None

    @cached_property
    def at_least(self) -> Fact:
        """The number of matches up to a bound, for draws that must not wait for all of them."""
        return Fact("at_least", count_up_to(self.scope, self._walked.where, MOST))

    @cached_property
    def plain_facts(self) -> list[Fact]:
        """The totals by the conditions as they are."""
        facts = [Fact("total", count(self.scope))]
        if self.predicate is not None:
            facts.append(Fact("filtered", count(self.scope, self._plain_where)))
        return facts

    @cached_property
    def token(self) -> list[Any]:
        """What tells the state of the data; nothing where a total can't be remembered."""
        if not self.narrow or self.facts[-1].key is None or self.facts[0].key is None:
            return []
        whole = self.scope.rows(*self._expressions())
        return self.dialect.token(_tables(whole) | _tables(self.facts[-1].select))

    def _expressions(self) -> Iterator[Any]:
        """Yield what a draw, or the options beside it, may read."""
        for column in self.scope.columns:
            yield from (column.sqla_expr, column.sort_expr, column.search_expr)
        yield from (key.expression for key in self.keys)

    @cached_property
    def anchors_key(self) -> Key | None:
        """What the anchors of this shape are remembered under."""
        return key_of(self._rows().order_by(*(key.placed(key.expression) for key in self.keys)))

    def key_of(self, question: Hashable, asked: Callable[[], Any]) -> Key | None:
        """Return what the answer to a question is remembered under, found out once."""
        if question not in self._questions:
            self._questions[question] = key_of(asked())
        return self._questions[question]

    @cached_property
    def cheap_offset(self) -> int:
        """How many rows are skipped sooner than anchors are made."""
        [source] = (rows := self._rows()).get_final_froms()
        plain = rows.whereclause is None and len(list(joins.tables(source))) == 1
        return self.dialect.cheap_offset(plain, len(self.keys))

    def anchors(self, step: int) -> sa.Select[Any]:
        """Return the sort keys of every so many rows, as the database has them, and a number."""
        rows, first = self._rows(), self.keys[0]
        if len(self.keys) == 1 and first.nulls is None and rows.whereclause is None:
            return stepped_anchors(rows, first, step)
        return numbered_anchors(rows, self.keys, step)

    def _rows(self) -> sa.Select[Any]:
        """Return the narrow rows that match, unordered."""
        return narrow_rows(self.scope, self._walked.where, self.keys)

    def walk(self, window: Window) -> Any:
        """Return a page found by walking the order."""
        narrow = narrow_page(self.scope, self._walked.where, self.keys, window)
        return wide_rows(self.scope, narrow, len(self.keys))

    def plain_page(self) -> Any:
        """Return a page in the plainest way."""
        return plain_page(self.scope, self._plain_where, self.keys, START, LENGTH)

    def lookup(self, few: int) -> Lookup:
        """Return a page cut from all matches, at most `few` and one more."""
        if few not in self._lookups:
            self._lookups[few] = self._looked_up(few)
        return self._lookups[few]

    def _looked_up(self, few: int) -> Lookup:
        rows = narrow_rows(self.scope, self._found.where, self.keys).limit(few + 1)
        found = self.dialect.materialized(rows, "found")
        placed = [key.placed(found.c[f"k{n}"]) for n, key in enumerate(self.keys)]
        cut = (
            sa.select(found)
            .order_by(*placed)
            .limit(LENGTH)
            .offset(START)
            .subquery(part_name("narrow"))
        )
        number = sa.select(sa.func.count()).select_from(found).scalar_subquery()
        facts = [Fact(f"guard_{n}", guard) for n, guard in enumerate(self._found.guards)]
        return Lookup(wide_rows(self.scope, cut, len(self.keys)), number, facts)

    def slots(self, anchor: Values | None) -> tuple[Values | None, dict[str, Any]]:
        """Return parameters in place of an anchor's values, and the values by name."""
        if anchor is None:
            return None, {}
        slots, values = [], {}
        for number, (key, value) in enumerate(zip(self.keys, anchor, strict=True)):
            name = f"serverside_anchor_{number}"
            slots.append(None if value is None else sa.bindparam(name, type_=key.raw.type))
            values[name] = value
        return tuple(slots), {name: value for name, value in values.items() if value is not None}

    def statement(
        self, kind: Key, token: Sequence[Any], facts: Sequence[Fact], page: Callable[[], Any]
    ) -> Any:
        """Return a statement: token and counts on the left, so that they come without rows too."""
        if kind not in self._statements:
            self._statements[kind] = self._written(token, facts, page())
        return self._statements[kind]

    def _written(self, token: Sequence[Any], facts: Sequence[Fact], page: Any) -> Any:
        counts = (fact.select.label(fact.name) for fact in facts)
        left = [*labelled(token), *counts, *self._pattern_tests()]
        known = sa.select(*(left or [sa.literal(1).label("one")])).subquery(part_name("known"))
        shown = [page.c[f"v{n}"] for n in range(len(self.scope.columns))]
        order = [key.placed(page.c[f"k{n}"]) for n, key in enumerate(self.keys)]
        rows = sa.select(*known.c, page.c.present, *shown)
        return rows.select_from(known.outerjoin(page, sa.true())).order_by(*order)

    def _pattern_tests(self) -> Iterator[Any]:
        """Yield what fails for a bad pattern, outside the conditions: some are folded away."""
        found = conditions(self.predicate)
        patterns = dict.fromkeys(c.value for c in found if c.operator == "matches")
        for pattern in filter(storable, patterns):
            test = self.dialect.pattern_test(pattern)
            if test is not None:
                yield test.label(None)

    @cached_property
    def _plain_where(self) -> Any:
        return None if self.predicate is None else self.predicate.sql(self.dialect)


def labelled(token: Sequence[Any]) -> list[Any]:
    """Return the parts of a token as columns."""
    return [part.label(f"token_{n}") for n, part in enumerate(token)]


_HEAVY = 250  # tests, each word in each column
_shapes: WeakKeyDictionary[sa.Engine, LRUCache[Key, Shape]] = WeakKeyDictionary()
_lock = Lock()
_MOST_SHAPES = 256


def shape_of(scope: Scope, plan: Plan, dialect: Dialect, connection: sa.Connection) -> Shape:
    """Return the shape of a draw, the one of an earlier draw where there was one."""
    order = tuple((term.column, term.direction) for term in plan.order)
    where, indexes = plan.where(), frozenset[SearchIndex]()
    if where is not None and scope.narrow:
        indexes = stored_indexes(joins.tables(scope.source), connection)
    key = (scope.identity, scope.columns, where, order, indexes)
    try:
        hash(key)
    except TypeError:  # a value that can't be compared
        return Shape(scope, plan, dialect, indexes)
    if scope.identity is None:
        return Shape(scope, plan, dialect, indexes)
    with _lock:
        shapes = _shapes.setdefault(connection.engine, LRUCache(_MOST_SHAPES))
        shape = shapes.get(key)
    if shape is None:
        shape = Shape(scope, plan, dialect, indexes)
        with _lock:
            shapes[key] = shape
    return shape


def _tables(select: Any) -> set[sa.Table]:
    parts = sa.sql.visitors.iterate(select)
    tables = {part for part in parts if isinstance(part, sa.Table)}
    return tables | {t for t in joins.mentioned(select) if isinstance(t, sa.Table)}
