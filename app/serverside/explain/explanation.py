"""What a draw costs and why: its conditions in words, its statements, their plans, what is missing.

For people at a terminal: it draws twice, and can ask the database for the plan of each statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from ..dialects import dialect_for
from ..run.executed import Executed, milliseconds
from . import drawn
from .drawn import Drawn
from .inspector import sql_of
from .missing_indexes import missing_indexes
from .plans import plan_lines

Table = TypeVar("Table", bound=Drawn)


@dataclass(frozen=True, slots=True)
class Explanation(Generic[Table]):
    """A draw and its repetition: the statements of both, `steps` and `again`.

    `sql` and `plans` are those of `steps`, by the statement as the driver got it: with its values
    written into it, and the lines of its plan, if they were asked for.
    """

    database: str
    table: Table
    steps: Sequence[Executed]
    again: Sequence[Executed]
    sql: dict[str, str]
    plans: dict[str, list[str]]
    missing: list[str]

    @property
    def conditions(self) -> list[str]:
        """Where each condition came from, and what it says in words."""
        return [f"{part['source']}: {part['words']}" for part in drawn.conditions(self.table)]

    @property
    def order(self) -> list[str]:
        """The columns that rows are ordered by."""
        return drawn.order(self.table)

    @property
    def milliseconds(self) -> float:
        """How long the first draw took in the database."""
        return milliseconds(self.steps)

    @property
    def milliseconds_again(self) -> float:
        """How long its repetition took."""
        return milliseconds(self.again)

    @property
    def remembered(self) -> str:
        """What the repetition was spared."""
        words = ["totals"] if _counts(self.steps) > _counts(self.again) else []
        if spared := max(len(self.steps) - len(self.again), 0):
            words.append(f"{spared} of {len(self.steps)} statements")
        return " and ".join(words) or "nothing"


def explain(
    draw: Callable[[], Table], session: Session, *, plans: bool = True
) -> Explanation[Table]:
    """Run a draw twice in a session, and look at the first."""
    table = draw()
    steps, again = table.executed, draw().executed
    connection = session.connection()
    dialect = dialect_for(connection)
    return Explanation(
        database=dialect.name,
        table=table,
        steps=steps,
        again=again,
        sql={step.sql: sql_of(step, connection, dialect) for step in steps},
        plans={step.sql: plan_lines(connection, dialect, step) for step in steps if plans},
        missing=missing_indexes(table.plan, table.source, dialect, connection),
    )


def _counts(steps: Sequence[Executed]) -> int:
    return sum(step.sql.lower().count("count(") for step in steps)
