"""What the query itself returns, and what the oracle makes of it."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from tests.serverside.oracle import Column, Oracle
from tests.serverside.oracle.draw import read_draw
from tests.serverside.oracle.order import place, placed_by
from tests.serverside.oracle.shown import shown
from tests.serverside.shapes.columns import Declared
from tests.serverside.shapes.requests import Asked, Request
from tests.serverside.shapes.shape import Shape

MOST = 10**6
KEY = "#"
Row = dict[str, Any]
Level = list[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Truth:
    """The rows of a query, by the names of its declared columns, numbered, with its own order."""

    rows: list[Row]
    declared: Sequence[Declared]
    own: list[tuple[Column, bool]]

    @property
    def asked(self) -> Asked:
        """What requests are drawn for."""
        described = [one.described for one in self.declared]
        return Asked(described, self.rows or [dict.fromkeys(one.data for one in described)])


@dataclass(frozen=True, eq=False)
class Wanted:
    """What an answer has to hold: totals, and rows in levels, of which each is in any order."""

    total: int
    filtered: int
    levels: list[Level]
    lists: dict[str, Counter[Any]]
    panes: dict[str, Any]


def truth_of(shape: Shape, declared: Sequence[Declared], session: Session) -> Truth:
    """Run the query with the declared columns as its columns."""
    labelled = [one.cell.expression.label(f"c{n}") for n, one in enumerate(declared)]
    hidden = () if shape.distinct is not None else shape.order
    labelled += [own.cell.expression.label(f"o{n}") for n, own in enumerate(hidden)]
    names = [one.described.data for one in declared] + [f"#{n}" for n in range(len(hidden))]
    found = session.execute(shape.select(*labelled, restated=True)).all()
    rows = [dict(zip(names, row, strict=True)) | {KEY: n} for n, row in enumerate(found)]
    return Truth(rows, declared, [_own_term(shape, declared, n) for n in range(len(shape.order))])


def _own_term(shape: Shape, declared: Sequence[Declared], number: int) -> tuple[Column, bool]:
    own = shape.order[number]
    if shape.distinct is not None:
        described = next(one.described for one in declared if one.cell is own.cell)
        name = described.data
    else:
        name = f"#{number}"
    nulls = {"first": "nullsfirst"}.get(own.nulls or "")
    return Column(name, own.cell.kind.seen, nulls_order=nulls), own.descending


def wanted(truth: Truth, request: Request) -> Wanted:
    """Ask the oracle for all rows that match, and sort them into levels."""
    described = [one.described for one in truth.declared]
    whole = request | {"start": 0, "length": MOST}
    answer = Oracle(truth.rows, described, key=KEY, regex=True, max_length=MOST).answer(whole)
    rows = [truth.rows[key] for key in answer["keys"]]
    order = read_draw(whole, described, MOST).order or truth.own
    return Wanted(
        answer["recordsTotal"],
        answer["recordsFiltered"],
        list(_levels(rows, order, [column.data for column in described])),
        answer["lists"],
        answer["panes"],
    )


def _levels(rows: list[Row], order: Sequence[tuple[Column, bool]], names: list[str]) -> Any:
    for column, descending in reversed(order):
        rows = placed_by(rows, column, descending)

    def places(row: Row) -> list[Any]:
        cells = [(column, row[column.data]) for column, _ in order]
        return [None if cell is None else place(column, cell) for column, cell in cells]

    for _, level in itertools.groupby(rows, places):
        yield [tuple(shown(row[name]) for name in names) for row in level]
