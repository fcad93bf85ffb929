"""Cells that no table holds: functions, arithmetic, cases, subqueries."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.serverside.shapes import kinds
from tests.serverside.shapes.shape import Cell
from tests.serverside.shapes.tables import Schema

Maker = Callable[[Cell], Cell]


def of_cell(cell: Cell) -> list[tuple[str, Cell]]:
    """Give what can be made of one cell, each with the tag of its kind."""
    it = cell.expression
    if cell.kind is kinds.TEXT:
        return [
            ("untyped", _made(cell, sa.func.length(it), kinds.UNTYPED)),
            ("untyped", _made(cell, sa.func.lower(it), kinds.UNTYPED_TEXT)),
            ("expression", _made(cell, it + "!", kinds.TEXT)),
            ("expression", _made(cell, sa.func.coalesce(it, "none"), kinds.TEXT)),
            ("expression", _made(cell, it == "a", kinds.BOOLEAN)),
            ("case", _made(cell, sa.case((it == "b", "B"), else_=it), kinds.TEXT)),
        ]
    if cell.kind is kinds.INTEGER:
        return [
            ("untyped", _made(cell, sa.func.abs(it), kinds.UNTYPED)),
            ("expression", _made(cell, it * 10 - 1, kinds.INTEGER)),
            ("expression", _made(cell, -it, kinds.INTEGER)),
            ("expression", _made(cell, sa.cast(it, sa.String), kinds.TEXT)),
            ("expression", _made(cell, it > 2, kinds.BOOLEAN)),
            ("case", _made(cell, sa.case((it > 2, it), else_=None), kinds.INTEGER)),
        ]
    return [("expression", _made(cell, sa.func.coalesce(it, sa.null()), cell.kind))]


def _made(cell: Cell, expression: Any, kind: kinds.Kind) -> Cell:
    return Cell(expression, kind, cell.plain)


@st.composite
def counted(draw: st.DrawFn, schema: Schema, cells: Sequence[Cell]) -> Cell | None:
    """Count the rows of a table that meet a cell, as a scalar subquery."""
    made = draw(st.sampled_from(schema.tables))
    other = made.table.alias()
    pairs = [
        (cell, other.c[column.key])
        for cell in cells
        for column in made.table.columns
        if cell.plain and cell.kind.joined and cell.kind is made.kinds[column.name]
    ]
    if not pairs:
        return None
    cell, column = draw(st.sampled_from(pairs))
    query = sa.select(sa.func.count()).select_from(other).where(column == cell.expression)
    return Cell(query.scalar_subquery(), kinds.INTEGER, plain=False)
