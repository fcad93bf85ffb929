"""MySQL and MariaDB: what they enforce for a table's rows, from what they say of it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ..catalogue import NO_FACTS, TableFacts

# As the two write what `caseless_bytes_sql` writes, of one column.
_KEPT = re.compile(
    r"^\s*`((?:[^`]|``)+)` varbinary\((\d+)\) GENERATED ALWAYS AS "
    r"\(cast\((?:lcase|lower)\(convert\(cast\(convert\(`((?:[^`]|``)+)` using utf8mb4\) "
    r"as char charset binary\) using hebrew\)\) as char charset binary\)\)",
    re.MULTILINE,
)
_TEXT = re.compile(r"(?:var)?char\((\d+)\)")
_BYTES = 4  # of a character, at most


def table_facts(connection: sa.Connection, table: sa.Table) -> TableFacts:
    """Return what holds for all rows that a table's name means, a temporary table's as well."""
    name = connection.dialect.identifier_preparer.format_table(table)
    try:
        [table_or_view] = _asked(connection, f"SHOW CREATE TABLE {name}")
        columns = _asked(connection, f"SHOW COLUMNS FROM {name}")
        indexes = _asked(connection, f"SHOW INDEX FROM {name}")
    except sa.exc.DBAPIError:  # there is none of this name, or a view of nothing
        return NO_FACTS
    if "Create Table" not in table_or_view:
        return NO_FACTS
    filled = {row["Field"] for row in columns if row["Null"] == "NO"}
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in indexes:
        if not int(row["Non_unique"]):
            keys[row["Key_name"]].add(row["Column_name"])  # None for an expression: never filled
    whole = frozenset(frozenset(names) for names in keys.values() if names <= filled)
    # Texts are compared by their collations, each of which takes some for equal that are not.
    types = {row["Field"]: row["Type"] for row in columns}
    ordered = tuple(_ordered(table_or_view["Create Table"], types))
    return TableFacts(whole, frozenset(filled), collates=True, ordered=ordered)


def _ordered(definition: str, types: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the texts for which a generated column holds what orders them, all of it."""
    for kept, size, name in _KEPT.findall(definition):
        length = _TEXT.fullmatch(types.get(_unquoted(name), ""))
        if length and int(size) >= _BYTES * int(length[1]):
            yield _unquoted(name), _unquoted(kept)


def _unquoted(name: str) -> str:
    return name.replace("``", "`")


def _asked(connection: sa.Connection, command: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.exec_driver_sql(command).mappings()]
