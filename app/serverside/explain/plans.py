"""The plan of a statement: the database's own lines, and as a tree."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..dialects import Dialect
from ..run.executed import Executed

NO_PLAN = "The database gives no plan for this statement."
_MOST_MS = 10_000
_PROPERTY = re.compile(r"[A-Z][\w /()-]*: ")  # PostgreSQL's, of the step above it


def plan_lines(connection: sa.Connection, dialect: Dialect, step: Executed) -> list[str]:
    """Run a statement once more for its plan; one that takes too long is only planned."""
    for command in (dialect.explain, dialect.explain_only):
        try:
            with dialect.within(connection, _MOST_MS):
                rows = connection.exec_driver_sql(f"{command} {step.sql}", step.parameters).all()
        except sa.exc.DBAPIError:
            continue
        return dialect.plan_lines([tuple(row) for row in rows])
    return [NO_PLAN]


def plan_tree(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return the steps of a plan with their depths, each with its costs and properties."""
    steps: list[dict[str, Any]] = []
    indents: list[int] = []
    for line in lines:
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        if indent and steps and _PROPERTY.match(text):
            steps[-1]["detail"] = "\n".join(filter(None, (steps[-1]["detail"], text)))
            continue
        while indents and indents[-1] >= indent:
            indents.pop()
        name, bracket, costs = text.removeprefix("->").strip().partition("  (")
        detail = f"({costs}" if bracket else ""
        steps.append({"depth": len(indents), "text": name, "detail": detail})
        indents.append(indent)
    return steps
