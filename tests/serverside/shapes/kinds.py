"""What a column may hold: its SQL type, its values, and what the oracle takes it for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.types import Money

Type = Callable[[], sa.types.TypeEngine[Any]]


@dataclass(frozen=True)
class Kind:
    """`seen` is the oracle's kind; values that aren't `compared` can be shown, and nothing else."""

    name: str
    seen: str
    type: Type
    values: tuple[Any, ...]
    method: str = "string_contains"
    compared: bool = True
    only: str | None = None


# fmt: off
TEXTS = (
    "a", "A", "b", "B", "ab", "Ab", "", "Zoé", "zoe", "ZOE", "é", "50%", "a_b", "a b", "10", "9",
    "O'Brien", '"x"', "\\", "Straße", "ll", " a", "true", "2024", "100",
)
INTEGERS = (0, 1, 2, 2, 3, 3, 4, 9, 10, 100, -1)
AMOUNTS = tuple(map(Decimal, ("0.00", "1.50", "2.00", "9.00", "10.00", "25.50", "-3.10", "100.00")))
DAYS = tuple(map(dt.date.fromisoformat, (
    "2024-01-31", "2024-02-29", "2024-02-01", "2023-12-31", "1999-01-01", "2024-12-31",
)))
CLOCKS = ((0, 0), (12, 30), (23, 59, 59), (9, 5, 7, 250000))
MOMENTS = tuple(dt.datetime.combine(day, dt.time(*clock)) for day in DAYS[:4] for clock in CLOCKS)
# fmt: on

INTEGER = Kind("integer", "integer", sa.Integer, INTEGERS, "numeric")
TEXT = Kind("text", "text", sa.String, TEXTS)
FLOAT = Kind("float", "float", sa.Float, (0.5, 1.5, -2.25, 10.0, 9.0, 100.0, 0.1), "numeric")
NUMBER = Kind("number", "number", Money, AMOUNTS, "numeric")
BOOLEAN = Kind("boolean", "boolean", sa.Boolean, (True, False))
DATE = Kind("date", "date", sa.Date, DAYS, "date")
MOMENT = Kind("datetime", "datetime", sa.DateTime, MOMENTS, "date")

PLAIN = (INTEGER, TEXT, TEXT, FLOAT, NUMBER, BOOLEAN, DATE, MOMENT)
