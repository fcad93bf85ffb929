"""Queries over a schema: sources, joined in every way, then restricted, grouped, cut, ordered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.serverside.shapes import kinds
from tests.serverside.shapes.schemas import Schema
from tests.serverside.shapes.shape import Cell, Joined, Own, Shape
from tests.serverside.shapes.sources import sources

Extra = st.sampled_from([True, False, False, False])


@st.composite
def shapes(draw: st.DrawFn, schema: Schema, depth: int = 1) -> Shape:
    """Give a query of up to three sources."""
    first = draw(sources(schema, depth, shapes))
    shape = Shape(first.target, cells=first.cells, tags=first.tags)
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2]))):
        shape = draw(_joined(schema, shape, depth))
    if draw(Extra):
        shape = replace(shape, where=(draw(_condition(shape.cells)),))
    for step in draw(st.sampled_from(STEPS)):
        shape = draw(step(shape))
    return shape


@st.composite
def _joined(draw: st.DrawFn, schema: Schema, shape: Shape, depth: int) -> Shape:
    source = draw(sources(schema, depth, shapes))
    taken = [_called(shape.main), *(_called(one.target) for one in shape.joins)]
    if _called(source.target) in taken:
        return shape  # the same table twice needs an alias, which another draw gives
    pairs = _pairs(shape.cells, source.cells)
    linked = [pair for pair in pairs if _is_linked(*pair)]
    if not pairs:
        return shape
    mine, other = draw(st.sampled_from(linked or pairs))
    condition = mine.expression == other.expression
    if draw(st.sampled_from([False] * 7 + [True])):
        condition = condition & draw(_condition(source.cells))
    outer = draw(st.booleans())
    joined = Joined(source.target, condition, outer)
    tags = source.tags | {"join", "outer" if outer else "inner"}
    return replace(
        shape,
        joins=(*shape.joins, joined),
        cells=shape.cells + source.cells,
        tags=shape.tags | tags | ({"linked"} if linked else {"unlinked"}),
    )


def _called(target: Any) -> Any:
    """Name a source; without a name it is itself."""
    selectable = sa.inspect(target).selectable
    name = getattr(selectable, "name", None)
    return name.casefold() if isinstance(name, str) and "%(" not in name else selectable


def _pairs(mine: Sequence[Cell], others: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    return [
        (one, other)
        for one in mine
        for other in others
        if one.kind is other.kind and one.plain and other.plain and one.kind.compared
    ]


def _is_linked(one: Cell, other: Cell) -> bool:
    return (one.refers is not None and one.refers is other.origin) or (
        other.refers is not None and other.refers is one.origin
    )


@st.composite
def _condition(draw: st.DrawFn, cells: Sequence[Cell]) -> Any:
    """Give a condition on one cell."""
    cell = draw(st.sampled_from([cell for cell in cells if cell.plain]))
    wanted = sa.literal(draw(st.sampled_from(cell.kind.values)), cell.kind.type())
    tests = {
        "=": lambda: cell.expression == wanted,
        "!=": lambda: cell.expression != wanted,
        "null": lambda: cell.expression.is_(None),
        "not null": lambda: cell.expression.is_not(None),
    }
    return tests[draw(st.sampled_from(["!=", "!=", "!=", "not null", "not null", "null", "="]))]()


@st.composite
def _grouped(draw: st.DrawFn, shape: Shape) -> Shape:
    plain = [cell for cell in shape.cells if cell.plain and cell.kind.compared]
    by = draw(st.lists(st.sampled_from(plain), min_size=1, max_size=3, unique_by=id))
    counted = Cell(sa.func.count(), kinds.INTEGER, plain=False)
    found = [*by, counted]
    for cell in draw(st.lists(st.sampled_from(plain), max_size=2, unique_by=id)):
        found += _aggregates(cell)[:1]
    having = (sa.func.count() > 1,) if draw(st.booleans()) else ()
    return replace(
        shape, group=tuple(cell.expression for cell in by), having=having, cells=tuple(found)
    ).tagged("group by")


def _aggregates(cell: Cell) -> list[Cell]:
    if cell.kind in (kinds.BOOLEAN,):
        return [Cell(sa.func.count(cell.expression), kinds.INTEGER, plain=False)]
    if cell.kind is kinds.INTEGER:
        return [Cell(sa.func.sum(cell.expression), kinds.INTEGER, plain=False)]
    return [Cell(sa.func.max(cell.expression), cell.kind, plain=False)]


@st.composite
def _windowed(draw: st.DrawFn, shape: Shape) -> Shape:
    plain = [cell for cell in shape.cells if cell.plain and cell.kind.compared]
    by = draw(st.sampled_from(plain)).expression
    made = draw(
        st.sampled_from(
            [
                sa.func.rank().over(order_by=by.desc()),
                sa.func.count().over(partition_by=by),
                sa.func.dense_rank().over(order_by=by),
                sa.func.row_number().over(order_by=[cell.expression for cell in plain]),
            ]
        )
    )
    cell = Cell(made, kinds.INTEGER, plain=False)
    return replace(shape, cells=(*shape.cells, cell)).tagged("window")


def _distinct(shape: Shape) -> st.SearchStrategy[Shape]:
    cells = tuple(cell for cell in shape.cells if cell.kind.compared)
    return st.just(replace(shape, distinct=True, cells=cells).tagged("distinct"))


@st.composite
def _cut(draw: st.DrawFn, shape: Shape) -> Shape:
    """Cut after a full order, without which no two statements need find the same rows."""
    order = tuple(Own(cell) for cell in shape.cells if cell.kind.compared)
    first = replace(draw(st.sampled_from(order)), descending=draw(st.booleans()))
    order = (first, *(own for own in order if own.cell is not first.cell))
    limit = draw(st.sampled_from([3, 7, 12, 30, 0]))
    offset = draw(st.sampled_from([None, None, 1, 3]))
    return replace(shape, order=order, limit=limit, offset=offset).tagged("limit")


STEPS: tuple[tuple[Any, ...], ...] = (
    *[()] * 5, (_grouped,), (_windowed,), (_distinct,), (_cut,), (_windowed, _cut), (_grouped, _cut),
)  # fmt: skip
