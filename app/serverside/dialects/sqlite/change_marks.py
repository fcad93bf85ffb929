"""SQLite's change marks: one row a table, which triggers write; there is one writer at a time.

The version of the data is a random number, so that a restored file never has one of the other's.
"""

from typing import Any

import sqlalchemy as sa

from ...errors import ChangeMarksError
from ..change_marks import MarkState, Tracked
from .schema import at_once, kind_of_table, objects, quoted

_SIDE = "CREATE TABLE {marks} (total INTEGER, token INTEGER NOT NULL, schema INTEGER NOT NULL)"
_NONE = "DELETE FROM {marks}"
_FIRST = "INSERT INTO {marks} SELECT (SELECT count(*) FROM {table}), random(), {version}"
_TRIGGERS = {
    "insert": "AFTER INSERT ON {table} BEGIN "
    "UPDATE {marks} SET total = total + 1, token = random(); END",
    "delete": "AFTER DELETE ON {table} BEGIN "
    "UPDATE {marks} SET total = total - 1, token = random(); END",
    "update": "AFTER UPDATE ON {table} BEGIN UPDATE {marks} SET token = random(); END",
    # REPLACE takes rows away without a trigger. Where it may, the number of rows is not known.
    "replace": "BEFORE INSERT ON {table} WHEN {met} BEGIN UPDATE {marks} SET total = NULL; END",
    "overwrite": "BEFORE UPDATE{of_keys} ON {table} WHEN {met_by_another} BEGIN "
    "UPDATE {marks} SET total = NULL; END",
}

_KEYS = sa.text("""
    SELECT list.name, list.partial, info.cid, info.name, info.coll
    FROM pragma_index_list(:name) AS list, pragma_index_xinfo(list.name) AS info
    WHERE list."unique" AND info.key ORDER BY list.name, info.seqno
""")
_NAMES = sa.text("SELECT lower(name) FROM pragma_table_xinfo(:name)")
_PRIMARY = sa.text("SELECT name FROM pragma_table_xinfo(:name) WHERE pk")
_OTHERS = sa.text("""
    SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name COLLATE NOCASE
    AND sql LIKE '%before%' AND name NOT IN :own
""").bindparams(sa.bindparam("own", expanding=True))
_MET = "EXISTS (SELECT 1 FROM {table} WHERE {same})"
_ANY = "SELECT {number} FROM {table} LIMIT 0"
_ROW_NUMBERS = ("rowid", "_rowid_", "oid")
_VERSION = sa.select(sa.table("pragma_schema_version", sa.column("schema_version")).c[0])
_TEMPORARY = sa.select(sa.literal(1)).select_from(sa.table("sqlite_temp_master"))  # may hide it


def state(connection: sa.Connection, tracked: Tracked) -> MarkState:
    """Compare what the database has, word by word, with what would be made."""
    found = objects(connection, _names(tracked).values())
    if not found or tracked.schema_in(connection):
        return MarkState.ABSENT
    if _foreign(tracked, found):
        return MarkState.FOREIGN
    if trouble(connection, tracked) is not None or found != _made(connection, tracked):
        return MarkState.OUTDATED
    is_counted = connection.scalar(sa.select(total(tracked))) is not None
    return MarkState.CURRENT if is_counted else MarkState.UNCOUNTED


def trouble(connection: sa.Connection, tracked: Tracked) -> str | None:
    """Say why a table can't have marks."""
    name, schema = tracked.table.name, tracked.schema_in(connection)
    if schema:
        return f"{schema}.{name} is in an attached database, where changes are not marked."
    kind = kind_of_table(connection, name)
    if not kind:
        return f"There is no table {name} in this database to mark the changes of."
    if kind != "table":
        return f"{name} is a {kind}; only changes of a table can be marked."
    return None


def make(connection: sa.Connection, tracked: Tracked) -> None:
    """Make what is not there, and count the rows. Raises `ChangeMarksError` for a taken name."""
    found = objects(connection, _names(tracked).values())
    if foreign := _foreign(tracked, found):
        raise ChangeMarksError(
            f"{tracked.table.name} can't have change marks: this database has "
            f"{min(foreign)} already, which is something else."
        )
    with at_once(connection):
        if found != (made := _made(connection, tracked)):
            drop(connection, tracked)
            for statement in made.values():
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql(_filled(tracked, _NONE))
        version = connection.scalar(_VERSION)
        connection.exec_driver_sql(_filled(tracked, _FIRST, version=version))


def drop(connection: sa.Connection, tracked: Tracked) -> None:
    """Drop whatever is the marks' own."""
    names = _names(tracked)
    found = objects(connection, names.values())
    if tracked.schema_in(connection) or _foreign(tracked, found):
        return
    with at_once(connection):
        for part in reversed(names):
            if names[part] in found:
                kind = "TABLE" if part == "marks" else "TRIGGER"
                connection.exec_driver_sql(f"DROP {kind} {quoted(names[part])}")


def purge(connection: sa.Connection, tracked: Tracked) -> None:
    """Do nothing: there is one mark."""


def token(tracked: Tracked, schema: Any) -> Any:
    """Return the mark, where the triggers are those that were looked at, and the schema's version.

    Triggers that are dropped and made again leave a newer one.
    """
    [_, number] = schema  # of a file
    version = sa.literal(number, sa.Integer())
    shown = sa.cast(_marks(tracked).c.token, sa.Text()).concat(sa.literal(":", sa.Text()))
    known = _VERSION.scalar_subquery() == version
    return sa.select(shown.concat(version)).where(known).scalar_subquery()


def total(tracked: Tracked) -> Any:
    """Return the number of rows, where nobody has changed the schema since they were counted."""
    marks = _marks(tracked)
    known = marks.c.schema == _VERSION.scalar_subquery()
    return sa.select(marks.c.total).where(known, ~_TEMPORARY.exists()).scalar_subquery()


def _marks(tracked: Tracked) -> Any:
    columns = (sa.column(name, sa.Integer()) for name in ("total", "token", "schema"))
    return sa.table(tracked.name, *columns)


def _names(tracked: Tracked) -> dict[str, str]:
    """Return the names of what is made, by their parts."""
    return {"marks": tracked.name} | {part: f"{tracked.name}_{part}" for part in _TRIGGERS}


def _made(connection: sa.Connection, tracked: Tracked) -> dict[str, str]:
    """Write what is made for a table as it is now, by names."""
    keys = _keys(connection, tracked)
    met = {"met": _met(tracked, keys), "met_by_another": _met(tracked, keys, by_another=True)}
    met["of_keys"] = _key_columns(connection, tracked, keys)
    names = _names(tracked)
    made = {tracked.name: _filled(tracked, _SIDE)}
    for part, what in _TRIGGERS.items():
        trigger = quoted(names[part])
        made[names[part]] = _filled(
            tracked, f"CREATE TRIGGER {{trigger}} {what}", trigger=trigger, **met
        )
    return made


def _filled(tracked: Tracked, statement: str, **texts: object) -> str:
    own = {"table": quoted(tracked.table.name), "marks": quoted(tracked.name)}
    return statement.format(**own, **texts)


def _foreign(tracked: Tracked, found: dict[str, str]) -> set[str]:
    """Return the names that something else than marks has."""
    signs = {tracked.name: _filled(tracked, _SIDE).partition("(")[0]}
    return {name for name, made in found.items() if signs.get(name, "CREATE TRIGGER") not in made}


Key = list[tuple[str, str]]  # columns, with the collation of each


def _keys(connection: sa.Connection, tracked: Tracked) -> list[Key] | None:
    """Return the keys by which a new row can meet one that is there.

    None where they can't be told: keys of expressions or of some rows only; other triggers that
    change rows before a row is written.
    """
    name = {"name": tracked.table.name}
    if connection.execute(_OTHERS, {**name, "own": list(_names(tracked).values())}).first():
        return None
    parts: dict[str, Key] = {}
    for index, partial, place, column, collation in connection.execute(_KEYS, name):
        if partial or place < 0:
            return None
        parts.setdefault(index, []).append((column, collation))
    number = _row_number(connection, tracked)
    return [*([[(number, "")]] if number else []), *parts.values()]


def _row_number(connection: sa.Connection, tracked: Tracked) -> str | None:
    """Return a name for a row's own number; None where rows have none, or no name for it."""
    columns = set(connection.scalars(_NAMES, {"name": tracked.table.name}))
    for name in _ROW_NUMBERS:
        if name not in columns:
            try:
                connection.exec_driver_sql(_filled(tracked, _ANY, number=name))
            except sa.exc.OperationalError:
                return None
            return name
    return None


def _met(tracked: Tracked, keys: list[Key] | None, *, by_another: bool = False) -> str:
    """Write whether a row is there that has a key of the new one."""
    if keys is None:
        return "1"
    tests = []
    for key in keys:
        equal = [
            f"{quoted(name)} = NEW.{quoted(name)}" + (f" COLLATE {quoted(rule)}" if rule else "")
            for name, rule in key
        ]
        own = " AND ".join(f"{quoted(name)} IS OLD.{quoted(name)}" for name, _ in key)
        same = " AND ".join([*equal, *([f"NOT ({own})"] if by_another else [])])
        tests.append(_filled(tracked, _MET, same=same))
    return " OR ".join(tests) or "0"


def _key_columns(connection: sa.Connection, tracked: Tracked, keys: list[Key] | None) -> str:
    """Write which columns' change can make a row meet another; nothing for any column's."""
    if keys is None:
        return ""
    names = {name for key in keys for name, _ in key} | set(_ROW_NUMBERS)
    names |= set(connection.scalars(_PRIMARY, {"name": tracked.table.name}))  # a row's number too
    return " OF " + ", ".join(map(quoted, sorted(names)))
