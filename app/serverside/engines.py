"""The engine of connections that draws read with: fast for short queries, and unable to write."""

import math
import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from .database_file import follow_file
from .deadline import Statement, current_deadline
from .waiting import keep_deadlines

STEPS_BETWEEN_LOOKS = 20_000  # of SQLite's virtual machine, well under a millisecond
_RUNNING = "serverside_running"
LOCK_TIMEOUT_MS = 2_000  # a reader that finds a table being replaced gives up soon


def reading_engine(
    url: str | sa.URL, *, statement_timeout_ms: int = 10_000, **options: Any
) -> sa.Engine:
    """Return an engine for draws: in autocommit, read-only, each statement within a time limit.

    A draw is one statement, which needs no BEGIN and no ROLLBACK. `statement_timeout_ms` is in
    milliseconds, 0 for no limit; a search that takes longer answers an `error` that says so. The
    client keeps it too, for servers that hang; `time_limit` is one for many statements together.
    A SQLite file is never made, and one that took its place is read from the next session on.
    `options` are `create_engine`'s; they go first, but for `connect_args`, which are joined.
    PostgreSQL's driver is psycopg, SQLite's the standard library's. Raises `ArgumentError` for no
    URL.

        engine = reading_engine("postgresql+psycopg://reader@db/shop", statement_timeout_ms=5_000)
        with Session(engine) as session:
            table = DataTables(params(request), query, COLUMNS, session=session)

    https://www.postgresql.org/docs/current/runtime-config-client.html,
    https://www.sqlite.org/pragma.html#pragma_query_only
    """
    url = sa.make_url(url)
    is_sqlite = url.get_backend_name() == "sqlite"
    arguments: dict[str, Any] = {} if is_sqlite else _arguments(statement_timeout_ms)
    given = dict(options.pop("connect_args", {}))
    if "options" in given and "options" in arguments:
        given["options"] = f"{arguments['options']} {given['options']}"
    chosen: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
    dialect: Any = url.get_dialect()
    if issubclass(options.get("poolclass") or dialect.get_pool_class(url), QueuePool):
        # The connection used last knows most of what is remembered: on SQLite each has to learn of
        # a commit by itself.
        chosen["pool_use_lifo"] = True
    engine = sa.create_engine(url, connect_args=arguments | given, **chosen | options)
    if is_sqlite:
        _prepare_sqlite(engine, statement_timeout_ms)
        follow_file(engine)
    keep_deadlines(engine, statement_timeout_ms / 1000)
    return engine


def _arguments(statement_timeout_ms: int) -> dict[str, str]:
    """Return libpq's options, which travel with the connection at no round trip."""
    options: Mapping[str, object] = {
        "timezone": "UTC",
        "jit": "off",  # compiling costs more than a page of rows does
        "plan_cache_mode": "force_custom_plan",  # a generic plan can't see how deep OFFSET goes
        "default_transaction_read_only": "on",
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": LOCK_TIMEOUT_MS,
    }
    return {"options": " ".join(f"-c {name}={value}" for name, value in options.items())}


def _prepare_sqlite(engine: sa.Engine, statement_timeout_ms: int) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")
        running = record.info[_RUNNING] = Running(statement_timeout_ms / 1000)
        connection.set_progress_handler(running.is_to_stop, STEPS_BETWEEN_LOOKS)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def start(connection: sa.Connection, *_statement: object) -> None:
        connection.info[_RUNNING].start()


class Running:
    """Know when the running statement has to stop: it then fails, and its connection goes on."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds or math.inf
        self._end = math.inf
        self._shared: Statement | None = None

    def start(self) -> None:
        """Begin a statement."""
        self._end = time.monotonic() + self._seconds
        deadline = current_deadline()
        self._shared = None if deadline is None else Statement(deadline)

    def is_to_stop(self) -> bool:
        """Tell SQLite to interrupt."""
        if self._shared is not None and self._shared.is_to_stop:
            return True
        return time.monotonic() > self._end
