"""What a cell shows: a database's value as JSON has it."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID


def json_value(item: Any) -> Any:
    """Return what JSON can hold: ISO 8601 dates (date-times with a zone in UTC), numbers, text.

    A number that a double can't hold is text, never a rounded one.
    """
    if type(item) in _AS_IT_IS:
        return item
    if type(item) is int:
        return item if -EXACT <= item <= EXACT else str(item)
    if convert := _BY_TYPE.get(type(item)):
        return convert(item)
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
    if item.tzinfo is UTC:
        return item.isoformat()[: -len("+00:00")] + "Z"
    try:
        return item.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:  # a moment of the first or the last day that there is
        return item.isoformat()


EXACT = 2**53  # beyond it, JavaScript's numbers have gaps
_AS_IT_IS = frozenset((str, bool, type(None)))  # most cells: found out at once
_CONVERTERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda item: json_value(item.value)),
    (str, lambda item: item),
    (int, lambda item: json_value(int(item))),
    (float, lambda item: item if math.isfinite(item) else None),
    (Decimal, _decimal),
    (datetime, _moment),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, timedelta.total_seconds),
    (UUID, str),
    (bytes, bytes.hex),
    (Mapping, lambda item: {str(key): json_value(inner) for key, inner in item.items()}),
    (list, lambda item: [json_value(inner) for inner in item]),
    (tuple, lambda item: [json_value(inner) for inner in item]),
)
_BY_TYPE = dict(_CONVERTERS)  # found at once as well
