"""All rows that match, in order, with their number: one statement, which sees one state."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .count import count
from .statements import MOST, Statements


def all_rows(statements: Statements, columns: Sequence[int], *, rare: bool) -> sa.Select[Any]:
    """Return the select of some columns, `MOST` rows at most; last comes how many rows match.

    That number is computed once, before the first row. `rare` matches are looked up in indexes.
    """
    source, keys, where = statements.source, statements.keys, statements.where(rare=rare)
    shown = [source.columns[n].sqla_expr.label(f"v{n}") for n in columns]
    counted = statements.filtered or statements.total
    number = count(source, where) if rare else counted.select
    known = number.label("number")
    rows: sa.Select[Any]
    if statements.finds_late:
        needed = [key.expression for key in keys]  # whose joins the order needs
        rows = source.over(*shown, *needed, where=where)
        rows = rows.with_only_columns().add_columns(*shown, known)
    else:
        rows = source.rows(*shown, known)
        rows = rows if where is None else rows.where(where)
    return rows.order_by(*(key.placed(key.expression) for key in keys)).limit(MOST)


def found_up_to(statements: Statements, few: int) -> sa.Select[Any]:
    """Return the select of how many rows a lookup finds, `few` and one more at most; its bounds."""
    lookup = statements.lookup(few)
    bounds = (bound.select.label(bound.name) for bound in lookup.bounds)
    return sa.select(lookup.count.label("found"), *bounds)
