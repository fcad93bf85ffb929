"""PostgreSQL: a transaction in which all statements see one state of the data."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from .. import drivers
from ..catalogue import schema_in, told
from .statements import run, written

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ"
_LOCK_REFUSED = ("42501", "42P01", "42809", "3F000")  # no right; not there; no table; no schema

# The tables that names mean, and those below views; what may be locked by whoever asks.
_TABLES = sa.text("""
    WITH RECURSIVE below(oid) AS (
        SELECT CAST(to_regclass(name) AS oid) FROM unnest(CAST(:names AS text[])) AS name
        UNION
        SELECT refobjid FROM below
        JOIN pg_catalog.pg_rewrite ON ev_class = below.oid
        JOIN pg_catalog.pg_depend ON objid = pg_rewrite.oid
            AND classid = CAST('pg_catalog.pg_rewrite' AS regclass)
            AND refclassid = CAST('pg_catalog.pg_class' AS regclass)
    )
    SELECT CAST(nspname AS text), CAST(relname AS text) FROM below
    JOIN pg_catalog.pg_class AS class ON class.oid = below.oid
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname <> 'pg_catalog'
        AND has_schema_privilege(namespace.oid, 'USAGE')
        AND has_table_privilege(class.oid, 'SELECT')
    ORDER BY 1, 2
""")


@contextmanager
def of_one_snapshot(connection: sa.Connection, tables: Collection[sa.Table]) -> Iterator[None]:
    """Open a transaction of one snapshot, taken when nobody can empty or rewrite the tables.

    TRUNCATE, and ALTER TABLE where it rewrites, take old rows away from those as well whose
    snapshot is older. A statement that waits for one has its snapshot already, and would see
    a table without rows that never had none; so the locks come first.
    https://www.postgresql.org/docs/current/mvcc-caveats.html
    """
    names = sorted(written(table.name, schema_in(connection, table)) for table in tables)
    stored = told(connection, ("stored", *names), lambda: _stored(connection, names))
    connection.exec_driver_sql(_BEGIN)
    try:
        if stored and not _locked(connection, stored):
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql(_BEGIN)
        yield
    finally:
        if not (connection.closed or connection.invalidated):  # its transaction has gone too
            connection.exec_driver_sql("ROLLBACK")


def _stored(connection: sa.Connection, names: list[str]) -> list[str]:
    return [written(name, schema) for schema, name in connection.execute(_TABLES, {"names": names})]


def _locked(connection: sa.Connection, stored: list[str]) -> bool:
    """Wait for those who empty or rewrite the tables; False where that is refused by now."""
    try:
        run(connection, f"LOCK TABLE {', '.join(stored)} IN ACCESS SHARE MODE")
    except sa.exc.DBAPIError as error:
        if drivers.sqlstate(error.orig) not in _LOCK_REFUSED:
            raise
        return False
    return True
