"""SQLite: what its planner says of a statement (https://www.sqlite.org/eqp.html)."""

import itertools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..literals import selected

EXPLAIN = "EXPLAIN QUERY PLAN"
_numbers = itertools.count()


def lines(rows: Sequence[Any]) -> list[str]:
    """Indent each step below the one that it is part of."""
    depths = {0: 0}
    for number, parent, *_ in rows:
        depths[number] = depths.get(parent, 0) + 1
    return ["  " * (depths[row[0]] - 1) + row[3] for row in rows]


def in_order(connection: sa.Connection, rows: sa.Select[Any]) -> bool:
    """Look whether the plan has a sorter."""
    return not any("ORDER BY" in row[3] for row in _planned(connection, rows))


def seeks(connection: sa.Connection, rows: sa.Select[Any]) -> bool:
    """Look at the plan's first level, where the rows come from."""
    found = _planned(connection, rows)
    searched = any(row[3].startswith("SEARCH") for row in found if not row[1])
    return searched and not any("ORDER BY" in row[3] for row in found)


def _planned(connection: sa.Connection, rows: sa.Select[Any]) -> Sequence[Any]:
    """Ask for a plan; kept prepared, the statement would tell of indexes dropped since."""
    sql = f"{EXPLAIN} /* {next(_numbers)} */ {selected(connection, rows)}"
    return connection.exec_driver_sql(sql).all()
