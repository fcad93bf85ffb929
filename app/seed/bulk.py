"""Write many rows the way each database likes best, within the caller's transaction."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.schema import Index

BATCH = 10_000
Progress = Callable[[int], None]
Row = tuple[object, ...]


def write(connection: Connection, table: Table, rows: Iterable[Row], progress: Progress) -> None:
    """Add rows, given in the order of the table's columns; report the size of each batch."""
    put = _copy if connection.dialect.name == "postgresql" else _insert
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        put(connection, table, batch)
        progress(len(batch))


def clear(connection: Connection, tables: Iterable[Table]) -> None:
    """Delete all rows of tables, those that point to others first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        return
    for table in tables:
        connection.execute(delete(table))


def drop_indexes(connection: Connection, tables: Iterable[Table]) -> list[Index]:
    """Drop the tables' indexes: building each over all rows beats extending it row by row.

    Not on MySQL and MariaDB, where that would end the transaction.
    """
    indexes = [i for table in tables for i in sorted(table.indexes, key=lambda i: str(i.name))]
    for index in indexes if connection.dialect.name != "mysql" else ():
        index.drop(connection)
    return indexes


def build_index(connection: Connection, index: Index) -> None:
    """Create an index again, with memory enough to sort a million keys."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    if connection.dialect.name != "mysql":
        index.create(connection)


def finish(connection: Connection, tables: Iterable[Table]) -> None:
    """Tell the planner about the new rows, and number later ones from the last one on."""
    if connection.dialect.name != "mysql":  # where it would end the transaction
        connection.execute(text("ANALYZE"))
    if connection.dialect.name == "postgresql":
        for table in tables:
            last = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last)))


def _copy(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Stream rows through PostgreSQL's COPY."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows by one statement, prepared or of many rows."""
    compiled = insert(table).compile(dialect=connection.dialect)
    names = table.columns.keys()
    named = [dict(zip(names, row, strict=True)) for row in rows]
    connection.exec_driver_sql(str(compiled), rows if compiled.positional else named)
