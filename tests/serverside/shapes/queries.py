"""Queries over a schema: sources, joined in every way, then restricted, grouped, cut, ordered."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.serverside.shapes.conditions import condition
from tests.serverside.shapes.expressions import counted, of_cell
from tests.serverside.shapes.joining import joined, tables
from tests.serverside.shapes.shape import Joined, Shape, Source
from tests.serverside.shapes.sources import of_model, sources
from tests.serverside.shapes.steps import STEPS
from tests.serverside.shapes.tables import Schema

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
    if tables(source.target) & set[Any]().union(*map(tables, shape.targets)):
        return shape, last  # the same table twice needs an alias, which another draw gives
    way = draw(joined(shape, source))
    return (shape, last) if way is None else (_with(shape, source, way), source)


def _with(shape: Shape, source: Source, made: Joined) -> Shape:
    way = "full" if made.full else "outer" if made.outer else "inner"
    return replace(
        shape,
        joins=(*shape.joins, made),
        cells=shape.cells + source.cells,
        tags=shape.tags | source.tags | {"join", way},
    )


@st.composite
def _through(draw: st.DrawFn, shape: Shape, last: Source) -> tuple[Shape, Source]:
    """Join by a relationship that has an association table."""
    way = draw(st.sampled_from(last.model.through))
    source = of_model(way.to, alias=True)
    relation = getattr(last.target, way.key).of_type(source.target)
    made = Joined(relation, outer=draw(st.booleans()))
    return _with(shape, source, made).tagged("secondary"), source


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
