"""Some of a query's cells, declared to the engine and described to the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from app.serverside import ColumnDT
from tests.serverside.oracle import Column
from tests.serverside.shapes import kinds, names
from tests.serverside.shapes.shape import Cell, Shape

DATA = (*names.LABELS, *names.OURS, "two words", "größe", "50%", "a:b")


@dataclass(frozen=True, eq=False)
class Declared:
    """One column in both forms; it may be ordered by and searched in other cells than its own."""

    cell: Cell
    sort: Cell
    search: Cell
    described: Column
    column: ColumnDT


@st.composite
def columns(draw: st.DrawFn, shape: Shape) -> list[Declared]:
    """Declare one to six columns; the same cell may stand twice."""
    cells: Sequence[Cell] = draw(st.lists(st.sampled_from(shape.cells), min_size=1, max_size=6))
    called = draw(names.several(DATA, len(cells), len(cells)))
    return [draw(_declared(shape, *pair)) for pair in zip(cells, called, strict=True)]


@st.composite
def _declared(draw: st.DrawFn, shape: Shape, cell: Cell, name: str) -> Declared:
    sort, search = cell, cell
    others = [other for other in shape.cells if other.kind.compared and other.kind.searched]
    if others and shape.distinct is not True and draw(st.sampled_from([False] * 9 + [True])):
        sort, search = draw(st.sampled_from(others)), draw(st.sampled_from(others))
    kind, untyped = search.kind, search.kind is kinds.UNTYPED
    method = st.sampled_from([kind.method] * 3 + ["string_contains"] * (not untyped))
    described = Column(
        name,
        kind.seen,
        search_method=draw(method),
        searchable=kind.searched,
        orderable=sort.kind.compared,
        nulls_order=draw(st.sampled_from([None, None, None, "nullsfirst", "nullslast"])),
        options=kind.searched and draw(st.sampled_from([False, False, True])),
    )
    return Declared(cell, sort, search, described, _column(cell, sort, search, described))


def _column(cell: Cell, sort: Cell, search: Cell, described: Column) -> ColumnDT:
    return ColumnDT(
        cell.expression,
        described.name,
        described.data,
        described.search_method,
        described.nulls_order,
        searchable=described.searchable,
        orderable=described.orderable,
        options=described.options,
        sort_expr=None if sort is cell else sort.expression,
        search_expr=None if search is cell else search.expression,
    )
