"""What the drivers of databases tell of a connection: each in its own way, some not at all.

SQLAlchemy adapts asynchronous drivers for `run_sync`: `dbapi_connection` is then the adapted
connection, which waits by itself, and `driver_connection` the driver's own, whose methods have to
be awaited.
"""

import inspect
from contextlib import closing, suppress
from typing import Any

import sqlalchemy as sa

_IDLE = 0  # libpq's PQTRANS_IDLE, as psycopg tells it: no transaction is open
_IN_TRANSACTION = 1  # SERVER_STATUS_IN_TRANS of MySQL's protocol


def adapted(connection: sa.Connection) -> Any:
    """Return the connection whose methods do at once what they say."""
    return connection.connection.dbapi_connection


def own(connection: sa.Connection) -> Any:
    """Return the driver's own connection."""
    return connection.connection.driver_connection


def is_autocommit(connection: sa.Connection) -> bool:
    """Return whether statements commit by themselves."""
    told = getattr(own(connection), "get_autocommit", None)  # MySQL's drivers'
    return bool(told() if told else getattr(adapted(connection), "autocommit", False))


def is_in_transaction(connection: sa.Connection) -> bool | None:
    """Return whether a transaction is open; None where the driver does not say."""
    driver = own(connection)
    status = getattr(getattr(driver, "info", None), "transaction_status", None)
    if status is not None:  # psycopg's and psycopg2's
        return bool(status != _IDLE)
    flags = getattr(driver, "server_status", None)
    if flags is not None:  # PyMySQL's and its descendants'
        return bool(flags & _IN_TRANSACTION)
    told = getattr(driver, "is_in_transaction", None)  # asyncpg's
    return bool(told()) if callable(told) else None


def interrupt(driver: Any) -> None:
    """Stop what SQLite does now, from another thread."""
    stopping = driver.interrupt()
    if inspect.iscoroutine(stopping):  # aiosqlite's, which never waits: one step runs all of it
        with suppress(StopIteration):
            stopping.send(None)


def sqlstate(error: Any) -> str | None:
    """Return the code of a PostgreSQL error (its manual, appendix A); None where there is none."""
    for name in ("sqlstate", "pgcode"):  # psycopg's and asyncpg's, psycopg2's
        if code := getattr(error, name, None):
            return str(code)
    fields = error.args[0] if getattr(error, "args", None) else None
    return fields.get("C") if isinstance(fields, dict) else None  # pg8000's


def error_number(error: Any) -> int | None:
    """Return the number of an error of MySQL's or MariaDB's; None where there is none."""
    first = error.args[0] if getattr(error, "args", None) else None
    return first if isinstance(first, int) else None


def kill(connection: sa.Connection) -> None:
    """Stop what a connection to MySQL or MariaDB runs, from another one; quietly where none is."""
    engine, number = connection.engine, own(connection).thread_id()
    arguments, options = engine.dialect.create_connect_args(engine.url)
    with suppress(Exception):  # the server is full, or away
        other: Any = engine.dialect.connect(*arguments, **options)
        with closing(other), closing(other.cursor()) as cursor:
            cursor.execute(f"KILL QUERY {number:d}")


def is_mariadb(connection: sa.Connection) -> bool:
    """Return whether what answers as MySQL is MariaDB."""
    return bool(getattr(connection.dialect, "is_mariadb", False))


def has_warnings(connection: sa.Connection, cursor: Any) -> bool:
    """Return whether a statement of MySQL's left warnings, or may have."""
    for told in (cursor, own(connection)):  # PyMySQL's and its descendants', mysqlclient's
        count = getattr(told, "warning_count", None)
        if count is not None:
            return bool(count() if callable(count) else count)
    return True
