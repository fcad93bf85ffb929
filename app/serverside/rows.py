"""Database values become JSON values; names with dots become nested objects."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

Row = dict[str, Any]
Builder = Callable[[Sequence[Any]], Any]


def array(values: Sequence[Any]) -> list[Any]:
    """Make the answer's list from a row's values."""
    return [value(item) for item in values]


def builder(names: Sequence[str]) -> Builder:
    """Return a function that makes the answer's object from a row's values."""
    if not any("." in name for name in names):
        return lambda values: dict(zip(names, map(value, values), strict=True))
    paths = [name.split(".") for name in names]

    def nested(values: Sequence[Any]) -> Row:
        row: Row = {}
        for path, item in zip(paths, values, strict=True):
            here = row
            for step in path[:-1]:
                here = here.setdefault(step, {})
            here[path[-1]] = value(item)
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


def value(item: Any) -> Any:
    """Return what JSON can hold: ISO 8601 dates (date-times with a zone in UTC), numbers, text.

    A number that a double can't hold is text, never a rounded one.
    """
    if type(item) in _AS_IT_IS:
        return item
    if type(item) is int:
        return item if -EXACT <= item <= EXACT else str(item)
    if isinstance(item, Enum):
        return value(item.value)
    if isinstance(item, str | bool):
        return item
    for kind, convert in _CONVERTERS:
        if isinstance(item, kind):
            return convert(item)
    return str(item)


def _decimal(item: Decimal) -> float | str:
    if not item.is_finite():
        return str(item)
    return float(item) if Decimal(repr(float(item))) == item else str(item)


def _moment(item: datetime) -> str:
    if item.tzinfo is None:
        return item.isoformat()
    try:
        return item.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:  # a moment of the first or the last day that there is
        return item.isoformat()


EXACT = 2**53  # beyond it, JavaScript's numbers have gaps
_AS_IT_IS = frozenset((str, bool, type(None)))  # most cells: found out at once
_CONVERTERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, lambda item: value(int(item))),
    (float, lambda item: item if math.isfinite(item) else None),
    (Decimal, _decimal),
    (datetime, _moment),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, timedelta.total_seconds),
    (UUID, str),
    (bytes, bytes.hex),
    (Mapping, lambda item: {str(key): value(inner) for key, inner in item.items()}),
    (list, lambda item: [value(inner) for inner in item]),
    (tuple, lambda item: [value(inner) for inner in item]),
)
