"""SQLite's search index: a side table of folded text, an FTS5 trigram index on it, and triggers.

The triggers need only SQLite's own functions, so any program can write. What those can't fold, text
beyond ASCII, they leave NULL: such rows are compared in full until `fold_pending` has seen them.
"""

from typing import Any

import sqlalchemy as sa

from ..searchindex import SEPARATOR, STAND_IN, SearchIndex
from .default import Expression

TRIGRAM = 3  # characters; shorter texts the index can't find

_SIDE = "CREATE TABLE {side} (id INTEGER PRIMARY KEY, text TEXT)"
_AROUND = (
    "CREATE INDEX {pending} ON {side} (id) WHERE text IS NULL",
    (
        "CREATE VIRTUAL TABLE {trigrams} USING fts5(text, content={content}, content_rowid='id', "
        "tokenize='trigram case_sensitive 1', detail=none)"
    ),
    (
        "CREATE TRIGGER {added} AFTER INSERT ON {side} WHEN NEW.text IS NOT NULL BEGIN "
        "INSERT INTO {trigrams}(rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
    (
        "CREATE TRIGGER {removed} AFTER DELETE ON {side} WHEN OLD.text IS NOT NULL BEGIN "
        "INSERT INTO {trigrams}({trigrams}, rowid, text) VALUES ('delete', OLD.id, OLD.text); END"
    ),
    (
        "CREATE TRIGGER {folded} AFTER UPDATE OF text ON {side} WHEN OLD.text IS NULL BEGIN "
        "INSERT INTO {trigrams}(rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
)
_TRIGGERS = (
    (
        "CREATE TRIGGER {on_insert} AFTER INSERT ON {table} BEGIN "
        "DELETE FROM {side} WHERE id = NEW.{key}; "
        "INSERT INTO {side}(id, text) VALUES (NEW.{key}, {ascii}); END"
    ),
    (
        "CREATE TRIGGER {on_update} AFTER UPDATE OF {key}, {columns} ON {table} BEGIN "
        "DELETE FROM {side} WHERE id IN (OLD.{key}, NEW.{key}); "
        "INSERT INTO {side}(id, text) VALUES (NEW.{key}, {ascii}); END"
    ),
    (
        "CREATE TRIGGER {on_delete} AFTER DELETE ON {table} BEGIN "
        "DELETE FROM {side} WHERE id = OLD.{key}; END"
    ),
)
_FILL = "INSERT INTO {side} SELECT {key}, serverside_folded({whole}) FROM {table}"
_REBUILD = "INSERT INTO {trigrams}({trigrams}) VALUES ('rebuild')"
_FOLD_PENDING = (
    "UPDATE {side} SET text = serverside_folded({whole}) FROM {table} AS own "
    "WHERE own.{key} = {side}.id AND {side}.text IS NULL"
)
_EVENTS = ("insert", "update", "delete")


def fits(index: SearchIndex) -> bool:
    """Tell whether the table has what the index finds rows by: one number as its key."""
    one = len(index.table.primary_key.columns) == 1
    return one and isinstance(index.key.type, sa.Integer) and index.table.schema is None


def create(connection: sa.Connection, index: SearchIndex) -> None:
    """Make the side table, its index and the triggers that keep them."""
    _run(connection, index, _SIDE, *_AROUND, *_TRIGGERS)


def drop(connection: sa.Connection, index: SearchIndex) -> None:
    """Drop them all."""
    triggers = (f"DROP TRIGGER IF EXISTS {{on_{event}}}" for event in _EVENTS)
    _run(connection, index, *triggers)
    _run(connection, index, "DROP TABLE IF EXISTS {trigrams}", "DROP TABLE IF EXISTS {side}")


def rebuild(connection: sa.Connection, index: SearchIndex) -> None:
    """Make them anew from the table's rows, much faster than row by row."""
    drop(connection, index)
    _run(connection, index, _SIDE, _FILL, *_AROUND, _REBUILD, *_TRIGGERS)


def fold_pending(connection: sa.Connection, index: SearchIndex) -> None:
    """Fold the rows that triggers could not; only speed depends on it."""
    side = _side(index)
    pending = sa.select(side.c.id).where(side.c.text.is_(None)).limit(1)
    if connection.scalar(pending) is not None:  # else nothing is written, so nobody waits
        _run(connection, index, _FOLD_PENDING, prefix="own.")


def found(index: SearchIndex, table: Any, text: str, *, by_index: bool) -> Expression:
    """Test a row against the list of all rows that contain the text, by the index or a scan."""
    side = _side(index)
    own = index.table.alias()
    pending = (
        sa.select(side.c.id)
        .join(own, own.c[index.key.name] == side.c.id)
        .where(side.c.text.is_(None), sa.func.instr(_folded(index, own), text) > 0)
    )
    if len(text) < TRIGRAM or not by_index:
        rows: Any = sa.select(side.c.id).where(sa.func.instr(side.c.text, text) > 0)
    else:
        trigrams = sa.table(index.trigrams, sa.column("rowid"), sa.column("text"))
        rows = sa.select(trigrams.c.rowid).where(trigrams.c.text.op("GLOB")(_glob(text)))
    test: Expression = _key(index, table).in_(rows.union_all(pending))
    return test


def contains(index: SearchIndex, table: Any, text: str) -> Expression:
    """Test a row by its own folded text: for a walk that soon ends."""
    side = _side(index)
    kept = sa.select(side.c.text).where(side.c.id == _key(index, table)).scalar_subquery()
    return sa.func.instr(sa.func.coalesce(kept, _folded(index, table)), text) > 0


def _folded(index: SearchIndex, table: Any) -> Any:
    """Return the search text of a row that the triggers could not fold."""
    text = sa.Text()
    separator = sa.literal(SEPARATOR, text)
    stand_in = sa.literal(STAND_IN, text)
    whole: Any = None
    for column in index.columns:
        own = sa.func.replace(table.c[column.name], separator, stand_in, type_=text)
        filled = sa.func.coalesce(own, sa.literal("", text), type_=text)
        whole = filled if whole is None else whole.concat(separator).concat(filled)
    return sa.func.serverside_folded(whole, type_=text)


def _key(index: SearchIndex, table: Any) -> Any:
    return table.c[index.key.name]


def _side(index: SearchIndex) -> Any:
    return sa.table(index.side, sa.column("id", sa.Integer()), sa.column("text", sa.Text())).alias()


def _whole(index: SearchIndex, prefix: str) -> str:
    texts = (
        f"coalesce(replace({prefix}{_quoted(column.name)}, char({ord(SEPARATOR)}), "
        f"char({ord(STAND_IN)})), '')"
        for column in index.columns
    )
    return "(" + f" || char({ord(SEPARATOR)}) || ".join(texts) + ")"


def _glob(text: str) -> str:
    return "*" + "".join(f"[{char}]" if char in "*?[" else char for char in text) + "*"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(index: SearchIndex) -> dict[str, str]:
    around = {part: f"{index.side}_{part}" for part in ("pending", "added", "removed", "folded")}
    names = {
        "table": index.table.name,
        "key": index.key.name,
        "side": index.side,
        "trigrams": index.trigrams,
        **around,
        **{f"on_{event}": f"{index.side}_{event}" for event in _EVENTS},
    }
    return {part: _quoted(name) for part, name in names.items()}


def _run(connection: sa.Connection, index: SearchIndex, *statements: str, prefix: str = "") -> None:
    new = _whole(index, "NEW.")
    texts = {
        "content": "'" + index.side.replace("'", "''") + "'",
        "columns": ", ".join(_quoted(column.name) for column in index.columns),
        "whole": _whole(index, prefix),
        "ascii": f"CASE WHEN length({new}) = length(CAST({new} AS BLOB)) THEN lower({new}) END",
    }
    for statement in statements:
        connection.exec_driver_sql(statement.format(**_names(index), **texts))
