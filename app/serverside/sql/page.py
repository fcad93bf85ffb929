"""The rows of one page: any page at any depth, without walking to it.

A page is found by narrow keys, from as few tables as order and filter need; only its own rows are
then fetched in full. Deep pages start at a remembered anchor, the last ones at the end.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ..naming import part_name
from . import joins
from .order import SortKey
from .source import Source

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The rows `start` to `start + length` from the order's beginning, or from an anchor on.

    `within` are values of the order's first keys: the rows are those that have them, and the anchor
    is one of the other keys. An anchor of fewer keys is the first row that has these.
    """

    start: Any
    length: Any
    anchor: Values | None = None
    backwards: bool = False
    within: Values = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page, how to write it, and the values of its parameters."""

    kind: tuple[Hashable, ...]
    build: Callable[[], Any]
    parameters: dict[str, Any]


def plain_page(
    source: Source, where: Any, keys: Sequence[SortKey], start: Any, length: Any
) -> sa.Subquery:
    """Return a page as a subquery: a mark, the shown values `v0`... and the sort keys `k0`..."""
    sorted_by = [key.expression.label(f"k{n}") for n, key in enumerate(keys)]
    rows = source.rows(_present(), *_shown(source), *sorted_by)
    if where is not None:
        rows = rows.where(where)
    ordered = rows.order_by(*(key.placed(key.expression) for key in keys))
    return ordered.limit(length).offset(start).subquery(part_name("page"))


def wide_rows(source: Source, narrow: Any, keys: int) -> sa.Subquery:
    """Return the full rows of a narrow page, in the shape of `plain_page`."""
    match = sa.and_(*(own == narrow.c[f"p{n}"] for n, own in enumerate(source.key)))
    shown = _shown(source)
    tree = joins.pruned(source.from_clause, joins.mentioned(*shown))
    rows = sa.select(_present(), *shown, *(narrow.c[f"k{n}"] for n in range(keys)))
    return rows.select_from(joins.grafted(tree, narrow, match)).subquery(part_name("page"))


def _present() -> Any:
    return sa.literal(1, sa.Integer()).label("present")


def _shown(source: Source) -> list[Any]:
    return [column.sqla_expr.label(f"v{n}") for n, column in enumerate(source.columns)]


def narrow_rows(source: Source, where: Any, keys: Sequence[SortKey]) -> sa.Select[Any]:
    """Select the keys `p0`... of the matching rows and what orders them, `k0`..., unordered."""
    found = [own.label(f"p{n}") for n, own in enumerate(source.key)]
    found += [key.expression.label(f"k{n}") for n, key in enumerate(keys)]
    return source.over(*found, where=where)


def narrow_page(source: Source, where: Any, keys: Sequence[SortKey], window: Window) -> sa.Subquery:
    """Return a page's keys as a subquery.

    Where a database puts the NULLs of the first key elsewhere than asked, or an outer join makes
    them, rows with and without a value are two legs, one after the other: an index can serve each.
    """
    if window.backwards:
        keys = [key.reversed() for key in keys]
    rows, keys = within(narrow_rows(source, where, keys), keys, window.within)
    first = keys[0]
    if in_one_leg(first, source):
        return _cut(rows, keys, window).subquery(part_name("narrow"))
    value = first.ordered(first.expression)  # as an index may have it
    with_value = _Leg(value.is_not(None), (replace(first, nulls=None), *keys[1:]), 0)
    without = _Leg(value.is_(None), tuple(keys[1:]), 1)
    legs = (with_value, without) if first.nulls == "last" else (without, with_value)
    return _in_legs(rows, legs, window)


def beside(known: Any, page: Any, keys: Sequence[SortKey], width: int) -> sa.Select[Any]:
    """Return a page's rows, in order, on the right of what is known, which comes without rows too.

    `width` is the number of shown columns.
    """
    shown = [page.c[f"v{n}"] for n in range(width)]
    order = [key.placed(page.c[f"k{n}"]) for n, key in enumerate(keys)]
    rows = sa.select(*known.c, page.c.present, *shown)
    return rows.select_from(known.outerjoin(page, sa.true())).order_by(*order)


def within(
    rows: sa.Select[Any], keys: Sequence[SortKey], values: Values
) -> tuple[sa.Select[Any], Sequence[SortKey]]:
    """Return the rows that have these values of the first keys, and the keys that order them."""
    same = (key.same(value) for key, value in zip(keys, values, strict=False))
    return rows.where(*same), keys[len(values) :]


def in_one_leg(first: SortKey, source: Source) -> bool:
    """Return whether an index can have the rows without a value where they are to stand."""
    return first.nulls is None or (first.native and not source.is_optional(first.expression))


def leading(rows: sa.Select[Any], keys: Sequence[SortKey], source: Source) -> sa.Select[Any]:
    """Return rows in order; of two legs, those that have a value of the first key."""
    first, *others = keys
    if not in_one_leg(first, source):
        rows = rows.where(first.ordered(first.expression).is_not(None))
        first = replace(first, nulls=None)
    return rows.order_by(*(key.placed(key.expression) for key in (first, *others)))


@dataclass(frozen=True, slots=True)
class _Leg:
    """A part of the order: its rows, the keys that order them, how many leading keys it lacks."""

    condition: Any
    keys: tuple[SortKey, ...]
    lacks: int


def _in_legs(rows: sa.Select[Any], legs: tuple[_Leg, _Leg], window: Window) -> sa.Subquery:
    one, two = legs
    if window.anchor is not None and (window.anchor[0] is None) == bool(two.lacks):
        anchor = window.anchor[two.lacks :]
        here = replace(window, anchor=anchor)
        return _cut(rows.where(two.condition), two.keys, here).subquery(part_name("narrow"))
    here = replace(window, anchor=window.anchor and window.anchor[one.lacks :])
    before = rows.where(one.condition)
    head = _cut(before, one.keys, here).cte(part_name("head"))
    got = sa.select(sa.func.count()).select_from(head).scalar_subquery()
    skipped = sa.select(sa.func.count()).select_from(
        _sought(before, one.keys, here).subquery(part_name("before"))
    )
    reached = sa.or_(got > 0, here.length == 0)  # no rows start nowhere, least below zero
    start = sa.case((reached, 0), else_=here.start - skipped.scalar_subquery())
    tail = rows.where(two.condition).order_by(*(key.placed(key.expression) for key in two.keys))
    rest = tail.limit(here.length - got).offset(start).subquery(part_name("tail"))
    return sa.union_all(sa.select(head), sa.select(rest)).subquery(part_name("narrow"))


def _cut(rows: sa.Select[Any], keys: Sequence[SortKey], window: Window) -> sa.Select[Any]:
    ordered = _sought(rows, keys, window).order_by(*(key.placed(key.expression) for key in keys))
    return ordered.limit(window.length).offset(window.start)


def _sought(rows: sa.Select[Any], keys: Sequence[SortKey], window: Window) -> sa.Select[Any]:
    """Leave out the rows before the anchor."""
    if not window.anchor:
        return rows
    first, value = keys[0], window.anchor[0]
    if value is not None and first.nulls is None:
        rows = rows.where(first.beyond(value, or_same=True))  # where an index scan begins
    return rows.where(_from(keys, window.anchor))


def _from(keys: Sequence[SortKey], values: Values) -> Any:
    """Return the condition that a row stands at the anchor or after it."""
    if not values:
        return sa.true()
    beyond = keys[0].beyond(values[0])
    return sa.or_(beyond, sa.and_(keys[0].same(values[0]), _from(keys[1:], values[1:])))
