"""What yadcf's filters need in the answer: the ends of a range, the values of a select."""

import math
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..columns.column import ColumnDT
from ..columns.kinds import NUMBERS
from ..columns.shown import shown_of
from ..limits import Limits
from ..plan.yadcf import RANGES, SELECTS
from ..run.question import Question
from ..sql.facets import parted, united
from .draw import Draw
from .facet_values import facet_values


def question(draw: Draw) -> Question | None:
    """Return what is to be asked for the declared columns of yadcf; None for nothing.

    Values are those of the rows that match all other conditions.
    """
    members = {
        f"yadcf_data_{place}": (column, f"columns:{draw.declaration.keys[place]}")
        for place, column in enumerate(draw.declaration.columns)
        if _ways(column)
    }
    if not members:
        return None

    def selects() -> list[sa.Select[Any]]:
        return [s for column, own in members.values() for s in _selects(column, own, draw)]

    def made(rows: Sequence[Any]) -> dict[str, Any]:
        widths = [_ways(column) for column, _ in members.values()]
        found = iter(parted(rows, sum(widths)))
        cells = ([next(found) for _ in range(width)] for width in widths)
        pairs = zip(members.items(), cells, strict=True)
        values = {name: _value(column, some, draw.limits) for (name, (column, _)), some in pairs}
        return {name: value for name, value in values.items() if value is not None}

    return Question("yadcf", lambda: united(selects(), draw.facets.dialect), made)


def answer(_: Draw, made: dict[str, Any]) -> dict[str, Any]:
    """Return `yadcf_data_<i>` for the i-th declared column: a range's ends, a select's values.

    A column with more than `max_options` sends none, nor does a range over no numbers.
    """
    return made


def _ways(column: ColumnDT) -> int:
    """Return how many selects a column takes."""
    if column.search_method in SELECTS and column.kind != "other":
        return 1
    return 2 if column.search_method in RANGES and column.kind in NUMBERS else 0


def _selects(column: ColumnDT, own: str, draw: Draw) -> list[sa.Select[Any]]:
    if column.search_method in SELECTS:
        return [draw.facets.distinct(column, draw.plan.where(without=own))]
    return draw.facets.ends(column)


def _value(column: ColumnDT, cells: list[Any], limits: Limits) -> list[Any] | None:
    if column.search_method in SELECTS:
        values = [facet.value for facet in facet_values(column, cells[0]) if facet.value != ""]
        return values if len(values) <= limits.max_options else None
    low, high = (rows[0][0] for rows in cells)
    if low is not None and (shown := shown_of(column.search_expr)):
        low, high = map(shown.held.form.out, (low, high))
    if low is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    return [math.floor(low), math.ceil(high)]
