"""The engine of connections that draws read with: fast for short queries, and unable to write."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

STEPS_BETWEEN_LOOKS = 20_000  # of SQLite's virtual machine, well under a millisecond
_DEADLINE = "serverside_deadline"
LOCK_TIMEOUT_MS = 2_000  # a reader that finds a table being replaced gives up soon


def reading_engine(
    url: str | sa.URL, *, statement_timeout_ms: int = 10_000, **options: Any
) -> sa.Engine:
    """Return an engine for draws: in autocommit, read-only, each statement within a time limit.

    A draw is one statement, which needs no BEGIN and no ROLLBACK. `statement_timeout_ms` is in
    milliseconds, 0 for no limit; a search that takes longer answers an `error` that says so.
    `options` are `create_engine`'s; they go first, but for `connect_args`, which are joined.
    PostgreSQL's driver is psycopg, SQLite's the standard library's, MariaDB's and MySQL's PyMySQL.
    Raises `ArgumentError` for no URL.

        engine = reading_engine("postgresql+psycopg://reader@db/shop", statement_timeout_ms=5_000)
        with Session(engine) as session:
            table = DataTables(params(request), query, COLUMNS, session=session)

    https://www.postgresql.org/docs/current/runtime-config-client.html,
    https://www.sqlite.org/pragma.html#pragma_query_only
    """
    url = sa.make_url(url)
    backend = url.get_backend_name()
    arguments: dict[str, Any] = _arguments(statement_timeout_ms) if backend == "postgresql" else {}
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
    if backend == "sqlite":
        _prepare_sqlite(engine, statement_timeout_ms)
    elif backend in ("mysql", "mariadb"):
        _prepare_mysql(engine, statement_timeout_ms)
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
        if statement_timeout_ms:
            deadline = record.info[_DEADLINE] = Deadline(statement_timeout_ms / 1000)
            connection.set_progress_handler(deadline.passed, STEPS_BETWEEN_LOOKS)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def start(connection: sa.Connection, *_statement: object) -> None:
        if statement_timeout_ms:
            connection.info[_DEADLINE].start()


def _prepare_mysql(engine: sa.Engine, statement_timeout_ms: int) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT VERSION()")
        for command in _commands("MariaDB" in str(cursor.fetchone()[0]), statement_timeout_ms):
            cursor.execute(command)
        cursor.close()


def _commands(is_mariadb: bool, statement_timeout_ms: int) -> list[str]:
    """Return what makes a session of MariaDB's or MySQL's one that reads, in UTC, not for ever."""
    limit = f"max_execution_time = {statement_timeout_ms:d}"
    if is_mariadb:
        limit = f"max_statement_time = {statement_timeout_ms / 1000:f}"
    waiting = f"lock_wait_timeout = {LOCK_TIMEOUT_MS // 1000:d}"
    return [
        "SET SESSION TRANSACTION READ ONLY",
        f"SET time_zone = '+00:00', {waiting}, {limit}",
    ]


class Deadline:
    """Know when the running statement has to stop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = 0.0

    def start(self) -> None:
        """Begin a statement."""
        self._end = time.monotonic() + self._seconds

    def passed(self) -> bool:
        """Tell SQLite to interrupt: the statement then fails, and the connection stays usable."""
        return time.monotonic() > self._end
