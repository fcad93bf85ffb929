"""Database values become JSON values; names with dots become nested objects."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from ..columns.json_value import json_value

Row = dict[str, Any]
Builder = Callable[[Sequence[Any]], Any]


def array(values: Sequence[Any]) -> list[Any]:
    """Make the answer's list from a row's values."""
    return [json_value(item) for item in values]


def builder(names: Sequence[str]) -> Builder:
    """Return a function that makes the answer's object from a row's values."""
    if not any("." in name for name in names):
        return lambda values: dict(zip(names, map(json_value, values), strict=True))
    paths = [name.split(".") for name in names]

    def nested(values: Sequence[Any]) -> Row:
        row: Row = {}
        for path, item in zip(paths, values, strict=True):
            here = row
            for step in path[:-1]:
                here = here.setdefault(step, {})
            here[path[-1]] = json_value(item)
        return row

    return nested


def in_utc(values: Sequence[Any], zoned: Sequence[int]) -> Sequence[Any]:
    """Give moments of columns with a zone theirs back where the database keeps none: it is UTC."""
    if not any(isinstance(values[n], datetime) and values[n].tzinfo is None for n in zoned):
        return values
    aware = list(values)
    for number in zoned:
        if isinstance(aware[number], datetime):
            aware[number] = aware[number].replace(tzinfo=UTC)
    return aware
