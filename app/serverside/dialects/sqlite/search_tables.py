"""SQLite's search index, kept: a side table of folded text, FTS5 trigrams of it, and triggers.

The triggers need only SQLite's own functions, so any program can write. What those can't fold, text
beyond ASCII, they leave NULL: such rows are compared in full until `fold_pending` has seen them.
"""

from functools import cache
from hashlib import sha256

import sqlalchemy as sa

from ...columns.fold import fold
from ...errors import SearchIndexError
from ..search_text import SEPARATOR, STAND_IN, SearchText, State
from .schema import NO_KEY, at_once, objects, quoted, trouble_with

# What is made, by its part in the index. The remark keeps apart what another version of the engine,
# or of Python, has folded.
_SIDE = "CREATE TABLE {side} (id INTEGER PRIMARY KEY, text TEXT /* folded by {rule} */)"
_AROUND = {
    "pending": "CREATE INDEX {pending} ON {side} (id) WHERE text IS NULL",
    "trigrams": (
        "CREATE VIRTUAL TABLE {trigrams} USING fts5(text, content={content}, content_rowid='id', "
        "tokenize='trigram case_sensitive 1', detail=none)"
    ),
    "added": (
        "CREATE TRIGGER {added} AFTER INSERT ON {side} WHEN NEW.text IS NOT NULL BEGIN "
        "INSERT INTO {trigrams}(rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
    "removed": (
        "CREATE TRIGGER {removed} AFTER DELETE ON {side} WHEN OLD.text IS NOT NULL BEGIN "
        "INSERT INTO {trigrams}({trigrams}, rowid, text) VALUES ('delete', OLD.id, OLD.text); END"
    ),
    "folded": (
        "CREATE TRIGGER {folded} AFTER UPDATE OF text ON {side} WHEN OLD.text IS NULL BEGIN "
        "INSERT INTO {trigrams}(rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
}
_TRIGGERS = {
    "insert": (
        "CREATE TRIGGER {insert} AFTER INSERT ON {table} BEGIN "
        "DELETE FROM {side} WHERE id = NEW.{key}; "
        "INSERT INTO {side}(id, text) VALUES (NEW.{key}, {ascii}); END"
    ),
    "update": (
        "CREATE TRIGGER {update} AFTER UPDATE OF {key}, {columns} ON {table} BEGIN "
        "DELETE FROM {side} WHERE id IN (OLD.{key}, NEW.{key}); "
        "INSERT INTO {side}(id, text) VALUES (NEW.{key}, {ascii}); END"
    ),
    "delete": (
        "CREATE TRIGGER {delete} AFTER DELETE ON {table} BEGIN "
        "DELETE FROM {side} WHERE id = OLD.{key}; END"
    ),
}
_ALL = {"side": _SIDE, **_AROUND, **_TRIGGERS}
_FILL = "INSERT INTO {side} SELECT {key}, serverside_folded({whole}) FROM {table}"
_REBUILD = "INSERT INTO {trigrams}({trigrams}) VALUES ('rebuild')"
_IS_PENDING = "SELECT 1 FROM {side} WHERE text IS NULL LIMIT 1"
_FOLD_PENDING = (
    "UPDATE {side} SET text = serverside_folded({whole}) FROM {table} AS own "
    "WHERE own.{key} = {side}.id AND {side}.text IS NULL"
)

# What tells that a part was made by this engine, whichever version; else, that it names the side.
_SIGNS = {
    "side": "CREATE TABLE {side} (id INTEGER PRIMARY KEY, text TEXT",
    "trigrams": "CREATE VIRTUAL TABLE {trigrams} USING fts5(text, content={content}",
}
_SHADOWS = ("data", "idx", "docsize", "config")  # the tables that FTS5 keeps for itself


def names(index: SearchText) -> dict[str, str]:
    """Return the names of what is made, by their parts."""
    side = f"{index.table.name}_search"
    parts = (part for part in _ALL if part not in ("side", "trigrams"))
    own = {"side": side, "trigrams": f"{side}_index"}
    return own | {part: f"{side}_{part}" for part in parts}


def tables(index: SearchText) -> set[str]:
    """Return the names of the tables that are made, those that FTS5 makes included."""
    made = names(index)
    shadows = {f"{made['trigrams']}_{shadow}" for shadow in _SHADOWS}
    return {made["side"], made["trigrams"]} | shadows


def state(connection: sa.Connection, index: SearchText) -> State:
    """Compare what the database has, word by word, with what would be made."""
    found = objects(connection, names(index).values())
    if not found or index.schema_in(connection):
        return State.ABSENT
    if len(_own(index, found)) < len(found):
        return State.FOREIGN
    if trouble(connection, index) is not None:
        return State.OUTDATED
    made = {name: _written(index, _ALL[part]) for part, name in names(index).items()}
    return State.CURRENT if found == made else State.OUTDATED


def trouble(connection: sa.Connection, index: SearchText) -> str | None:
    """Say why this database can't keep the text of this table."""
    name, schema = index.table.name, index.schema_in(connection)
    if schema:
        return f"{schema}.{name} is in an attached database, where SQLite has no search index."
    if index.key is None or not isinstance(index.key.type, sa.Integer):
        return NO_KEY.format(name)
    columns = [column.name for column in index.columns]
    return trouble_with(connection, name, index.key.name, columns)


def drop(connection: sa.Connection, index: SearchText) -> None:
    """Drop whatever is the index's own."""
    if index.schema_in(connection):
        return
    own = _own(index, objects(connection, names(index).values()))
    with at_once(connection):
        for part in (*_TRIGGERS, "trigrams", "side"):
            if part in own:
                kind = "TRIGGER" if part in _TRIGGERS else "TABLE"
                connection.exec_driver_sql(f"DROP {kind} {quoted(names(index)[part])}")


def make(connection: sa.Connection, index: SearchText) -> None:
    """Make all from the table's rows, much faster than row by row, in place of what is there.

    Raises `SearchIndexError` where something of somebody else's has one of the names.
    """
    found = objects(connection, names(index).values())
    if foreign := found.keys() - _own(index, found).values():
        raise SearchIndexError(
            f"{index.table.name} can't have its search index: this database has "
            f"{min(foreign)} already, which is something else."
        )
    with at_once(connection):
        drop(connection, index)
        for statement in (_SIDE, _FILL, *_AROUND.values(), _REBUILD, *_TRIGGERS.values()):
            connection.exec_driver_sql(_written(index, statement))


def fold_pending(connection: sa.Connection, index: SearchText) -> None:
    """Fold the rows that triggers could not; only speed depends on it."""
    if connection.exec_driver_sql(_written(index, _IS_PENDING)).first():  # else nobody waits
        connection.exec_driver_sql(_written(index, _FOLD_PENDING, prefix="own."))


@cache
def _rule() -> str:
    """Return a digest of what `fold` makes of each character."""
    ranges = (1, 0xD800), (0xE000, 0x18E00), (0x1AFF0, 0x20000), (0x2F800, 0x2FB00)
    chars = [chr(code) for first, end in ranges for code in range(first, end)]
    return sha256(fold("\n".join(chars)).encode()).hexdigest()[:8]


def _own(index: SearchText, found: dict[str, str]) -> dict[str, str]:
    """Return, by their parts, the names of what this engine has made, whichever version."""
    signs = {part: _written(index, _SIGNS.get(part, "{side}")) for part in _ALL}
    return {
        part: name
        for part, name in names(index).items()
        if name in found and signs[part] in found[name]
    }


def _written(index: SearchText, statement: str, prefix: str = "") -> str:
    new = _whole(index, "NEW.")
    texts = {
        "table": quoted(index.table.name),
        "key": quoted(index.key.name if index.key is not None else ""),
        "content": "'" + names(index)["side"].replace("'", "''") + "'",
        "columns": ", ".join(quoted(column.name) for column in index.columns),
        "whole": _whole(index, prefix),
        "ascii": f"CASE WHEN length({new}) = length(CAST({new} AS BLOB)) THEN lower({new}) END",
        "rule": _rule(),
    }
    return statement.format(**texts, **{part: quoted(n) for part, n in names(index).items()})


def _whole(index: SearchText, prefix: str) -> str:
    texts = (
        f"coalesce(replace({prefix}{quoted(column.name)}, char({ord(SEPARATOR)}), "
        f"char({ord(STAND_IN)})), '')"
        for column in index.columns
    )
    return "(" + f" || char({ord(SEPARATOR)}) || ".join(texts) + ")"
