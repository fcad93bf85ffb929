"""An example in words: tables, rows, queries, columns, request."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Query, Session
from sqlalchemy.schema import CreateTable

from tests.serverside.shapes.asking import Example
from tests.serverside.shapes.columns import Declared
from tests.serverside.shapes.tables import Made

MOST_ROWS = 6


def described(example: Example, request: Any, where: str) -> str:
    """Describe an example and how it was asked."""
    labelled = [one.cell.expression.label(f"c{n}") for n, one in enumerate(example.declared)]
    columns = [f"  {_cell(one)} as {one.described}" for one in example.declared]
    parts = [
        *map(_table, example.schema.tables),
        f"asked: {_sql(example.query(Session()))}",
        f"truth: {_sql(example.shape.select(*labelled, restated=True))}",
        "columns:", *columns,
        f"request: {request}",
        f"tags: {', '.join(sorted(example.tags))}",
        f"on {where}",
    ]  # fmt: skip
    return "\n".join(parts)


def _cell(one: Declared) -> str:
    others = {"sort": one.sort, "search": one.search}
    more = [f"{name} {cell.expression}" for name, cell in others.items() if cell is not one.cell]
    return ", ".join([str(one.cell.expression), *more])


def _table(made: Made) -> str:
    claimed = " (stored without its key)" if made.stored is not None else ""
    if made.view is not None:
        return f"VIEW {made.table.name} AS {_sql(made.view)}"
    created = str(CreateTable(made.table).compile(dialect=postgresql.dialect()))
    shown = [str(row) for row in made.rows[:MOST_ROWS]]
    more = [f"... {len(made.rows)} rows"] if len(made.rows) > MOST_ROWS else []
    return "\n".join(
        [created.replace("\n", " ").replace("\t", " ").strip() + claimed, *shown, *more]
    )


def _sql(query: Any) -> str:
    """Write a statement, where it has columns to be written with."""
    try:
        if isinstance(query, Query):
            return f"session.query() as {query.statement.compile(dialect=postgresql.dialect())}"
        return str(query.compile(dialect=postgresql.dialect()))
    except sa.exc.SQLAlchemyError:
        return "the same without columns"
