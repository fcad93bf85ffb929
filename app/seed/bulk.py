"""Write many rows the way each database likes best, within the caller's transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.schema import Index

from app.models import MOMENT_TRIGGERS
from app.seed.making import Batch, tuples

# For each user, so that PostgreSQL sorts keys and gathers trigrams without many rounds of it.
BYTES_A_USER = 256
MEGABYTES = 64, 1024  # at least, at most

Progress = Callable[[int], None]

_FOREIGN_KEYS = text(
    "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND conrelid = CAST(:name AS regclass) ORDER BY conname"
)


def form(connection: Connection) -> str:
    """Say how this database takes rows."""
    return "lines" if connection.dialect.name == "postgresql" else "tuples"


def write(
    connection: Connection, table: Table, batches: Iterable[Batch], progress: Progress
) -> None:
    """Add rows, given in the order of the table's columns; report the size of each batch."""
    put = _copy if connection.dialect.name == "postgresql" else _insert
    put(connection, table, batches, progress)


@contextmanager
def unguarded(connection: Connection, table: Table) -> Iterator[None]:
    """Look at what rows refer to afterwards, at once; at what else holds of ours, not at all."""
    guarding = _foreign_keys if connection.dialect.name == "postgresql" else _checks
    with guarding(connection, table):
        yield


def clear(connection: Connection, tables: Iterable[Table]) -> None:
    """Delete all rows of tables, those that point to others first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        return
    for table in tables:
        connection.execute(delete(table))


def indexes(table: Table, dialect: str) -> list[Index]:
    """Return a table's indexes in one kind of database, always in the same order."""
    own = (index for index in table.indexes if index.info.get("dialect", dialect) == dialect)
    return sorted(own, key=lambda index: str(index.name))


def drop_indexes(connection: Connection, tables: Iterable[Table]) -> None:
    """Drop the tables' indexes: building each over all rows beats extending it row by row."""
    for table in tables:
        for index in indexes(table, connection.dialect.name):
            index.drop(connection)


def give_memory(connection: Connection, users: int) -> None:
    """Let PostgreSQL use more memory for building; SQLite's sorter is fastest with little."""
    if connection.dialect.name == "postgresql":
        least, most = MEGABYTES
        megabytes = min(max(least, users * BYTES_A_USER >> 20), most)
        connection.execute(text(f"SET LOCAL maintenance_work_mem = '{megabytes}MB'"))


def finish(connection: Connection, tables: Sequence[Table]) -> None:
    """Tell the planner about the new rows, and number later ones from the last one on."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("ANALYZE"))  # its search indexes are tables, too
        return
    connection.execute(text(f"ANALYZE {', '.join(table.name for table in tables)}"))
    for table in tables:
        last = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last)))


def _copy(
    connection: Connection, table: Table, batches: Iterable[Batch], progress: Progress
) -> None:
    """Stream rows through PostgreSQL's COPY; the table was emptied, so they need no vacuum."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    columns = ", ".join(column.name for column in table.columns)
    statement = f"COPY {table.name} ({columns}) FROM STDIN WITH (FREEZE)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for count, lines in batches:
            copy.write(lines)
            progress(count)


def _insert(
    connection: Connection, table: Table, batches: Iterable[Batch], progress: Progress
) -> None:
    """Insert rows by one prepared statement."""
    statement = str(insert(table).compile(dialect=connection.dialect))
    for count, data in batches:
        connection.exec_driver_sql(statement, tuples(data))
        progress(count)


@contextmanager
def _foreign_keys(connection: Connection, table: Table) -> Iterator[None]:
    """Check all rows by one join, where PostgreSQL would look up what each refers to."""
    keys = connection.execute(_FOREIGN_KEYS, {"name": table.name}).all()
    for name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}")
    yield
    for name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD CONSTRAINT {name} {definition}")


@contextmanager
def _checks(connection: Connection, table: Table) -> Iterator[None]:
    """Leave out SQLite's checks and rewriting of moments: our rows are in the one form already."""
    made = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    found = [r for r in connection.execute(made, {"name": table.name}) if r.name in MOMENT_TRIGGERS]
    for trigger in found:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    for trigger in found:
        connection.exec_driver_sql(trigger.sql)
