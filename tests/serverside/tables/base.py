"""What the test tables share: a base class, a description, and a way into a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Engine, Select, insert
from sqlalchemy.orm import DeclarativeBase, Session

from app.serverside import ColumnDT, DataTables, Tuning
from app.serverside.tuning import DEFAULT_TUNING
from tests.serverside.oracle import Column, Oracle

MAX_LENGTH = 1000


class Base(DeclarativeBase):
    """Collect the test tables."""


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Rows and columns in both forms, and the query that joins them in SQL."""

    models: dict[Any, list[dict[str, Any]]]
    rows: list[dict[str, Any]]
    described: list[Column]
    expressions: dict[str, Any]
    query: Callable[[], Select[Any]]
    tuning: Tuning = DEFAULT_TUNING

    @cached_property
    def columns(self) -> list[ColumnDT]:
        """Declare the described columns to the engine, once: it remembers statements by them."""
        return [declare(self.expressions[column.data], column) for column in self.described]

    def oracle(self, *, regex: bool = True) -> Oracle:
        """Give the second opinion on these rows."""
        return Oracle(self.rows, self.described, regex=regex, max_length=MAX_LENGTH)

    def draw(self, engine: Engine, params: Any, *, regex: bool = True) -> dict[str, Any]:
        """Let the engine answer a request in a session of its own."""
        with Session(engine) as session:
            table = DataTables(
                params, self.query(), self.columns, regex, session=session, tuning=self.tuning
            )
            return table.output_result()


def declare(expression: object, column: Column) -> ColumnDT:
    """Turn a description into a declaration."""
    return ColumnDT(
        expression,
        column.name,
        column.data,
        column.search_method,
        column.nulls_order,
        column.global_search,
        searchable=column.searchable,
        orderable=column.orderable,
        options=column.options,
    )


def load(engine: Engine, tables: Sequence[Table]) -> None:
    """Create the tables and fill them."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for table in tables:
            for model, rows in table.models.items():
                connection.execute(insert(model), rows)
