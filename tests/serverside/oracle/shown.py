"""What a cell looks like in the answer's JSON."""

import datetime as dt
import enum
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

EXACT = 2**53  # a double holds every whole number up to here


def shown(cell: Any) -> Any:
    """Return the JSON value: what a double can't hold is text, never another number."""
    if cell is None or isinstance(cell, bool | str):
        return cell
    if isinstance(cell, enum.Enum):
        return shown(cell.value)
    if isinstance(cell, int | float | Decimal):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return _moment(cell)
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.hex()
    if isinstance(cell, Mapping):
        return {str(key): shown(value) for key, value in cell.items()}
    return [shown(part) for part in cell] if isinstance(cell, list | tuple) else str(cell)


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
