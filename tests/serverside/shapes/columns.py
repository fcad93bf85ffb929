"""Some of a query's cells, declared to the engine and described to the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from app.serverside import ColumnDT
from tests.serverside.oracle import Column
from tests.serverside.shapes import names
from tests.serverside.shapes.shape import Cell, Shape
from tests.serverside.tables.base import declare

DATA = (*names.LABELS, *names.OURS, "two words", "größe", "50%", "a:b")


@dataclass(frozen=True, eq=False)
class Declared:
    """One column in both forms."""

    cell: Cell
    described: Column
    column: ColumnDT


@st.composite
def columns(draw: st.DrawFn, shape: Shape) -> list[Declared]:
    """Declare one to six columns; the same cell may stand twice."""
    cells: Sequence[Cell] = draw(st.lists(st.sampled_from(shape.cells), min_size=1, max_size=6))
    called = draw(names.several(DATA, len(cells), len(cells)))
    return [draw(_declared(cell, name)) for cell, name in zip(cells, called, strict=True)]


@st.composite
def _declared(draw: st.DrawFn, cell: Cell, name: str) -> Declared:
    compared = cell.kind.compared
    described = Column(
        name,
        cell.kind.seen,
        search_method=draw(st.sampled_from([cell.kind.method] * 3 + ["string_contains"])),
        searchable=compared,
        orderable=compared,
        nulls_order=draw(st.sampled_from([None, None, None, "nullsfirst", "nullslast"])),
        options=compared and draw(st.sampled_from([False, False, True])),
    )
    return Declared(cell, described, declare(cell.expression, described))
