"""What a draw asks the database of its tables, indexes and types, about once a minute."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ..dialects.catalogue import looking
from ..run.executed import Executed


@contextmanager
def noted(connection: sa.Connection, questions: list[Executed]) -> Iterator[None]:
    """Add what one connection, and no other, is asked of its schema meanwhile."""
    began = 0.0

    def before(*_: Any) -> None:
        nonlocal began
        began = time.perf_counter()

    def after(_connection: Any, cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if looking.get() and cursor.description:  # neither begins nor ends a transaction
            took = (time.perf_counter() - began) * 1000
            questions.append(Executed("schema", sql, parameters, took))

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": before,
        "after_cursor_execute": after,
    }
    for name, listener in listeners.items():
        sa.event.listen(connection, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            sa.event.remove(connection, name, listener)
