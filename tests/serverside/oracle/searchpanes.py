"""SearchPanes: selections, and the options with their totals and counts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.serverside.oracle.columns import Column, find_text
from tests.serverside.oracle.conditions import Condition, Row, equals_exactly
from tests.serverside.oracle.draw import Draw
from tests.serverside.oracle.reading import items, text, tree


def pane_conditions(
    draw: Draw, columns: Sequence[Column], rows: Sequence[Row]
) -> dict[str, Condition]:
    """Return the condition of every pane with a selection that some row can meet."""
    found = {}
    for name, selected in tree(draw.request.get("searchPanes")).items():
        column = find_text(columns, name)
        if column is not None and column.may_search:
            condition = _selection(column, items(selected), rows)
            if condition is not None:
                found[column.data] = condition
        else:
            draw.notices.add("pane")
    return found


def _selection(column: Column, selected: Sequence[Any], rows: Sequence[Row]) -> Condition | None:
    choices = [equals_exactly(column, text(value)) for value in selected]
    known = [choice for choice in choices if any(choice(row) for row in rows)]
    return (lambda row: any(choice(row) for choice in known)) if known else None


def pane_options(
    column: Column, scope: Sequence[Row], kept: Sequence[Row]
) -> dict[Any, tuple[int, int]]:
    """Return {value: (total, count)}; NULL and empty text are one entry, the empty one."""
    totals = Counter(_value(row, column) for row in scope)
    counts = Counter(_value(row, column) for row in kept)
    return {value: (total, counts[value]) for value, total in totals.items()}


def _value(row: Row, column: Column) -> object:
    return "" if row[column.data] is None else row[column.data]
