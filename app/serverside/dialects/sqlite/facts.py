"""SQLite: what it enforces for a table's rows, from its own schema."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from ..catalogue import TableFacts

_STORED = (
    "SELECT sql FROM {schema}.sqlite_master WHERE type = 'table' AND name = :name COLLATE NOCASE"
)
_COLUMNS = sa.text('SELECT name, type, "notnull", pk FROM pragma_table_info(:name, :schema)')
_UNIQUE = sa.text("""
    SELECT list.name, list.origin, info.name
    FROM pragma_index_list(:name, :schema) AS list, pragma_index_info(list.name, :schema) AS info
    WHERE list."unique" AND NOT list.partial
""")


def table_facts(connection: sa.Connection, table: sa.Table) -> TableFacts:
    """Return what holds for all rows that a table's name means."""
    name = {"name": table.name}
    for schema in [table.schema] if table.schema else _schemas(connection):
        quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
        sql = connection.scalar(sa.text(_STORED.format(schema=quoted)), name)
        if sql is not None:
            return _facts(connection, sql, {**name, "schema": schema})
    return TableFacts()


def _schemas(connection: sa.Connection) -> list[str]:
    """Return the files in which a bare name is looked for, in that order."""
    names = connection.scalars(sa.text("SELECT name FROM pragma_database_list")).all()
    return ["temp", *(name for name in names if name != "temp")]


def _facts(connection: sa.Connection, sql: str, of: dict[str, Any]) -> TableFacts:
    if sql.upper().lstrip().startswith("CREATE VIRTUAL"):
        return TableFacts()
    columns = connection.execute(_COLUMNS, of).all()
    filled = {name for name, _, never_null, _ in columns if never_null}
    indexes: dict[str, set[str]] = defaultdict(set)
    origins = set()
    for index, origin, column in connection.execute(_UNIQUE, of):
        indexes[index].add(column)  # None for an expression, which is never filled
        origins.add(origin)
    key = [(name, type_) for name, type_, _, place in columns if place]
    if len(key) == 1 and key[0][1].upper() == "INTEGER" and "pk" not in origins:
        filled.add(key[0][0])  # the row's own number
        indexes[""] = {key[0][0]}
    keys = frozenset(frozenset(names) for names in indexes.values() if names <= filled)
    return TableFacts(keys, frozenset(filled), collates="collate" in sql.lower())
