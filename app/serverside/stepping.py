"""A column's distinct values read along its index: from each value to the next greater one.

DISTINCT reads every row; this reads a few for each value. It gives the same: the values, and NULL,
that rows of the scope have. Where that can't be told soon, the same statement asks for DISTINCT.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from threading import Lock
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache

from . import joins
from .dialects.default import Dialect
from .memory import Key
from .naming import part_name
from .scope import Scope
from .ways import Way, another, is_open, twin, unserved, way_to

LOOKS = 100  # rows of a value that are looked at for one in the scope
HIDDEN, FOUND, NONE = range(3)

_written: LRUCache[Key, sa.Select[Any]] = LRUCache(256)  # writing one takes longer than running it
_lock = Lock()


def stepped(
    expression: Any, scope: Scope, dialect: Dialect, connection: sa.Connection, most: int
) -> sa.Select[Any] | None:
    """Return the select of an expression's distinct values; if they are more than `most`, of some.

    None where they can't be stepped to.
    """
    way = way_to(expression, scope) if dialect.steps else None
    if way is None:
        return None
    if not way.is_boolean and unserved(way, dialect, connection) is not None:
        return None
    key = (scope.identity, way.column, dialect, most)
    with _lock:
        found = _written.get(key)
    if found is None:
        found = _truths(way, scope) if way.is_boolean else _values(way, scope, dialect, most)
        if scope.identity is not None:
            with _lock:
                _written[key] = found
    return found


def _truths(way: Way, scope: Scope) -> sa.Select[Any]:
    """Look for each value of a boolean; the first row that has it is enough."""
    legs = (
        sa.select(value.label("value")).where(_some(scope, way.column == value))
        for value in (sa.false(), sa.true())
    )
    return _united(legs, _null(way, scope))


def _values(way: Way, scope: Scope, dialect: Dialect, most: int) -> sa.Select[Any]:
    """Step from value to value; where the scope may lack some, look for each until one is hidden.

    Then, and where no step is left, only reading all rows tells.
    """
    if not way.links and is_open(way, scope):
        steps = _steps(way, dialect, most, lambda value: 1)
        return _united(
            [sa.select(steps.c.value).where(steps.c.value.is_not(None))], _null(way, scope)
        )
    steps = _steps(way, dialect, most, lambda value: _look(way, scope, dialect, value))
    sure = _sure(steps, most)
    met = _first_met(way, scope, _rows(way, dialect, steps.c.value)).label("value")
    some = sa.select(met).where(steps.c.look == FOUND, sure == 1)
    distinct = scope.over(way.column.label("value")).distinct()
    every = distinct.limit(sa.case((sure == 1, 0), else_=most)).subquery(part_name("every"))
    return _united([some], _null(way, scope, (sure == 0, 0)), [sa.select(every.c.value)])


def _steps(way: Way, dialect: Dialect, most: int, look: Callable[[Any], Any]) -> sa.CTE:
    """Return the values in their order, none at first, with the one ahead and what a look says."""
    low, high = twin(way.column), twin(way.column)
    first = sa.select(low).where(low.is_not(None)).order_by(low).limit(1).scalar_subquery()
    begin = sa.select(
        _nothing(way).label("value"),
        first.label("ahead"),
        sa.literal(NONE, sa.Integer()).label("look"),
        sa.literal(0, sa.Integer()).label("number"),
    )
    steps: sa.CTE = begin.cte(part_name("steps"), recursive=True)
    value = steps.c.ahead
    greater = dialect.raw(high) > dialect.raw(value)
    following = sa.select(high).where(greater).order_by(high).limit(1).correlate(steps)
    further = sa.select(value, following.scalar_subquery(), look(value), steps.c.number + 1)
    going_on = value.is_not(None), steps.c.look != HIDDEN, steps.c.number < most
    return steps.union_all(further.where(*going_on))


def _look(way: Way, scope: Scope, dialect: Dialect, value: Any) -> Any:
    """Look at a few rows of a value; it is hidden if none is in the scope but another may be."""
    met = _first_met(way, scope, _rows(way, dialect, value))
    rows = sa.select(sa.func.count()).select_from(_rows(way, dialect, value)).scalar_subquery()
    return sa.case((met.is_not(None), FOUND), (rows == LOOKS, HIDDEN), else_=NONE)


def _sure(steps: sa.CTE, most: int) -> Any:
    """Return 1 if no value can have been missed, else 0."""
    found = sa.func.sum(sa.case((steps.c.look == FOUND, 1), else_=0))
    at_end = sa.func.count(steps.c.ahead) < sa.func.count()
    sure = sa.case(
        (sa.func.min(steps.c.look) == HIDDEN, 0), (at_end, 1), (found == most, 1), else_=0
    )
    told = sa.select(sure.label("sure")).select_from(steps).cte(part_name("sure"))
    return sa.select(told.c.sure).scalar_subquery()


def _rows(way: Way, dialect: Dialect, value: Any) -> Any:
    """Return the first rows that have a value, with the keys of the main table's rows, if any."""
    tree = near = another(way.column.table)
    own = near.c[way.column.key]
    for link in reversed(way.links):
        far = another(link.foreign.table)
        tree = sa.outerjoin(tree, far, far.c[link.foreign.key] == near.c[link.primary.key])
        near = far
    keys = (key.label(f"key{number}") for number, key in enumerate(near.primary_key))
    rows = sa.select(own.label("value"), *keys).select_from(tree)
    rows = rows.where(dialect.raw(own) == dialect.raw(value))
    return rows.limit(LOOKS).correlate(value.table).subquery(part_name("rows"))


def _first_met(way: Way, scope: Scope, rows: Any) -> Any:
    """Return the value of the first of these rows that the scope has."""
    first = sa.select(rows.c.value).limit(1)
    if is_open(way, scope):
        return first.where(rows.c.key0.is_not(None)).scalar_subquery()
    keys = enumerate(joins.main(scope.source).primary_key)
    same = (key == rows.c[f"key{number}"] for number, key in keys)
    return first.where(_some(scope, *same)).scalar_subquery()


def _null(way: Way, scope: Scope, *before: tuple[Any, int]) -> Iterator[sa.Select[Any]]:
    """Look for a row without the value; CASE looks no further than it has to."""
    tests = [(test, 1) for test in _nulls(way, scope)]
    if tests:
        yield sa.select(_nothing(way).label("value")).where(sa.case(*before, *tests, else_=0) == 1)


def _nothing(way: Way) -> Any:
    """Return NULL of the type and the collation that the database's column has."""
    return sa.select(twin(way.column)).where(sa.false()).scalar_subquery()


def _nulls(way: Way, scope: Scope) -> Iterator[Any]:
    """Yield the ways in which a row can be without the value, those first that an index finds.

    Joins are demanded once more: a planner that thinks such rows rare would else hash all rows.
    """
    joined: list[Any] = []
    for link in way.links:
        if link.table in scope.optional and link.foreign.nullable:
            yield _some(scope, link.foreign.is_(None), *joined)
        joined.append(link.primary == link.foreign)
    if way.column.nullable:
        yield _some(scope, way.column.is_(None), *joined)
    if way.column.table in scope.optional:
        yield _some(scope, way.links[-1].primary.is_(None))  # a reference may lead nowhere


def _some(scope: Scope, *tests: Any) -> Any:
    """Test whether the scope has a row that passes."""
    return scope.over(sa.literal(1, sa.Integer()), where=sa.and_(*tests)).exists()


def _united(*parts: Iterable[sa.Select[Any]]) -> sa.Select[Any]:
    """Return the values of several selects as one select."""
    return sa.select(sa.union_all(*chain(*parts)).subquery(part_name("values")).c.value)
