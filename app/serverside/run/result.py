"""What was read, put together."""

from collections.abc import Sequence
from typing import Any

from ..sql.statements import Statements
from .question import Result
from .reader import Further

Rows = Sequence[Sequence[Any]]


def result_of(
    statements: Statements,
    rows: Rows,
    numbers: dict[str, int],
    after: Further | None,
    most: int,
    answers: tuple[Any, ...],
) -> Result:
    """Return a draw's result; `after` counted what `numbers` has up to a bound, `most`, only."""
    total, filtered = numbers["total"], numbers.get("filtered", numbers["total"])
    at_least = False
    if "at_least" in numbers:
        filtered = numbers["at_least"] if after is None else after.rows[0][0]
        at_least = after is None and filtered == most
    met = zip(statements.met, statements.picked, strict=True)
    unmet = tuple(pick.source for count, pick in met if not numbers[count.name])
    return Result(total, filtered, rows, at_least, unmet, answers)
