"""The answer's member `inspector`: what was understood, asked, and taken from memory.

All of it is text, to be shown as text.
"""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from ..dialects import Dialect
from ..dialects.literals import filled
from ..errors import BadRequest
from ..run.executed import Executed, milliseconds
from ..wire.request import ColumnRequest, DrawRequest
from .drawn import Drawn, conditions, order
from .layout import laid_out
from .plans import plan_lines, plan_tree

PARAMETER, PLAN = "inspector", "plan"
_PARAMETER_LENGTH = 10


def asks_for_plans(request: DrawRequest) -> bool:
    """Return whether the plans are asked for, which takes an EXPLAIN for each statement.

    Raises `BadRequest` where something else is.
    """
    asked = request.root[PARAMETER].text(_PARAMETER_LENGTH)
    if asked not in ("", PLAN):
        raise BadRequest(PARAMETER, f"must be {PLAN}, or be left out")
    return asked == PLAN


def inspector(
    drawn: Drawn, connection: sa.Connection, dialect: Dialect, *, plans: bool
) -> dict[str, Any]:
    """Return what one draw did, as members of JSON."""
    statements = [
        _statement(step, connection, dialect)
        | ({"plan": plan_tree(plan_lines(connection, dialect, step))} if plans else {})
        for step in drawn.executed
    ]
    return {
        "database": dialect.name,
        "milliseconds": round(milliseconds(drawn.executed), 2),
        "request": _request(drawn),
        "conditions": conditions(drawn),
        "order": order(drawn),
        "statements": statements + [_statement(step, connection, dialect) for step in drawn.looked],
        "remembered": [asdict(each) for each in drawn.remembered],
        "rows": len(drawn.results),
        "matched": drawn.cardinality_filtered,
        "total": drawn.cardinality,
    }


def _request(drawn: Drawn) -> dict[str, Any]:
    request = drawn.request
    return {
        "draw": request.draw,
        "start": drawn.plan.start,
        "length": drawn.plan.length,
        "search": request.search.text,
        "columns": [_name(column) for column in request.columns],
    }


def _name(column: ColumnRequest) -> str:
    return next(iter(column.sources.values()), column.name)


def _statement(step: Executed, connection: sa.Connection, dialect: Dialect) -> dict[str, Any]:
    return {
        "purpose": step.purpose,
        "sql": sql_of(step, connection, dialect),
        "milliseconds": round(step.milliseconds, 2),
        "rows": step.rows,
    }


def sql_of(step: Executed, connection: sa.Connection, dialect: Dialect) -> str:
    """Return a statement as it can be pasted into the database's shell, over lines."""
    sql = filled(step.sql, step.parameters, connection.dialect.paramstyle, dialect.literal)
    remark = dialect.remark(sql)
    return f"-- {remark}\n{laid_out(sql)}" if remark else laid_out(sql)
