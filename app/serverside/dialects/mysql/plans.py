"""MySQL and MariaDB: what their planners say of a statement.

https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/analyze-and-explain-statements/analyze-format-json
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from ..literals import selected

EXPLAIN = "ANALYZE FORMAT=JSON"  # MariaDB's; MySQL is asked for the plan alone
ONLY_PLAN = "EXPLAIN FORMAT=JSON"
_NAMES = ("table_name", "union_type", "select_id", "materialized_from_subquery")
_SEARCHED = ("const", "eq_ref", "ref", "ref_or_null", "range")


def lines(rows: Sequence[Any]) -> list[str]:
    """Write each step on a line, indented below the one that it is part of."""
    return [line for row in rows for line in _steps(json.loads(row[0]), 0)]


def _steps(node: dict[str, Any], depth: int) -> Iterator[str]:
    for key, value in node.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and isinstance(value, dict):
                yield "  " * depth + _step(key, part)
                yield from _steps(part, depth + 1)
            elif isinstance(part, dict):  # one of several that are wrapped in a name of their own
                yield from _steps(part, depth)


def _step(key: str, node: dict[str, Any]) -> str:
    """Write a step's name, and in brackets whatever is no further step."""
    plain = {k: v for k, v in node.items() if not _is_further(v)}
    name = " ".join(str(plain.pop(k)) for k in _NAMES if k in plain)
    facts = ", ".join(f"{k}={_shown(v)}" for k, v in plain.items())
    return f"{key} {name}".rstrip() + (f"  ({facts})" if facts else "")


def _is_further(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return any(isinstance(part, dict) for part in parts)


def _shown(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


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
