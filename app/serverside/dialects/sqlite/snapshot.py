"""SQLite: a transaction in which all statements see one state of the data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

SPAN = "serverside_span"  # the entry of a connection's info: between which moments it began to read


@contextmanager
def of_one_snapshot(connection: sa.Connection) -> Iterator[None]:
    """Open a transaction, and have it begin to read."""
    began = time.monotonic()
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").all()
        connection.info[SPAN] = began, time.monotonic()
        yield
    finally:
        connection.info.pop(SPAN, None)
        if not (connection.closed or connection.invalidated):
            connection.exec_driver_sql("ROLLBACK")
