"""A column's distinct values read along its index: from each value to the next greater one.

DISTINCT reads every row; this reads a few for each value, or one table's index and one row for each
value where a database can't step. It gives the same: the values, and NULL,
that rows of the source have. Where that can't be told soon, the same statement asks for DISTINCT.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import sqlalchemy as sa

from ..cache import cache_of
from ..dialects.applied import applied, argument_of
from ..dialects.base import Dialect
from ..naming import part_name
from . import joins
from .join_path import JoinPath, another, is_open, join_path_to, twin, unserved
from .source import Source

LOOKS = 100  # rows of a value that are looked at for one in the source
HIDDEN, FOUND, NONE = range(3)

_BYTES = 30_000  # of a select; writing one takes longer than running it


def stepped(
    expression: Any, source: Source, dialect: Dialect, connection: sa.Connection, most: int
) -> sa.Select[Any] | None:
    """Return the select of an expression's distinct values; if they are more than `most`, of some.

    None where they can't be stepped to.
    """
    path = join_path_to(argument_of(expression), source)
    if path is None:
        return None
    if not path.is_boolean and unserved(path, dialect, connection) is not None:
        return None
    cache, key = cache_of(connection), ("loose scan", source.identity, path.column, most)
    found: sa.Select[Any] | None = cache.get(key)
    if found is None or source.identity is None:
        if path.is_boolean:
            found = _truths(path, source)
        elif dialect.steps:
            found = _values(path, source, dialect, most)
        else:
            found = _looked_for(path, source, expression)
        cache.put(key, found, _BYTES)
    return found


def _truths(path: JoinPath, source: Source) -> sa.Select[Any]:
    """Look for each value of a boolean; the first row that has it is enough."""
    legs = (
        sa.select(value.label("value")).where(_some(source, path.column == value))
        for value in (sa.false(), sa.true())
    )
    return _united(legs, _null(path, source))


def _values(path: JoinPath, source: Source, dialect: Dialect, most: int) -> sa.Select[Any]:
    """Step from value to value; where the source may lack some, look for each until one is hidden.

    Then, and where no step is left, only reading all rows tells.
    """
    if not path.links and is_open(path, source):
        steps = _steps(path, dialect, most, lambda value: 1)
        return _united(
            [sa.select(steps.c.value).where(steps.c.value.is_not(None))], _null(path, source)
        )
    steps = _steps(path, dialect, most, lambda value: _look(path, source, dialect, value))
    sure = _sure(steps, most)
    met = _first_met(path, source, _rows(path, dialect, steps.c.value)).label("value")
    some = sa.select(met).where(steps.c.look == FOUND, sure == 1)
    distinct = source.over(path.column.label("value")).distinct()
    every = distinct.limit(sa.case((sure == 1, 0), else_=most)).subquery(part_name("every"))
    return _united([some], _null(path, source, (sure == 0, 0)), [sa.select(every.c.value)])


def _looked_for(path: JoinPath, source: Source, expression: Any) -> sa.Select[Any]:
    """Read the values of the column's own table, and look for each in the source.

    The value as the column compares it finds rows by the index; as it is shown, those that have it.
    """
    values = _own_values(path, expression).subquery(part_name("values"))
    exact = applied(expression, path.column) == values.c.value
    met = sa.select(values.c.value).where(_some(source, path.column == values.c.own, exact))
    return _united([met], _null(path, source))


def _own_values(path: JoinPath, expression: Any) -> Any:
    """Return each value that the column's table has, as it is shown and as the column compares it.

    An index gives one value of those that the column takes for equal; then others are looked for.
    """
    column = twin(path.column)
    alike = sa.select(column.label("own")).where(column.is_not(None)).distinct()
    one, first = alike.subquery(part_name("alike")), alike.subquery(part_name("alike"))
    each = sa.select(applied(expression, one.c.own).label("value"), one.c.own)
    other = twin(path.column)
    shown = applied(expression, other)
    if shown is other:
        return each
    others = sa.select(shown, other).where(
        other == first.c.own, shown != applied(expression, first.c.own)
    )
    return sa.union(each, others)


def _steps(path: JoinPath, dialect: Dialect, most: int, look: Callable[[Any], Any]) -> sa.CTE:
    """Return the values in their order, none at first, with the one ahead and what a look says."""
    low, high = twin(path.column), twin(path.column)
    first = sa.select(low).where(low.is_not(None)).order_by(low).limit(1).scalar_subquery()
    begin = sa.select(
        _nothing(path).label("value"),
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


def _look(path: JoinPath, source: Source, dialect: Dialect, value: Any) -> Any:
    """Look at a few rows of a value; it is hidden if none is in the source but another may be."""
    met = _first_met(path, source, _rows(path, dialect, value))
    rows = sa.select(sa.func.count()).select_from(_rows(path, dialect, value)).scalar_subquery()
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


def _rows(path: JoinPath, dialect: Dialect, value: Any) -> Any:
    """Return the first rows that have a value, with the keys of the main table's rows, if any."""
    tree = near = another(path.column.table)
    own = near.c[path.column.key]
    for link in reversed(path.links):
        far = another(link.foreign.table)
        tree = sa.outerjoin(tree, far, far.c[link.foreign.key] == near.c[link.primary.key])
        near = far
    keys = (key.label(f"key{number}") for number, key in enumerate(near.primary_key))
    rows = sa.select(own.label("value"), *keys).select_from(tree)
    rows = rows.where(dialect.raw(own) == dialect.raw(value))
    return rows.limit(LOOKS).correlate(value.table).subquery(part_name("rows"))


def _first_met(path: JoinPath, source: Source, rows: Any) -> Any:
    """Return the value of the first of these rows that the source has."""
    first = sa.select(rows.c.value).limit(1)
    if is_open(path, source):
        return first.where(rows.c.key0.is_not(None)).scalar_subquery()
    keys = enumerate(joins.main(source.from_clause).primary_key)
    same = (key == rows.c[f"key{number}"] for number, key in keys)
    return first.where(_some(source, *same)).scalar_subquery()


def _null(path: JoinPath, source: Source, *before: tuple[Any, int]) -> Iterator[sa.Select[Any]]:
    """Look for a row without the value; CASE looks no further than it has to."""
    tests = [(test, 1) for test in _nulls(path, source)]
    if tests:
        yield sa.select(_nothing(path).label("value")).where(sa.case(*before, *tests, else_=0) == 1)


def _nothing(path: JoinPath) -> Any:
    """Return NULL of the type and the collation that the database's column has."""
    return sa.select(twin(path.column)).where(sa.false()).scalar_subquery()


def _nulls(path: JoinPath, source: Source) -> Iterator[Any]:
    """Yield the paths in which a row can be without the value, those first that an index finds.

    Joins are demanded once more: a planner that thinks such rows rare would else hash all rows.
    """
    joined: list[Any] = []
    for link in path.links:
        if link.table in source.optional and link.foreign.nullable:
            yield _some(source, link.foreign.is_(None), *joined)
        joined.append(link.primary == link.foreign)
    if path.column.nullable:
        yield _some(source, path.column.is_(None), *joined)
    if path.column.table in source.optional:
        yield _some(source, path.links[-1].primary.is_(None))  # a reference may lead nowhere


def _some(source: Source, *tests: Any) -> Any:
    """Test whether the source has a row that passes."""
    return source.over(sa.literal(1, sa.Integer()), where=sa.and_(*tests)).exists()


def _united(*parts: Iterable[sa.Select[Any]]) -> sa.Select[Any]:
    """Return the values of several selects as one select."""
    return sa.select(sa.union_all(*chain(*parts)).subquery(part_name("values")).c.value)
