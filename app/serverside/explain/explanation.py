"""What a draw costs and why: its conditions in words, its statements, their plans, what is missing.

For people at a terminal: it draws twice, and asks the database for the plan of each statement.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..datatables import DataTables
from ..dialects import dialect_for
from ..dialects.catalogue import looking
from .missing_indexes import missing_indexes

_READING = ("SELECT", "WITH")


@dataclass(frozen=True, slots=True)
class Step:
    """A statement as the driver got it, and how long the database took."""

    sql: str
    parameters: Any
    milliseconds: float

    @property
    def reads(self) -> bool:
        """Tell a statement that has a plan from the beginning or end of a transaction."""
        return self.sql.lstrip("( ").upper().startswith(_READING)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A draw and its repetition: `steps` and `again`; `plans` are those of `steps` that read."""

    table: DataTables
    steps: list[Step]
    again: list[Step]
    plans: dict[str, list[str]]
    missing: list[str]

    @property
    def conditions(self) -> list[str]:
        """Where each condition came from, and what it says in words."""
        return [f"{part.source}: {part.predicate.words()}" for part in self.table.plan.filters]

    @property
    def order(self) -> list[str]:
        """The columns that the user orders by."""
        key = self.table.declaration.key
        return [f"{key(term.column)} {term.direction}" for term in self.table.plan.order]

    @property
    def remembered(self) -> str:
        """What the repetition was spared."""
        read, read_again = (sum(step.reads for step in some) for some in (self.steps, self.again))
        spared = "totals" if _counts(self.steps) > _counts(self.again) else ""
        words = [spared] if spared else []
        if read > read_again:
            words.append(f"{read - read_again} of {read} statements")
        return " and ".join(words) or "nothing"


def explain(draw: Callable[[], DataTables], session: Session) -> Explanation:
    """Run a draw twice in a session, and look at the first."""
    engine = session.connection().engine
    with _recorded(engine) as steps:
        table = draw()
    with _recorded(engine) as again:
        draw()
    plans = {step.sql: _plan(session, step) for step in steps if step.reads}
    connection = session.connection()
    missing = missing_indexes(table.plan, table.source, dialect_for(connection), connection)
    return Explanation(table, steps, again, plans, missing)


@contextmanager
def _recorded(engine: sa.Engine) -> Iterator[list[Step]]:
    steps: list[Step] = []
    began: list[float] = []

    def before(*_: Any) -> None:
        began.append(time.perf_counter())

    def note(sql: str | None, parameters: Any) -> None:
        if sql and began and not looking.get():
            steps.append(Step(sql, parameters, (time.perf_counter() - began[-1]) * 1000))

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": before,
        "after_cursor_execute": lambda *call: note(call[2], call[3]),
        "handle_error": lambda context: note(context.statement, context.parameters),
    }
    for name, listener in listeners.items():
        sa.event.listen(engine, name, listener)
    try:
        yield steps
    finally:
        for name, listener in listeners.items():
            sa.event.remove(engine, name, listener)


def _plan(session: Session, step: Step) -> list[str]:
    """Run a statement once more for its plan; one that takes too long is only planned."""
    dialect = dialect_for(session.connection())
    for command in (dialect.explain, "EXPLAIN"):
        try:
            found = session.connection().exec_driver_sql(f"{command} {step.sql}", step.parameters)
            return dialect.plan_lines([tuple(row) for row in found])
        except sa.exc.DBAPIError:
            session.rollback()
    return ["The database gives no plan for this statement."]


def _counts(steps: list[Step]) -> int:
    return sum(step.sql.lower().count("count(") for step in steps)
