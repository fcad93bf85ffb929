"""PostgreSQL: what it enforces for a table's rows, from its catalogue."""

import sqlalchemy as sa

from ..catalogue import TableFacts

# Of a table without children: a row of a child is one of its parent's, and meets no key there.
# A key that may be deferred can be broken for a while, by the transaction that looks.
_FACTS = sa.text("""
    SELECT
        ARRAY(
            SELECT attname::text FROM pg_catalog.pg_attribute
            WHERE attrelid = c.oid AND attnum > 0 AND attnotnull AND NOT attisdropped
                AND NOT EXISTS (  -- PostgreSQL 18 may not have checked the rows that were there
                    SELECT FROM pg_catalog.pg_constraint
                    WHERE conrelid = c.oid AND contype = 'n' AND NOT convalidated
                        AND attnum = ANY(conkey)
                )
        ),
        ARRAY(
            SELECT array_to_string(ARRAY(
                SELECT attname::text FROM pg_catalog.pg_attribute
                WHERE attrelid = c.oid AND attnum = ANY(i.indkey[0:i.indnkeyatts - 1])
            ), chr(31))
            FROM pg_catalog.pg_index i
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                AND i.indpred IS NULL AND i.indexprs IS NULL
        )
    FROM pg_catalog.pg_class c
    WHERE c.oid = to_regclass(:name) AND (
        c.relkind = 'p'
        OR c.relkind = 'r' AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid
        )
    )
""")


def full_name(table: sa.Table) -> str:
    """Return a table's name as PostgreSQL reads one from a value."""
    parts = (part.replace('"', '""') for part in (table.schema, table.name) if part)
    return ".".join(f'"{part}"' for part in parts)


def table_facts(connection: sa.Connection, table: sa.Table) -> TableFacts:
    """Return what holds for all rows that a table's name means."""
    found = connection.execute(_FACTS, {"name": full_name(table)}).first()
    if found is None:
        return TableFacts()
    filled = frozenset(found[0])
    keys = (frozenset(names.split("\x1f")) for names in found[1])
    return TableFacts(frozenset(key for key in keys if key <= filled), filled)
