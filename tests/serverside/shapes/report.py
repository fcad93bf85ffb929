"""An example in words: tables, rows, queries, columns, request."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from tests.serverside.shapes.asking import Example
from tests.serverside.shapes.schemas import Made

MOST_ROWS = 6


def described(example: Example, request: Any, where: str) -> str:
    """Describe an example and how it was asked."""
    labelled = [one.cell.expression.label(f"c{n}") for n, one in enumerate(example.declared)]
    columns = [f"  {one.cell.expression} as {one.described}" for one in example.declared]
    parts = [
        *map(_table, example.schema.tables),
        f"asked: {_sql(example.query)}",
        f"truth: {_sql(example.shape.select(*labelled))}",
        "columns:", *columns,
        f"request: {request}",
        f"tags: {', '.join(sorted(example.tags))}",
        f"on {where}",
    ]  # fmt: skip
    return "\n".join(parts)


def _table(made: Made) -> str:
    created = str(CreateTable(made.table).compile(dialect=postgresql.dialect()))
    shown = [str(row) for row in made.rows[:MOST_ROWS]]
    more = [f"... {len(made.rows)} rows"] if len(made.rows) > MOST_ROWS else []
    return "\n".join([created.replace("\n", " ").replace("\t", " ").strip(), *shown, *more])


def _sql(query: Any) -> str:
    """Write a statement, where it has columns to be written with."""
    try:
        return str(query.compile(dialect=postgresql.dialect()))
    except sa.exc.InvalidRequestError:
        return "the same without columns"
