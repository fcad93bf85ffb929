"""Whole examples."""

from typing import Any

from hypothesis import strategies as st

from tests.serverside.shapes.asking import Example
from tests.serverside.shapes.columns import columns
from tests.serverside.shapes.queries import shapes
from tests.serverside.shapes.schemas import schemas
from tests.serverside.shapes.shape import Shape


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Give a schema, a query over it and columns of the query."""
    schema = draw(schemas())
    shape: Shape = draw(shapes(schema))
    declared = draw(columns(shape))
    return Example(schema, shape, draw(_asked(shape)), declared)


def _asked(shape: Shape) -> Any:
    bare = st.just(shape.select())
    own = [cell.expression for cell in shape.cells]
    return st.one_of(bare, bare, st.builds(lambda n: shape.select(*own[: n + 1]), st.integers(0, 2)))
