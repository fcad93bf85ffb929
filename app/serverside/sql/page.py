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
from .count import Count
from .order import SortKey
from .source import Source

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The rows `start` to `start + length` from the order's beginning, or from an anchor on."""

    start: Any
    length: Any
    anchor: Values | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class LookupPage:
    """A page cut from all matches, their number, and counts that must stay within a bound."""

    page: Any
    count: Any
    bounds: list[Count]


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
    first = keys[0]
    if first.nulls is None or (first.native and not source.is_optional(first.expression)):
        rows = narrow_rows(source, where, keys)
        return _cut(rows, keys, window).subquery(part_name("narrow"))
    value = first.ordered(first.expression)  # as an index may have it
    with_value = _Leg(value.is_not(None), (replace(first, nulls=None), *keys[1:]), 0)
    without = _Leg(value.is_(None), tuple(keys[1:]), 1)
    legs = (with_value, without) if first.nulls == "last" else (without, with_value)
    return _in_legs(narrow_rows(source, where, keys), legs, window)


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
    head, got = _head(before, one.keys, here)
    skipped = sa.select(sa.func.count()).select_from(
        _sought(before, one.keys, here).subquery(part_name("before"))
    )
    reached = sa.or_(got > 0, here.length == 0)  # no rows start nowhere, least below zero
    start = sa.case((reached, 0), else_=here.start - skipped.scalar_subquery())
    rest = _limited(rows.where(two.condition), two.keys, start, here.length - got)
    return sa.union_all(sa.select(head), sa.select(rest)).subquery(part_name("narrow"))


def _head(rows: sa.Select[Any], keys: Sequence[SortKey], window: Window) -> tuple[Any, Any]:
    """Return the rows of a window, and their number; it takes no order to count them once more."""
    head: Any
    counted: Any
    cut = _cut(rows, keys, window)
    if keys[0].dialect.reads_once:
        head = counted = cut.cte(part_name("head"))
    else:
        head = cut.subquery(part_name("head"))
        counted = _sought(rows, keys, window).limit(window.length).offset(window.start)
        counted = counted.subquery(part_name("counted"))
    return head, sa.select(sa.func.count()).select_from(counted).scalar_subquery()


def _limited(rows: sa.Select[Any], keys: Sequence[SortKey], start: Any, length: Any) -> Any:
    """Return as many of the rows as only the statement itself finds out."""
    order = [key.placed(key.expression) for key in keys]
    if not keys[0].dialect.limits_by_number:
        return rows.order_by(*order).limit(length).offset(start).subquery(part_name("tail"))
    number = sa.func.row_number().over(order_by=order).label("number")
    numbered = rows.where(length > 0).add_columns(number).subquery(part_name("numbered"))
    *own, place = numbered.c
    some = sa.select(*own).where(place > start, place <= start + length)
    return some.subquery(part_name("tail"))


def _cut(rows: sa.Select[Any], keys: Sequence[SortKey], window: Window) -> sa.Select[Any]:
    ordered = _sought(rows, keys, window).order_by(*(key.placed(key.expression) for key in keys))
    return ordered.limit(window.length).offset(window.start)


def _sought(rows: sa.Select[Any], keys: Sequence[SortKey], window: Window) -> sa.Select[Any]:
    """Leave out the rows before the anchor."""
    if window.anchor is None:
        return rows
    first, value = keys[0], window.anchor[0]
    if value is not None and first.nulls is None:
        rows = rows.where(first.beyond(value, or_same=True))  # where an index scan begins
    return rows.where(_from(keys, window.anchor))


def _from(keys: Sequence[SortKey], values: Values) -> Any:
    """Return the condition that a row stands at the anchor or after it."""
    if not keys:
        return sa.true()
    beyond = keys[0].beyond(values[0])
    return sa.or_(beyond, sa.and_(keys[0].same(values[0]), _from(keys[1:], values[1:])))


def numbered_anchors(rows: sa.Select[Any], keys: Sequence[SortKey], step: int) -> sa.Select[Any]:
    """Return the sort keys of every so many rows: the rows are read and numbered once."""
    number = sa.func.row_number().over(order_by=[key.placed(key.expression) for key in keys])
    raw = [key.raw.label(f"k{n}") for n, key in enumerate(keys)]
    numbered = rows.with_only_columns(*raw, number.label("number")).subquery(part_name("numbered"))
    return sa.select(*numbered.c).where((numbered.c.number - 1) % step == 0)


def stepped_anchors(rows: sa.Select[Any], key: SortKey, step: int) -> sa.Select[Any]:
    """Return the same for an order by one unique key, whose index is walked and nothing kept."""
    some = rows.with_only_columns(key.raw).order_by(key.placed(key.expression)).limit(1)
    first = sa.select(some.scalar_subquery().label("k0"), sa.literal(0).label("number"))
    steps: sa.CTE = first.cte(part_name("steps"), recursive=True)
    further = some.where(key.beyond(steps.c.k0)).offset(step - 1).correlate(steps)
    following = sa.select(further.scalar_subquery(), steps.c.number + 1)
    steps = steps.union_all(following.where(steps.c.k0.is_not(None)))
    return sa.select(*steps.c).where(steps.c.k0.is_not(None))
