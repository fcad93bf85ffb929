"""PostgreSQL's change marks: made, dropped, purged and read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import quoted_name

from ...errors import ChangeMarksError
from ...naming import part_name
from .. import drivers
from ..change_marks import MarkState, Tracked
from . import change_marks_sql as sql
from .facts import full_name
from .statements import run, written

_LONGEST_NAME = 63  # bytes; PostgreSQL cuts longer ones without a word
_COLUMNS = ["delta", "id", "reset", "salt", "shape"]

_TABLE = sa.text("""
    SELECT CAST(nspname AS text), CAST(relkind AS text), CAST(relpersistence AS text),
        EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE class.oid IN (inhrelid, inhparent))
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relnamespace
    WHERE class.oid = to_regclass(CAST(:name AS text))
""")
# Whose values are shown alike until a row is written, or a label of an enum: what is built in but
# names of the catalogue, domains over that, types of extensions.
_UNKNOWN_COLUMN = sa.text(r"""
    SELECT CAST(attname AS text), format_type(atttypid, atttypmod)
    FROM pg_catalog.pg_attribute
    JOIN pg_catalog.pg_type AS own ON own.oid = atttypid
    JOIN pg_catalog.pg_type AS base ON base.oid = coalesce(nullif(own.typbasetype, 0), own.oid)
    WHERE attrelid = to_regclass(CAST(:name AS text)) AND attnum > 0 AND NOT attisdropped
        AND (attgenerated = 'v' OR NOT (
            base.typtype IN ('b', 'm', 'r') AND base.oid < 16384 AND base.typname !~ '^_?reg'
            OR base.typtype = 'b' AND base.typelem = 0 AND base.oid >= 16384
            OR own.typtype = 'e'
        ))
    ORDER BY attnum LIMIT 1
""")
_COLUMNS_OF = sa.text("""
    SELECT CAST(attname AS text) FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass(CAST(:name AS text)) AND attnum > 0
        AND has_table_privilege(attrelid, 'SELECT')
    ORDER BY attname
""")
_SOURCES = sa.text("""
    SELECT CAST(proname AS text), prosrc FROM pg_catalog.pg_proc
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = pronamespace
    WHERE nspname = :schema AND proname IN :names
""").bindparams(sa.bindparam("names", expanding=True))


def state(connection: sa.Connection, tracked: Tracked) -> MarkState:
    """Compare what the database has with what would be made, and ask whether it holds."""
    found = connection.execute(_TABLE, {"name": _name(connection, tracked)}).first()
    if found is None:
        return MarkState.ABSENT
    schema = found[0]
    own = _columns(connection, tracked)
    texts = sql.Written(tracked.table.name, schema)
    names = {"schema": schema, "names": list(texts.functions.values())}
    sources = {row.proname: row.prosrc for row in connection.execute(_SOURCES, names)}
    if _is_foreign(connection, tracked):
        return MarkState.FOREIGN
    if not own:
        return MarkState.OUTDATED if sources else MarkState.ABSENT
    if sources != {name: texts.body(part) for part, name in texts.functions.items()}:
        return MarkState.OUTDATED
    holds = connection.scalar(sa.select(token(tracked, None))) is not None
    return MarkState.CURRENT if holds else MarkState.OUTDATED


def trouble(connection: sa.Connection, tracked: Tracked) -> str | None:
    """Say why a table can't have marks: what they would not see."""
    name = tracked.table.name
    found = connection.execute(_TABLE, {"name": _name(connection, tracked)}).first()
    if found is None:
        return f"There is no table {name} in this database to mark the changes of."
    _, kind, persistence, is_in_family = found
    if kind != "r" or persistence != "p":
        return f"{name} is no plain table; only what triggers see of each change can be marked."
    if is_in_family:
        return f"{name} inherits, or is inherited from; changes of the other table would be missed."
    if len(f"{tracked.name}_purge".encode()) > _LONGEST_NAME:
        return f"The name of {name} is too long for names of its change marks."
    column = connection.execute(_UNKNOWN_COLUMN, {"name": _name(connection, tracked)}).first()
    if column is not None:
        return (
            f"{name}.{column[0]} is of the type {column[1]}, "
            "whose values can come to show something else without a change of the table."
        )
    return None


def make(connection: sa.Connection, tracked: Tracked) -> None:
    """Make all anew, while nobody writes. Raises `ChangeMarksError` where that can't be."""
    if _is_foreign(connection, tracked):
        raise ChangeMarksError(
            f"{tracked.table.name} can't have change marks: this database has {tracked.name} "
            "already, which is something else."
        )
    with _at_once(connection):
        texts = _written(connection, tracked)
        _check_isolation(connection, tracked)
        run(connection, texts.locking())
        rows = run(connection, texts.counting()).scalar_one()
        drop(connection, tracked)
        for statement in texts.making(rows):
            run(connection, statement)


def drop(connection: sa.Connection, tracked: Tracked) -> None:
    """Drop whatever is the marks' own."""
    if _is_foreign(connection, tracked):
        return
    with _at_once(connection):
        for statement in _written(connection, tracked).dropping():
            run(connection, statement)


def purge(connection: sa.Connection, tracked: Tracked) -> None:
    """Fold the marks that are committed into one; nobody waits for it."""
    run(connection, _written(connection, tracked).purging())


def token(tracked: Tracked, schema: Any) -> Any:  # noqa: ARG001 - SQLite's needs it
    """Return how many marks are seen, and the sum of their random numbers."""
    return sa.select(_now(tracked).c.token).scalar_subquery()


def total(tracked: Tracked) -> Any:
    """Return the sum of all that was added and taken away since the table was last empty."""
    return sa.select(_now(tracked).c.total).scalar_subquery()


def _now(tracked: Tracked) -> Any:
    name, schema = _function_name(f"{tracked.name}_now"), tracked.table.schema
    table = sa.cast(sa.literal(full_name(tracked.table), sa.Text()), postgresql.REGCLASS())
    within = (_function_name(schema),) if schema else None
    return sa.Function(name, table, packagenames=within).table_valued(
        sa.column("token", sa.Text()),
        sa.column("total", sa.BigInteger()),
        name=part_name("marks"),
    )


def _function_name(name: str) -> quoted_name:
    """Return a name with its percent signs doubled: SQLAlchemy formats those of functions once."""
    return quoted_name(name.replace("%", "%%"), quote=True)


def _name(connection: sa.Connection, tracked: Tracked) -> str:
    return written(tracked.table.name, tracked.schema_in(connection))


def _written(connection: sa.Connection, tracked: Tracked) -> sql.Written:
    """Return the statements, with the schema in which the table is, if it is there."""
    found = connection.execute(_TABLE, {"name": _name(connection, tracked)}).first()
    schema = found[0] if found else tracked.schema_in(connection)
    return sql.Written(tracked.table.name, schema)


def _columns(connection: sa.Connection, tracked: Tracked) -> list[str]:
    """Return the columns of what has the name of the table of marks."""
    texts = written(tracked.name, tracked.schema_in(connection))
    return list(connection.scalars(_COLUMNS_OF, {"name": texts}))


def _is_foreign(connection: sa.Connection, tracked: Tracked) -> bool:
    """Return whether something else than marks has their name."""
    return _columns(connection, tracked) not in ([], _COLUMNS)


def _check_isolation(connection: sa.Connection, tracked: Tracked) -> None:
    isolation = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
    if isolation != "read committed":
        raise ChangeMarksError(
            f"The rows of {tracked.table.name} can't be counted for its change marks in a "
            "transaction of one snapshot; use READ COMMITTED."
        )


@contextmanager
def _at_once(connection: sa.Connection) -> Iterator[None]:
    """Make several changes, or none, whether or not a transaction has begun."""
    if drivers.is_in_transaction(connection) or not drivers.is_autocommit(connection):
        yield
        return
    connection.exec_driver_sql("BEGIN")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
