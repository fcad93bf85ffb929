"""How one engine connects: to write, or only to read, and by what it notices a dead connection."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url

from app import postgresql, sqlite
from app.idle import try_idle_connections
from app.serverside import follow_file, keep_deadlines, reading_engine

SETUP_MS = 3_600_000  # a second seeder waits for the first, however many rows that writes
POOL_TIMEOUT_SECONDS = 5.0  # a request that finds no free connection within this gives up


def write_engine(url: str, *, prepares: bool = True) -> Engine:
    """Make an engine for changing data and schema; its statements may take their time.

    `prepares` says whether PostgreSQL's statements are prepared, which poolers may not bear.
    """
    if make_url(url).get_backend_name() == "sqlite":
        with suppress(OSError):  # where it can't be made, connecting says so
            sqlite.make_file(Path(str(make_url(url).database)))
        engine = _engine(url, sqlite.CONNECT_ARGS)
        follow_file(engine)
        sqlite.prepare_for_writing(engine)
        return engine
    return _engine(url, postgresql.WRITE_ARGS | postgresql.preparing(prepares))


def read_engine(
    url: str, statement_timeout_ms: int, pool_size: int = 5, *, prepares: bool = True
) -> Engine:
    """Make an engine that can only read, each statement within a time limit (0: none)."""
    if make_url(url).get_backend_name() == "sqlite":
        arguments = sqlite.read_args(statement_timeout_ms)
    else:
        arguments = postgresql.CONNECT_ARGS | postgresql.preparing(prepares)
    engine = reading_engine(
        url,
        statement_timeout_ms=statement_timeout_ms,
        pool_size=pool_size,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args=arguments,
    )
    try_idle_connections(engine)
    return engine


@contextmanager
def exclusively(
    engine: Engine, lock: int = postgresql.LOCK, wait_ms: int = SETUP_MS
) -> Iterator[Connection]:
    """Open a write transaction that only one process at a time can be in; others wait so long."""
    with engine.connect().execution_options(exclusive=wait_ms) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            postgresql.wait_for_lock(connection, lock, wait_ms)
        yield connection


def _engine(url: str, connect_args: Mapping[str, Any]) -> Engine:
    """Make an engine; one lost connection empties its pool, so that only one draw meets it."""
    engine = create_engine(url, connect_args=dict(connect_args), pool_timeout=POOL_TIMEOUT_SECONDS)
    keep_deadlines(engine)
    try_idle_connections(engine)
    return engine
