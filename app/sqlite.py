"""What SQLite connections that write need: WAL, foreign keys, real transactions."""

import time
from pathlib import Path
from sqlite3 import Connection as Driver
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import Connection, Engine, event

BUSY_MS = 5_000  # to wait for another process's write
CONNECT_ARGS = {"timeout": BUSY_MS / 1000}


def make_file(path: Path) -> None:
    """Make an empty database where there is none; connections only open what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def read_args(statement_timeout_ms: int) -> dict[str, Any]:
    """Return the driver's arguments for reading: waiting for a lock is a part of the time limit."""
    return {"timeout": min(BUSY_MS, statement_timeout_ms or BUSY_MS) / 1000}


def prepare_for_writing(engine: Engine) -> None:
    """Let readers work beside a writer, check foreign keys, and begin when SQLAlchemy does."""

    @event.listens_for(engine, "connect")
    def configure(connection: Driver, _record: object) -> None:
        connection.isolation_level = None  # or the driver begins late, and not before DDL
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        wait_ms = connection.get_execution_options().get("exclusive")
        if wait_ms is None:
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_ms)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MS}")


def _switch_to_wal(connection: Driver) -> None:
    """Keep a write-ahead log; for this one change SQLite does not wait for others by itself."""
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def checkpoint(engine: Engine) -> None:
    """Move the write-ahead log into the file; what readers still need of it stays."""
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
