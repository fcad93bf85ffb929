"""The header `Server-Timing`: how long an answer took here, after what a view says of its database.

https://www.w3.org/TR/server-timing/
"""

import time
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

HEADER = "Server-Timing"


def register(bp: Blueprint) -> None:
    """Time a blueprint's answers, failures included."""
    bp.before_request(_begin)
    bp.after_request(_add_total)


def _begin() -> None:
    g.began = time.perf_counter()


def _add_total(response: Response) -> Response:
    took = (time.perf_counter() - g.began) * 1000
    said = response.headers.get(HEADER)
    response.headers[HEADER] = f"{said}, total;dur={took:.1f}" if said else f"total;dur={took:.1f}"
    return response


def timed(session: Session) -> list[float]:
    """Return a list that gets the milliseconds of each statement that a session sends from now on.

    Each until its last row is there, as the engine times its own: SQLite makes a row when it is
    fetched.
    """
    took: list[float] = []
    began = 0.0

    def begin(*_: Any) -> None:
        nonlocal began
        began = time.perf_counter()

    def execute(state: ORMExecuteState) -> Any:
        frozen = state.invoke_statement().freeze()
        took.append((time.perf_counter() - began) * 1000)
        return frozen()

    event.listen(session.connection(), "before_cursor_execute", begin)
    event.listen(session, "do_orm_execute", execute)
    return took


def of_database(took: Sequence[float]) -> dict[str, str]:
    """Return the header for statements that took so long."""
    words = f"{len(took)} statement{'' if len(took) == 1 else 's'}"
    return {HEADER: f'db;dur={sum(took):.1f};desc="{words}"'}
