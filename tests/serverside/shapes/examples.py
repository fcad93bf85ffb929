"""Whole examples: a schema, a query over it, its columns, and how it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from tests.serverside.shapes.asking import Example
from tests.serverside.shapes.columns import Declared, columns
from tests.serverside.shapes.conditions import condition
from tests.serverside.shapes.joining import Rarely
from tests.serverside.shapes.queries import shapes
from tests.serverside.shapes.schemas import schemas
from tests.serverside.shapes.shape import Own, Shape
from tests.serverside.shapes.sources import of_model
from tests.serverside.shapes.steps import cut
from tests.serverside.shapes.tables import Schema

LABEL = "label_of_own"


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Give an example."""
    schema: Schema = draw(schemas())
    shape: Shape = draw(shapes(schema))
    declared = draw(columns(shape))
    if shape.distinct is True and draw(Rarely):
        shape = draw(cut(shape, [one.cell for one in declared]))
    if not shape.order and draw(st.sampled_from([False, False, True])):
        shape = draw(_ordered(shape, declared))
    hook = None
    if schema.models and draw(Rarely):
        option = draw(_criteria(schema))
        if draw(st.booleans()):
            shape = replace(shape, options=(option,)).tagged("loader criteria")
        else:
            hook = _adding(option)
            shape = shape.tagged("hook")
    return Example(schema, shape, draw(_asked(shape)), declared, hook)


@st.composite
def _criteria(draw: st.DrawFn, schema: Schema) -> Any:
    """Give a condition on every row of a class."""
    source = of_model(draw(st.sampled_from(schema.models)))
    return with_loader_criteria(source.target, draw(condition(source.cells)), include_aliases=True)


def _adding(option: Any) -> Callable[[ORMExecuteState], None]:
    def hook(state: ORMExecuteState) -> None:
        state.statement = state.statement.options(option)

    return hook


@st.composite
def _ordered(draw: st.DrawFn, shape: Shape, declared: Sequence[Declared]) -> Shape:
    """Give the query an order of its own, said in one of several ways."""
    cells = shape.cells if shape.distinct is None else [one.cell for one in declared]
    cells = [cell for cell in cells if cell.kind.compared]
    if not cells:
        return shape
    cell, descending = draw(st.sampled_from(cells)), draw(st.booleans())
    way = draw(st.sampled_from(["expression", "nulls", "label", "text"]))
    nulls = draw(st.sampled_from(["first", "last"])) if way == "nulls" else None
    written: Any = None
    if way == "label":
        written = sa.desc(LABEL) if descending else LABEL
    if way == "text":
        written = sa.text(f"{LABEL} DESC" if descending else LABEL)
    own = Own(cell, descending, nulls, written)
    return replace(shape, order=(own,)).tagged("ordered", f"order by {way}")


@st.composite
def _asked(draw: st.DrawFn, shape: Shape) -> Any:
    """Give the query as it is handed to the engine: by what builds it from a session."""
    chosen = [cell.expression for cell in shape.cells[: draw(st.sampled_from([0, 0, 1, 2]))]]
    if shape.order and shape.order[0].written is not None:
        chosen.append(shape.order[0].cell.expression.label(LABEL))
    if draw(st.sampled_from([False, False, False, True])):
        return lambda session: shape.written(session.query(*chosen))
    query = shape.select(*chosen)
    return lambda _session: query
