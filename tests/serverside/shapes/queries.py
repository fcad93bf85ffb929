"""Queries over a schema: sources, joined in every way, then restricted, grouped, cut, ordered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import Join as JoinClause

from tests.serverside.shapes import kinds
from tests.serverside.shapes.expressions import counted, of_cell
from tests.serverside.shapes.shape import Cell, Joined, Own, Shape, Source
from tests.serverside.shapes.sources import of_model, sources
from tests.serverside.shapes.tables import Schema

Rarely = st.sampled_from([False] * 7 + [True])
Extra = st.sampled_from([False, False, False, True])


@st.composite
def shapes(draw: st.DrawFn, schema: Schema, depth: int = 1) -> Shape:
    """Give a query of up to three sources."""
    first = draw(sources(schema, depth, shapes))
    shape = Shape(first.target, cells=first.cells, tags=first.tags)
    last = first
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2]))):
        shape, last = draw(_joined(schema, shape, last, depth))
    shape = draw(_styled(shape))
    if draw(Extra):
        shape = replace(shape, where=(draw(condition(shape.cells)),)).tagged("where")
    shape = draw(_extended(schema, shape))
    for step in draw(st.sampled_from(STEPS)):
        shape = draw(step(shape))
    return shape


@st.composite
def _joined(
    draw: st.DrawFn, schema: Schema, shape: Shape, last: Source, depth: int
) -> tuple[Shape, Source]:
    if last.model is not None and last.model.through and draw(st.booleans()):
        return draw(_through(shape, last))
    source = draw(sources(schema, depth, shapes))
    if _tables(source.target) & set[Any]().union(*map(_tables, shape.targets)):
        return shape, last  # the same table twice needs an alias, which another draw gives
    joined = draw(_on(shape, source))
    return (shape, last) if joined is None else (_with(shape, source, joined), source)


def _with(shape: Shape, source: Source, joined: Joined) -> Shape:
    way = "full" if joined.full else "outer" if joined.outer else "inner"
    return replace(
        shape,
        joins=(*shape.joins, joined),
        cells=shape.cells + source.cells,
        tags=shape.tags | source.tags | {"join", way},
    )


@st.composite
def _through(draw: st.DrawFn, shape: Shape, last: Source) -> tuple[Shape, Source]:
    """Join by a relationship that has an association table."""
    way = draw(st.sampled_from(last.model.through))
    source = of_model(way.to, alias=True)
    relation = getattr(last.target, way.key).of_type(source.target)
    joined = Joined(relation, outer=draw(st.booleans()))
    return _with(shape, source, joined).tagged("secondary"), source


@st.composite
def _on(draw: st.DrawFn, shape: Shape, source: Source) -> Joined | None:
    """Say how a source is joined; None where nothing can be compared."""
    pairs = _pairs(shape.cells, source.cells)
    linked = [pair for pair in pairs if _is_linked(*pair)]
    if not pairs:
        return None
    mine, other = draw(st.sampled_from(linked or pairs))
    way = draw(st.sampled_from(["inner"] * 5 + ["outer"] * 5 + ["full"]))
    entity = getattr(getattr(mine.relation, "property", None), "entity", None)
    if entity is not None and source.model and entity.class_ is source.model.entity:
        return Joined(mine.relation.of_type(source.target), None, way == "outer")
    test = mine.expression == other.expression
    if way != "full" and draw(Rarely):
        test &= draw(condition(source.cells))
    elif way != "full" and draw(Rarely):
        test = mine.expression <= other.expression
    return Joined(source.target, test, way == "outer", way == "full")


def _tables(target: Any) -> set[Any]:
    """Name all tables of a source; those without a name are themselves."""
    if isinstance(target, InstrumentedAttribute) or hasattr(target, "_of_type"):
        target = sa.inspect(target).entity  # a relationship
    return {_called(part) for part in _parts(sa.inspect(target).selectable)}


def _parts(selectable: Any) -> Iterator[Any]:
    if isinstance(selectable, JoinClause):
        yield from _parts(selectable.left)
        yield from _parts(selectable.right)
    else:
        yield selectable


def _called(selectable: Any) -> Any:
    name = getattr(selectable, "name", None)
    plain = isinstance(name, str) and not isinstance(name, sa.sql.elements._anonymous_label)
    return name.casefold() if plain else selectable  # type: ignore[union-attr]


@st.composite
def _styled(draw: st.DrawFn, shape: Shape) -> Shape:
    """Choose how joins are written."""
    if not shape.joins or any(one.condition is None for one in shape.joins):
        return shape
    inner = not any(one.outer or one.full for one in shape.joins)
    styles = ["chain", "one source", "one source"] + ["conditions"] * inner
    style = draw(st.sampled_from(styles))
    return replace(shape, style=style).tagged(f"joins as {style}")


@st.composite
def _extended(draw: st.DrawFn, schema: Schema, shape: Shape) -> Shape:
    """Add what no table holds."""
    if not draw(Extra):
        return shape
    if draw(st.booleans()):
        made = draw(counted(schema, shape.cells))
        more = [] if made is None else [("scalar subquery", made)]
    else:
        more = of_cell(draw(st.sampled_from([cell for cell in shape.cells if cell.plain])))
    tags = [tag for tag, _ in more]
    return replace(shape, cells=shape.cells + tuple(cell for _, cell in more)).tagged(*tags)


def _pairs(mine: Sequence[Cell], others: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    return [
        (one, other)
        for one in mine
        for other in others
        if one.kind is other.kind and one.plain and other.plain and one.kind.joined
        and one.kind.compared
    ]  # fmt: skip


def _is_linked(one: Cell, other: Cell) -> bool:
    return (one.refers is not None and one.refers is other.origin) or (
        other.refers is not None and other.refers is one.origin
    )


@st.composite
def condition(draw: st.DrawFn, cells: Sequence[Cell]) -> Any:
    """Give a condition on one cell."""
    cell = draw(st.sampled_from([cell for cell in cells if cell.plain]))
    wanted = sa.literal(draw(st.sampled_from(cell.kind.values)), cell.kind.type())
    tests = {
        "=": lambda: cell.expression == wanted,
        "!=": lambda: cell.expression != wanted,
        "null": lambda: cell.expression.is_(None),
        "not null": lambda: cell.expression.is_not(None),
    }
    compared = ["!=", "!=", "!=", "="] if cell.kind.compared and cell.kind.joined else []
    return tests[draw(st.sampled_from(["not null", "not null", "null", *compared]))]()


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
def _cut(draw: st.DrawFn, shape: Shape) -> Shape:
    """Cut after a full order, without which no two statements need find the same rows."""
    order = tuple(Own(cell) for cell in shape.cells if cell.kind.compared)
    if not order or len(order) < len(shape.cells):
        return shape
    first = replace(draw(st.sampled_from(order)), descending=draw(st.booleans()))
    order = (first, *(own for own in order if own.cell is not first.cell))
    limit = draw(st.sampled_from([3, 7, 12, 30, 0]))
    offset = draw(st.sampled_from([None, None, 1, 3]))
    return replace(shape, order=order, limit=limit, offset=offset).tagged("limit")


STEPS: tuple[tuple[Any, ...], ...] = (
    *[()] * 5, (_grouped,), (_windowed,), (_distinct,), (_cut,), (_windowed, _cut),
    (_grouped, _cut), (_distinct_on,),
)  # fmt: skip
