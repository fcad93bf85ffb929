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
    if cell is None or isinstance(cell, bool | str):
        return cell
    for classes, convert in _CONVERTED:
        if isinstance(cell, classes):
            return convert(cell)
    return str(cell)


def _number(cell: float | Decimal) -> Any:
    if isinstance(cell, int):
        return cell if abs(cell) <= EXACT else str(cell)
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    return float(cell) if Decimal(repr(float(cell))) == cell else str(cell)


def _moment(cell: dt.datetime) -> str:
    if cell.tzinfo is None:
        return cell.isoformat()
    return cell.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


_CONVERTED: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda cell: shown(cell.value)),
    (int | float | Decimal, _number),
    (dt.datetime, _moment),
    (dt.timedelta, dt.timedelta.total_seconds),
    (dt.date | dt.time, lambda cell: cell.isoformat()),
    (bytes, bytes.hex),
    (Mapping, lambda cell: {str(key): shown(value) for key, value in cell.items()}),
    (list | tuple, lambda cell: [shown(part) for part in cell]),
)
