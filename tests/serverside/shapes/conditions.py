"""Conditions of a query's own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.serverside.shapes.shape import Cell


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
