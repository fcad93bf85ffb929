"""MySQL and MariaDB: what their planners say of a statement."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..literals import selected

EXPLAIN = "ANALYZE"  # MariaDB's; MySQL is asked for the plan alone
_SEARCHED = ("const", "eq_ref", "ref", "ref_or_null", "range")


def lines(rows: Sequence[Any]) -> list[str]:
    """Write each table's step on a line."""
    return ["  ".join("-" if cell is None else str(cell) for cell in row) for row in rows]


def in_order(connection: sa.Connection, rows: sa.Select[Any]) -> bool:
    """Ask for the plan of one row, for which nobody sorts who need not."""
    return not any("filesort" in str(row["Extra"]) for row in _planned(connection, rows))


def seeks(connection: sa.Connection, rows: sa.Select[Any]) -> bool:
    """Look at where the rows come from; those of subqueries stand below."""
    first = _planned(connection, rows)[0]
    return first["type"] in _SEARCHED and "filesort" not in str(first["Extra"])


def _planned(connection: sa.Connection, rows: sa.Select[Any]) -> list[Any]:
    sql = f"EXPLAIN {selected(connection, rows.limit(1))}"
    return [dict(row) for row in connection.exec_driver_sql(sql).mappings()]
