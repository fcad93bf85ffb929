"""Statements with their values written into them: for people to read, and to paste into a shell."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|::"  # holds no parameter

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # but for a tab and a line's end

# PEP 249's paramstyles, and asyncpg's `$1`: what stands for a value, and its name or number.
_PLACES = {
    "qmark": re.compile(rf"{_QUOTED}|(?P<next>\?)"),
    "numeric": re.compile(rf"{_QUOTED}|:(?P<number>\d+)"),
    "numeric_dollar": re.compile(rf"{_QUOTED}|\$(?P<number>\d+)"),
    "named": re.compile(rf"{_QUOTED}|:(?P<name>\w+)"),
    "format": re.compile(r"%%|(?P<next>%s)"),
    "pyformat": re.compile(r"%%|%\((?P<name>[^)]*)\)s"),
}


def filled(sql: str, parameters: Any, paramstyle: str, literal: Callable[[Any], str]) -> str:
    """Return a statement as the driver got it with `literal(value)` in place of each parameter."""
    values = iter(parameters if isinstance(parameters, Sequence) else ())

    def write(match: re.Match[str]) -> str:
        found = match.groupdict()
        if found.get("next"):
            return literal(next(values))
        if found.get("number"):
            return literal(parameters[int(found["number"]) - 1])
        if found.get("name") is not None:
            return literal(parameters[found["name"]])
        return "%" if match[0] == "%%" else match[0]

    return _PLACES[paramstyle].sub(write, sql)


def selected(connection: sa.Connection, rows: sa.Select[Any]) -> str:
    """Write a select of ours with its values in it."""
    return str(rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def quoted(text: str) -> str:
    """Write a text; a backslash is an ordinary character in both databases."""
    return "'" + text.replace("'", "''") + "'"


def number(value: float | Decimal) -> str:
    """Write a number; a minus in brackets, for after another one it would begin a comment."""
    text = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return f"({text})" if text.startswith("-") else text


def text_of(value: Any) -> str:
    """Return the text in which a database reads a value of one of the rarer types."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.6f} seconds"
    held = getattr(value, "obj", value)  # what psycopg wraps is to be sent as JSON
    return json.dumps(held) if held is not value or isinstance(held, Mapping) else str(value)


Writer = Callable[[Any], str]


def written(value: Any, writers: Mapping[type, Writer]) -> str:
    """Write a value by its class, or by one that it inherits from; as a text where none is known.

    The writers of all databases come after those given.
    """
    known = _WRITERS | dict(writers)
    kind = next((kind for kind in type(value).__mro__ if kind in known), object)
    return known[kind](value)


_WRITERS: dict[type, Writer] = {
    type(None): lambda _: "NULL",
    str: quoted,
    int: number,
    object: lambda value: quoted(text_of(value)),
}
