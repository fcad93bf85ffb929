"""What PostgreSQL's catalogue says of a table and its parts, for search indexes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

PLAIN, PARTITIONED, FOREIGN = "r", "p", "f"
_KINDS = {"v": "a view", "m": "a materialized view", FOREIGN: "a foreign table"}
_OLDEST = (13,)

_PARTS = sa.text(
    r"""
WITH RECURSIVE parts AS (
    SELECT CAST(to_regclass(CAST(:name AS text)) AS oid) AS part, 0 AS depth
    UNION ALL
    SELECT inhrelid, depth + 1 FROM pg_inherits JOIN parts ON inhparent = part
)
SELECT part, CAST(relkind AS text), relispartition, attname, pg_get_expr(adbin, adrelid), EXISTS (
    SELECT FROM pg_index JOIN pg_opclass AS way ON way.oid = indclass[0]
    WHERE indrelid = part AND indkey[0] = attnum AND indnatts = 1 AND indpred IS NULL
        AND indisvalid AND opcname = 'gin_trgm_ops'
)
FROM parts JOIN pg_class AS class ON class.oid = part
LEFT JOIN pg_attribute ON attrelid = part AND attgenerated = 's' AND NOT attisdropped
    AND attname LIKE 'search\_text%'
LEFT JOIN pg_attrdef ON adrelid = part AND adnum = attnum
ORDER BY depth
"""
)
_COLUMNS = sa.text(
    """
SELECT attname, typcategory = 'S', attgenerated <> '', format_type(atttypid, atttypmod)
FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = CAST(to_regclass(CAST(:name AS text)) AS oid) AND attnum > 0 AND NOT attisdropped
"""
)
_INDEXES = sa.text(
    """
SELECT CAST(CAST(indexrelid AS regclass) AS text)
FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
WHERE indrelid = CAST(to_regclass(CAST(:name AS text)) AS oid) AND attname = :column
"""
)


@dataclass(slots=True)
class Part:
    """A table, one of its partitions or a child: its kind, its columns of search texts.

    `generated` are their expressions by name, `searched` those that have trigrams.
    """

    kind: str
    is_partition: bool
    generated: dict[str, str] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)


def parts(connection: sa.Connection, name: str) -> list[Part]:
    """Return a table and all that its rows lie in, the table first; nothing where it is missing."""
    found: dict[int, Part] = {}
    for oid, kind, is_partition, column, sql, searched in connection.execute(
        _PARTS, {"name": name}
    ):
        part = found.setdefault(oid, Part(kind, is_partition))
        if column is not None:
            part.generated[column] = sql
            part.searched |= {column} if searched else set()
    return list(found.values())


def indexes(connection: sa.Connection, name: str, column: str) -> Sequence[str]:
    """Return the names of a column's indexes, finished or not, as SQL writes them."""
    return connection.scalars(_INDEXES, {"name": name, "column": column}).all()


def trouble(connection: sa.Connection, name: str, columns: Sequence[str]) -> str | None:
    """Say why a table can't have a generated column of the text of these columns."""
    if (connection.dialect.server_version_info or _OLDEST) < _OLDEST:
        return "A search index needs PostgreSQL 13 or newer."
    found = parts(connection, name)
    if not found:
        return f"There is no table {name} in this database to make a search index for."
    return _trouble_of(found, name) or _trouble_with(connection, name, columns)


def _trouble_of(found: Sequence[Part], name: str) -> str | None:
    table = found[0]
    if table.kind not in (PLAIN, PARTITIONED):
        kind = _KINDS.get(table.kind, "no table")
        return f"{name} is {kind}; only a table can have a search index."
    if table.is_partition:
        return f"{name} is a part of another table, which can have the search index for all parts."
    if any(part.kind == FOREIGN for part in found):
        return f"A part of {name} is a foreign table, which can't have a search index."
    return None


def _trouble_with(connection: sa.Connection, name: str, columns: Sequence[str]) -> str | None:
    known = {row[0]: row for row in connection.execute(_COLUMNS, {"name": name})}
    for column in columns:
        if column not in known:
            return f"The table {name} has no column {column} to keep in a search index."
        _, is_text, is_generated, type_ = known[column]
        if not is_text:
            return f"{name}.{column} is of the type {type_}; a search index takes only text."
        if is_generated:
            return f"{name}.{column} is generated; a search index takes only plain columns."
    return None
