"""PostgreSQL's search index: a generated column of folded text, with a pg_trgm index on it."""

from typing import Any

import sqlalchemy as sa

from ..searchindex import SEPARATOR, STAND_IN, SearchIndex
from ..sqlalchemy_private import column_of
from .default import Expression

_LOOKED_UP = 16  # characters; each trigram more is one more list of rows to read

_EXTENSION = """
DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: searches work, without an index'; END $$
"""


def create(connection: sa.Connection, index: SearchIndex, fold_sql: Any) -> None:
    """Add the column and, where the extension can be had, the index."""
    quote = connection.dialect.identifier_preparer
    name = quote.format_table(index.table)
    texts = (
        f"coalesce(translate({quote.format_column(c)}::text, chr({ord(SEPARATOR)}), "
        f"chr({ord(STAND_IN)})), '')"
        for c in index.columns
    )
    whole = f" || chr({ord(SEPARATOR)}) || ".join(texts)
    column = f"ADD COLUMN {index.text} text GENERATED ALWAYS AS ({fold_sql(whole)}) STORED"
    connection.exec_driver_sql(f"ALTER TABLE {name} {column}".replace("%", "%%"))
    create_trigrams(connection, index)


def create_trigrams(connection: sa.Connection, index: SearchIndex) -> None:
    """Make the trigram index where the extension is there or can be made."""
    connection.exec_driver_sql(_EXTENSION)
    if connection.scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        quote = connection.dialect.identifier_preparer
        name = quote.format_table(index.table)
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS {quote.quote(index.trigrams)} ON {name} "
            f"USING gin ({index.text} gin_trgm_ops)"
        )


def drop_trigrams(connection: sa.Connection, index: SearchIndex) -> None:
    """Drop the trigram index; the column keeps itself."""
    quote = connection.dialect.identifier_preparer
    schema = f"{quote.quote_schema(index.table.schema)}." if index.table.schema else ""
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS {schema}{quote.quote(index.trigrams)}")


def found(index: SearchIndex, table: Any, text: str) -> Expression:
    """Test the same by the index: by the beginning of a long text, whose trigrams are enough."""
    if len(text) <= _LOOKED_UP:
        return contains(index, table, text)
    whole = sa.func.strpos(_column(index, table), text) > 0
    return sa.and_(contains(index, table, text[:_LOOKED_UP]), whole)


def contains(index: SearchIndex, table: Any, text: str) -> Expression:
    """Test whether a row's search text contains a folded text."""
    test: Expression = _column(index, table).like(_pattern(text))
    return test


def part_contains(index: SearchIndex, table: Any, column: Any, text: str) -> Expression:
    """Test one column's part of the search text, which is already folded."""
    place = index.position(column)
    part = sa.func.split_part(_column(index, table), sa.func.chr(ord(SEPARATOR)), place)
    test: Expression = part.like(_pattern(text))
    return test


def _column(index: SearchIndex, table: Any) -> Any:
    return column_of(table, index.text, sa.Text())


def _pattern(text: str) -> Any:
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return sa.literal(f"%{text}%", sa.Text())
