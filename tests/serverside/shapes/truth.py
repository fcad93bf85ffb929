"""What the query itself returns, and what the oracle makes of it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from tests.serverside.oracle import Column, Oracle
from tests.serverside.oracle.draw import read_draw
from tests.serverside.oracle.order import place, placed_by
from tests.serverside.oracle.shown import shown
from tests.serverside.shapes.columns import Declared
from tests.serverside.shapes.requests import Asked, Request
from tests.serverside.shapes.shape import Cell, Own, Shape

MOST = 10**6
KEY = "#"
Row = dict[Any, Any]
Order = Sequence[tuple[Column, bool]]
Level = list[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Truth:
    """The rows of a query, numbered.

    Under a column's name stands what is searched, under "show" and "sort" with the name what is
    shown and ordered by, under "own" and a number the query's own order, which is also in `own`.
    """

    rows: list[Row]
    declared: Sequence[Declared]
    own: Order

    @property
    def described(self) -> list[Column]:
        """The columns as the oracle sees them."""
        return [one.described for one in self.declared]

    @property
    def asked(self) -> Asked:
        """What requests are drawn for."""
        empty: Row = dict.fromkeys(column.data for column in self.described)
        return Asked(self.described, self.rows or [empty])

    def sorted_by(self, column: Column) -> Column:
        """Return the column of what a column is ordered by."""
        [one] = (one for one in self.declared if one.described is column)
        name: Any = ("sort", column.data)
        return replace(column, data=name, kind=one.sort.kind.seen)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What an answer has to hold: totals, and rows in levels, of which each is in any order."""

    total: int
    filtered: int
    levels: list[Level]
    lists: dict[str, Any]
    panes: dict[str, Any]


def truth_of(shape: Shape, declared: Sequence[Declared], session: Session) -> Truth:
    """Run the query with the declared columns as its columns."""
    own = [] if shape.distinct is True else [one.cell for one in shape.order]
    cells = [cell for one in declared for cell in (one.cell, one.sort, one.search)]
    held = list(dict.fromkeys([*cells, *own]))
    labelled = [cell.expression.label(f"c{number}") for number, cell in enumerate(held)]
    found = session.execute(shape.select(*labelled, restated=True)).all()
    rows = [
        _row(dict(zip(held, row, strict=True)), declared, shape, n) for n, row in enumerate(found)
    ]
    return Truth(rows, declared, [_own(one, number) for number, one in enumerate(shape.order)])


def _row(cells: dict[Cell, Any], declared: Sequence[Declared], shape: Shape, number: int) -> Row:
    def read(cell: Cell) -> Any:
        value = cells[cell]
        return None if value is None else cell.kind.read(value)

    row: Row = {KEY: number}
    for one in declared:
        name = one.described.data
        row |= {name: read(one.search), ("show", name): shown(read(one.cell))}
        row["sort", name] = read(one.sort)
    return row | {("own", n): read(own.cell) for n, own in enumerate(shape.order)}


def _own(own: Own, number: int) -> tuple[Column, bool]:
    name: Any = ("own", number)
    nulls = "nullsfirst" if own.nulls == "first" else None
    return Column(name, own.cell.kind.seen, nulls_order=nulls), own.descending


def wanted(truth: Truth, request: Request) -> Wanted:
    """Ask the oracle for all rows that match, and sort them into levels."""
    whole = request | {"start": 0, "length": MOST}
    oracle = Oracle(truth.rows, truth.described, key=KEY, regex=True, max_length=MOST)
    unordered = whole | {"order": []}  # what is ordered by may be none of what is searched
    answer = oracle.answer(unordered)
    rows = [truth.rows[key] for key in answer["keys"]]
    asked = read_draw(whole, truth.described, MOST).order
    order = [(truth.sorted_by(column), way) for column, way in asked] or truth.own
    names = [("show", column.data) for column in truth.described]
    return Wanted(
        answer["recordsTotal"],
        answer["recordsFiltered"],
        list(_levels(rows, order, names)),
        answer["lists"],
        answer["panes"],
    )


def _levels(rows: list[Row], order: Order, names: Sequence[Any]) -> Iterator[Level]:
    for column, descending in reversed(order):
        rows = placed_by(rows, column, descending)

    def places(row: Row) -> list[Any]:
        cells = [(column, row[column.data]) for column, _ in order]
        return [None if cell is None else place(column, cell) for column, cell in cells]

    for _, level in itertools.groupby(rows, places):
        yield [tuple(row[name] for name in names) for row in level]
