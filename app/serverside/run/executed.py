"""What a draw sent to the database: each statement, what for, and how long it took."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Executed(NamedTuple):
    """A statement as the driver got it; `rows` were found, None where nobody counted them.

    `purpose` is ``page``, ``count``, ``anchors`` or ``options``, and ``schema`` for what is asked
    of the database's own tables. `milliseconds` are the database's and the driver's: from when the
    statement was compiled until its last row was there.
    """

    purpose: str
    sql: str
    parameters: Any
    milliseconds: float
    rows: int | None = None


def server_timing(executed: Sequence[Executed]) -> str:
    """Return what the header `Server-Timing` says of a draw's statements.

        >>> server_timing([Executed("page", "SELECT 1", (), 3.14159, 1)])
        'db;dur=3.1;desc="1 statement"'

    https://www.w3.org/TR/server-timing/
    """
    number = len(executed)
    words = f"{number} statement{'' if number == 1 else 's'}"
    return f'db;dur={milliseconds(executed):.1f};desc="{words}"'


def milliseconds(executed: Sequence[Executed]) -> float:
    """Return how long all of them took."""
    return sum([each.milliseconds for each in executed])
