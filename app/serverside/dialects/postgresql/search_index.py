"""PostgreSQL's search index: a generated column of folded text, with a pg_trgm index on it.

The column's name ends with a digest of its expression. So a statement that was written for another
declaration or another rule of folding fails, where it would read what it does not mean, and two
versions of an app can each have their column while one takes over from the other.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from ...sqlalchemy_private import column_of
from ..expressions import Expression
from ..search_text import SEPARATOR, STAND_IN, SearchText, State
from . import search_tables
from .fold import folded_sql
from .statements import QUOTE, run, written

_LOOKED_UP = 16  # characters; each trigram more is one more list of rows to read

_EXTENSION = """
DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: searches work, without an index'; END $$
"""
_SCHEMA_OF_EXTENSION = sa.text(
    "SELECT CAST(CAST(extnamespace AS regnamespace) AS text) FROM pg_extension "
    "WHERE extname = 'pg_trgm'"
)


def column_name(index: SearchText) -> str:
    """Return the name of the column that holds the text."""
    digest = sha256(_expression(index).encode()).hexdigest()
    return f"search_text_{digest[:8]}"


def state(connection: sa.Connection, index: SearchText) -> State:
    """Compare what the database has with what would be written."""
    return _state(index, search_tables.parts(connection, _name(connection, index)))


def trouble(connection: sa.Connection, index: SearchText) -> str | None:
    """Say why this database can't keep the text of this table."""
    names = [column.name for column in index.columns]
    return search_tables.trouble(connection, _name(connection, index), names)


def make(connection: sa.Connection, index: SearchText, *, online: bool) -> None:
    """Add the column and, where the extension can be had, the trigrams; remove older columns.

    `online` lets others write while the trigrams are made; it takes a connection in autocommit.
    """
    name = _name(connection, index)
    found = search_tables.parts(connection, name)
    now = _state(index, found)
    if not now.is_usable:
        added = f"text GENERATED ALWAYS AS ({_expression(index)}) STORED"
        changes = [*_dropping(found), f"ADD COLUMN {column_name(index)} {added}"]
        run(connection, f"ALTER TABLE {name} {', '.join(changes)}")
    run(connection, _EXTENSION)
    schema = connection.scalar(_SCHEMA_OF_EXTENSION)
    if schema is None or now is State.CURRENT:
        return
    drop_trigrams(connection, index)  # those whose making failed
    how = " CONCURRENTLY" if online and found[0].kind == search_tables.PLAIN else ""
    using = f"USING gin ({column_name(index)} {schema}.gin_trgm_ops)"
    run(connection, f"CREATE INDEX{how} ON {name} {using}")


def drop(connection: sa.Connection, index: SearchText) -> None:
    """Drop the column, also those of other declarations and versions."""
    name = _name(connection, index)
    if changes := _dropping(search_tables.parts(connection, name)):
        run(connection, f"ALTER TABLE {name} {', '.join(changes)}")


def drop_trigrams(connection: sa.Connection, index: SearchText) -> None:
    """Drop the trigrams; the column keeps itself."""
    name = _name(connection, index)
    for trigrams in search_tables.indexes(connection, name, column_name(index)):
        run(connection, f"DROP INDEX {trigrams}")


def found(index: SearchText, table: Any, text: str) -> Expression:
    """Test the same by the index: by the beginning of a long text, whose trigrams are enough."""
    if len(text) <= _LOOKED_UP:
        return contains(index, table, text)
    whole = sa.func.strpos(_column(index, table), text) > 0
    return sa.and_(contains(index, table, text[:_LOOKED_UP]), whole)


def contains(index: SearchText, table: Any, text: str) -> Expression:
    """Test whether a row's search text contains a folded text."""
    test: Expression = _column(index, table).like(_pattern(text))
    return test


def part_contains(index: SearchText, table: Any, column: Any, text: str) -> Expression:
    """Test one column's part of the search text, which is already folded."""
    place = index.position(column)
    part = sa.func.split_part(_column(index, table), sa.func.chr(ord(SEPARATOR)), place)
    test: Expression = part.like(_pattern(text))
    return test


def _state(index: SearchText, found: Sequence[search_tables.Part]) -> State:
    """Judge by all parts of a table: each can have an expression of its own."""
    if not found:
        return State.ABSENT
    name, wanted = column_name(index), _bare(_expression(index))
    for part in found:
        generated = part.generated.get(name)
        if part.kind == search_tables.FOREIGN or generated is None or _bare(generated) != wanted:
            return State.OUTDATED if _ours(found[0]) else State.ABSENT
    return State.CURRENT if name in found[0].searched else State.UNINDEXED


def _ours(part: search_tables.Part) -> list[str]:
    """Return the columns of search indexes, by what no other column is generated from."""
    marks = f"chr({ord(SEPARATOR)})", f"chr({ord(STAND_IN)})"
    return [name for name, sql in part.generated.items() if all(mark in sql for mark in marks)]


def _dropping(found: Sequence[search_tables.Part]) -> list[str]:
    return [f"DROP COLUMN {QUOTE.quote(name)}" for name in _ours(found[0])] if found else []


def _expression(index: SearchText) -> str:
    texts = (
        f"coalesce(translate({QUOTE.quote(column.name)}::text, chr({ord(SEPARATOR)}), "
        f"chr({ord(STAND_IN)})), '')"
        for column in index.columns
    )
    return folded_sql(f" || chr({ord(SEPARATOR)}) || ".join(texts))


def _bare(sql: str) -> str:
    """Return an expression without what PostgreSQL adds or leaves out when it shows one."""
    return re.sub(r"::text\b|[\s()'\"]", "", sql).lower()


def _name(connection: sa.Connection, index: SearchText) -> str:
    """Write the table's name as its statements on this connection do."""
    return written(index.table.name, index.schema_in(connection))


def _column(index: SearchText, table: Any) -> Any:
    return column_of(table, column_name(index), sa.Text())


def _pattern(text: str) -> Any:
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return sa.literal(f"%{text}%", sa.Text())
