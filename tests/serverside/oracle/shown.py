"""What a cell looks like in the answer's JSON."""

import datetime as dt
import enum
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

EXACT = 2**53  # a double holds every whole number up to here


def shown(cell: Any) -> Any:
    """Return the JSON value: what a double can't hold is text, never another number."""
    if cell is None or (isinstance(cell, bool | str) and not isinstance(cell, enum.Enum)):
        return cell
    return next((show(cell) for kind, show in _SHOWN if isinstance(cell, kind)), str(cell))


def _whole(cell: int) -> Any:
    return cell if abs(cell) <= EXACT else str(cell)


def _decimal(cell: Decimal) -> Any:
    return float(cell) if Decimal(repr(float(cell))) == cell else str(cell)


def _moment(cell: dt.datetime) -> str:
    if cell.tzinfo is None:
        return cell.isoformat()
    return cell.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def _list(cell: Any) -> list[Any]:
    return [shown(part) for part in cell]


# The first that fits counts: a date and time is a date too.
_SHOWN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda cell: shown(cell.value)),
    (int, _whole),
    (float, lambda cell: cell if math.isfinite(cell) else None),
    (Decimal, _decimal),
    (dt.datetime, _moment),
    (dt.date | dt.time, lambda cell: cell.isoformat()),
    (dt.timedelta, dt.timedelta.total_seconds),
    (bytes, bytes.hex),
    (Mapping, lambda cell: {str(key): shown(value) for key, value in cell.items()}),
    (list | tuple, _list),
)
