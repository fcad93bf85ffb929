"""MySQL and MariaDB: what they enforce for a table's rows, from what they say of it."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from ..catalogue import NO_FACTS, TableFacts


def table_facts(connection: sa.Connection, table: sa.Table) -> TableFacts:
    """Return what holds for all rows that a table's name means, a temporary table's as well."""
    name = connection.dialect.identifier_preparer.format_table(table)
    try:
        columns = _asked(connection, f"SHOW COLUMNS FROM {name}")
        indexes = _asked(connection, f"SHOW INDEX FROM {name}")
    except sa.exc.ProgrammingError:  # there is none of this name
        return NO_FACTS
    filled = {row["Field"] for row in columns if row["Null"] == "NO"}
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in indexes:  # a view has none
        if not int(row["Non_unique"]):
            keys[row["Key_name"]].add(row["Column_name"])  # None for an expression: never filled
    whole = frozenset(frozenset(names) for names in keys.values() if names <= filled)
    # Texts are compared by their collations, each of which takes some for equal that are not.
    return TableFacts(whole, frozenset(filled), collates=True) if whole else NO_FACTS


def _asked(connection: sa.Connection, command: str) -> list[dict[str, Any]]:
    doubled = connection.dialect.paramstyle in ("format", "pyformat")
    found = connection.exec_driver_sql(command.replace("%", "%%") if doubled else command)
    return [dict(row) for row in found.mappings()]
