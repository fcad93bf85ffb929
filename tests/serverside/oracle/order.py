"""The order of rows: NULLs last, ASCII case folded, the primary key to decide ties."""

from collections.abc import Sequence

from tests.serverside.oracle.columns import Column
from tests.serverside.oracle.conditions import Row
from tests.serverside.oracle.fold import sort_text
from tests.serverside.oracle.values import Place, place_of


def in_order(rows: Sequence[Row], order: Sequence[tuple[Column, bool]], key: str) -> list[Row]:
    """Sort by the last term first; Python's stable sort keeps what later terms decided."""
    backwards = bool(order) and order[-1][1]
    ordered = sorted(rows, key=lambda row: row[key], reverse=backwards)
    for column, descending in reversed(order):
        ordered = placed_by(ordered, column, descending)
    return ordered


def placed_by(rows: Sequence[Row], column: Column, descending: bool) -> list[Row]:
    """Sort by one column, NULLs where it wants them."""
    valued = [row for row in rows if row[column.data] is not None]
    nulls = [row for row in rows if row[column.data] is None]
    valued.sort(key=lambda row: place(column, row[column.data]), reverse=descending)
    return nulls + valued if column.nulls_order == "nullsfirst" else valued + nulls


def place(column: Column, cell: Place | str) -> Place | str:
    """Return where a cell that is not NULL lies in its column's order."""
    return sort_text(cell) if isinstance(cell, str) else place_of(column, cell)
