"""The statements of a draw, written once for all draws over one source, conditions and order.

Such draws differ only in their window, whose values are parameters.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ..dialects import Dialect
from ..naming import part_name
from ..plan.conditions import conditions, size
from ..plan.plan import Plan
from ..wire.params import storable
from . import joins, where_met
from .access_paths import ACCESS_PATHS, AccessPath
from .anchors import anchors
from .change_marks import Tracking
from .count import Count, count, count_up_to, counted_table
from .groups import can_group, groups
from .lookup_page import LookupPage, lookup_page
from .order import sort_keys
from .page import (
    Page,
    Values,
    Window,
    beside,
    leading,
    narrow_page,
    narrow_rows,
    plain_page,
    wide_rows,
    within,
)
from .query import stored_tables
from .search_index import SearchIndex
from .slots import nulls, slots
from .source import Source
from .statement_key import Key, statement_key

START: sa.BindParameter[int] = sa.bindparam("serverside_start", type_=sa.BigInteger())
LENGTH: sa.BindParameter[int] = sa.bindparam("serverside_length", type_=sa.BigInteger())
MOST: sa.BindParameter[int] = sa.bindparam("serverside_most", type_=sa.BigInteger())
_HEAVY = 250  # tests, each word in each column


class Statements:
    """What all draws over the same source, conditions and order have in common."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        dialect: Dialect,
        indexes: frozenset[SearchIndex],
        tracking: Tracking,
    ) -> None:
        self.indexes, self.tracking = indexes, tracking  # as the database had them
        self.source, self.dialect = source, dialect
        self.predicate = where_met.over(plan.where(), source)
        self.picked = where_met.picks(plan.where())
        # Writing very many conditions in three forms would cost more than the forms can save.
        self.tests = size(self.predicate) if self.predicate is not None else 0
        self.finds_late = source.supports_late_fetch and self.tests <= _HEAVY
        self.keys = sort_keys(plan.order, source, dialect)
        paths = [AccessPath(source, dialect, form, indexes) for form in ACCESS_PATHS]
        if self.predicate is not None and self.finds_late:
            for path in paths:
                path.write(self.predicate)
        self._lookup, self._count, self._walk = paths
        self.selective = self._lookup.selective  # whether matches can be looked up quickly
        self._statements: dict[Hashable, Any] = {}
        self._lookups: dict[int, LookupPage] = {}
        self._keys: dict[Hashable, Key | None] = {}

    @cached_property
    def total(self) -> Count:
        """The number of the source's rows, without counting them where marks tell it."""
        total = count(self.source)
        known = self.tracking.total(counted_table(self.source), self.dialect.change_marks)
        shown = total if known is None else sa.func.coalesce(known, total)
        return Count("total", shown, self._key_of(total))

    @cached_property
    def filtered(self) -> Count | None:
        """The number of matches, where something filters."""
        if self.predicate is None:
            return None
        if self.finds_late:
            filtered = count(self.source, self._count.where, self._count.matching)
        else:
            filtered = count(self.source, self._plain_where)
        return Count("filtered", filtered, self._key_of(filtered))

    @cached_property
    def met(self) -> list[Count]:
        """Whether any row has what was `picked`: 1 or 0."""
        tests = (where_met.is_met(p.part, self.source, self.dialect) for p in self.picked)
        return [Count(f"met_{n}", test, self._key_of(test)) for n, test in enumerate(tests)]

    @cached_property
    def counts(self) -> list[Count]:
        """All that is to be known of a draw beside its page."""
        return [self.total, *([self.filtered] if self.filtered else []), *self.met]

    @cached_property
    def at_least(self) -> Count:
        """The number of matches up to a bound, for draws that must not wait for all of them."""
        return Count("at_least", count_up_to(self.source, self._walk.where, MOST))

    @cached_property
    def tables(self) -> set[sa.Table]:
        """All tables that a draw may read from, and values to pick beside it."""
        whole = self.source.rows(*self._expressions())
        last = self.filtered or self.total
        return stored_tables(whole) | stored_tables(last.select)

    @cached_property
    def token(self) -> list[Any]:
        """What tells the version of the data; nothing where a total can't be remembered."""
        if not self.finds_late or any(count.key is None for count in self.counts):
            return []
        known = self.tracking.tokens(self.tables, self.dialect.change_marks)
        return self.dialect.token(self.tables, known)

    def _key_of(self, select: Any) -> Key | None:
        return statement_key(select) if self.finds_late else None

    def _expressions(self) -> Iterator[Any]:
        """Yield what a draw, or the values to pick beside it, may read."""
        for column in self.source.columns:
            yield from (column.sqla_expr, column.sort_expr, column.search_expr)
        yield from (key.expression for key in self.keys)

    @cached_property
    def anchors_key(self) -> Key | None:
        """The cache key of this order's anchors."""
        return statement_key(
            self._rows().order_by(*(key.placed(key.expression) for key in self.keys))
        )

    def key_of(self, question: Hashable, build: Callable[[], Any]) -> Key | None:
        """Return the cache key of the answer to a question, found out once."""
        if question not in self._keys:
            self._keys[question] = statement_key(build())
        return self._keys[question]

    @cached_property
    def cheap_offset(self) -> int:
        """How many rows are skipped sooner than anchors are made, where an index has the order."""
        [from_clause] = (rows := self._rows()).get_final_froms()
        plain = rows.whereclause is None and len(list(joins.tables(from_clause))) == 1
        return self.dialect.cheap_offset(plain, len(self.keys))

    @cached_property
    def leading(self) -> sa.Select[Any]:
        """The rows that have a value of the first key, in order: to ask for a plan."""
        return leading(self._rows(), self.keys, self.source)

    def anchors(self, step: int, inside: Values = ()) -> sa.Select[Any]:
        """Return anchors of the rows that have the values `inside` of the first keys."""
        return anchors(*within(self._rows(), self.keys, inside), step)

    def can_group(self, inside: Values) -> bool:
        """Return whether rows of one value of the next key can be told from the others."""
        left = self.keys[len(inside) :]
        return len(left) > 1 and can_group(left[0])

    def groups(self, step: int, number: int, inside: Values) -> sa.Select[Any]:
        """Return where the rows of each value of the next key begin, see `groups.py`."""
        where, matching = self._count.where, self._count.matching
        return groups(self.source, where, matching, self.keys, inside, (step, number))

    def _rows(self) -> sa.Select[Any]:
        """Return the narrow rows that match, unordered."""
        return narrow_rows(self.source, self._walk.where, self.keys)

    def window(self, window: Window) -> Page:
        """Return a window's page, found by walking the order."""
        inside, values = slots(self.keys, window.within, "within")
        others = self.keys[len(window.within) :]
        anchor, further = slots(others, window.anchor or (), "anchor")
        kind = "walk", window.backwards, nulls(window.within), nulls(window.anchor)

        def build() -> Any:
            known = None if window.anchor is None else anchor
            open_window = Window(START, LENGTH, known, window.backwards, inside)
            narrow = narrow_page(self.source, self._walk.where, self.keys, open_window)
            return wide_rows(self.source, narrow, len(self.keys))

        parameters = {START.key: window.start, LENGTH.key: window.length} | values | further
        return Page(kind, build, parameters)

    def plain(self) -> Page:
        """Return a page in the plainest way."""

        def build() -> Any:
            return plain_page(self.source, self._plain_where, self.keys, START, LENGTH)

        return Page(("plain",), build, {})

    def lookup(self, few: int) -> LookupPage:
        """Return a page cut from all matches, at most `few` and one more."""
        if few not in self._lookups:
            window = Window(START, LENGTH)
            self._lookups[few] = lookup_page(self.source, self._lookup, self.keys, window, few)
        return self._lookups[few]

    def cut(self, lookup: LookupPage, few: int) -> Page:
        """Return the page of a lookup."""
        return Page(("lookup", few), lambda: lookup.page, {})

    def where(self, *, rare: bool) -> Any:
        """Return the test of rows that are read in order; `rare` ones are looked up by indexes."""
        path = self._lookup if rare else self._walk
        return path.where if self.finds_late else self._plain_where

    def statement(self, page: Page, token: Sequence[Any], counts: Sequence[Count]) -> Any:
        """Return a page's statement: token and counts on the left, which come without rows too."""
        kind = (bool(token), tuple(count.name for count in counts), *page.kind)
        if kind not in self._statements:
            self._statements[kind] = self._written(token, counts, page.build())
        return self._statements[kind]

    def _written(self, token: Sequence[Any], counts: Sequence[Count], page: Any) -> Any:
        numbers = (count.select.label(count.name) for count in counts)
        left = [*labelled(token), *numbers, *self.pattern_tests()]
        known = sa.select(*(left or [sa.literal(1).label("one")])).subquery(part_name("known"))
        return beside(known, page, self.keys, len(self.source.columns))

    def pattern_tests(self) -> Iterator[Any]:
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
