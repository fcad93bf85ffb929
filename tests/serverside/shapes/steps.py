"""What makes other rows of a query's rows: GROUP BY, windows, DISTINCT, LIMIT."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.serverside.shapes import kinds
from tests.serverside.shapes.shape import Cell, Own, Shape


def _is_grouped(cell: Cell) -> bool:
    return cell.kind.compared and cell.kind.joined


@st.composite
def _grouped(draw: st.DrawFn, shape: Shape) -> Shape:
    plain = [cell for cell in shape.cells if cell.plain and _is_grouped(cell)]
    if not plain:
        return shape
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
    if cell.kind is kinds.INTEGER:
        return [Cell(sa.func.sum(cell.expression), kinds.INTEGER, plain=False)]
    if cell.kind in (kinds.TEXT, kinds.DATE, kinds.NUMBER, kinds.MOMENT):
        return [Cell(sa.func.max(cell.expression), cell.kind, plain=False)]
    return [Cell(sa.func.count(cell.expression), kinds.INTEGER, plain=False)]


@st.composite
def _windowed(draw: st.DrawFn, shape: Shape) -> Shape:
    plain = [cell for cell in shape.cells if cell.plain and _is_grouped(cell)]
    if not plain:
        return shape
    maxed = (kinds.INTEGER, kinds.TEXT, kinds.DATE)
    plain = [cell for cell in plain if cell.kind in maxed] or plain
    cell_by = draw(st.sampled_from(plain))
    by = cell_by.expression
    made = draw(
        st.sampled_from(
            [
                (sa.func.rank(type_=sa.Integer()).over(order_by=by.desc()), kinds.INTEGER),
                (sa.func.rank().over(order_by=by.desc()), kinds.UNTYPED),
                (sa.func.count().over(partition_by=by), kinds.INTEGER),
                (sa.func.dense_rank().over(order_by=by), kinds.UNTYPED),
                *([(sa.func.max(by).over(), cell_by.kind)] if cell_by.kind in maxed else []),
            ]
        )
    )
    kind = made[1]
    cell = Cell(made[0], kind, plain=False)
    tags = ["window"] + ["untyped"] * (kind is kinds.UNTYPED)
    return replace(shape, cells=(*shape.cells, cell)).tagged(*tags)


def _distinct(shape: Shape) -> st.SearchStrategy[Shape]:
    cells = tuple(cell for cell in shape.cells if _is_grouped(cell))
    if not cells:
        return st.just(shape)
    return st.just(replace(shape, distinct=True, cells=cells).tagged("distinct"))


@st.composite
def _distinct_on(draw: st.DrawFn, shape: Shape) -> Shape:
    """Keep one row for each value of a cell, the first in a full order."""
    cells = [cell for cell in shape.cells if cell.kind.compared]
    first = draw(st.sampled_from(cells))
    order = [Own(first, draw(st.booleans())), *(Own(cell) for cell in cells if cell is not first)]
    return replace(shape, distinct=(first.expression,), order=tuple(order)).tagged("distinct on")


@st.composite
def cut(draw: st.DrawFn, shape: Shape, cells: Sequence[Cell] = ()) -> Shape:
    """Cut after a full order, without which no two statements need find the same rows."""
    order = tuple(dict.fromkeys(cells or shape.cells))
    if not order or not all(cell.kind.compared for cell in order):
        return shape
    first = Own(draw(st.sampled_from(order)), descending=draw(st.booleans()))
    rest = (Own(cell) for cell in order if cell is not first.cell)
    limit = draw(st.sampled_from([3, 7, 12, 30, 0]))
    offset = draw(st.sampled_from([None, None, 1, 3]))
    return replace(shape, order=(first, *rest), limit=limit, offset=offset).tagged("limit")


STEPS: tuple[tuple[Any, ...], ...] = (
    *[()] * 6, (_grouped,), (_windowed,), (_distinct,), (cut,), (_windowed, cut), (_grouped, cut),
    (_distinct_on,),
)  # fmt: skip
