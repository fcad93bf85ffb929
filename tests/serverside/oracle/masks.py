"""ColumnControl's date masks: only parts that mask and value name are compared, on both sides."""

import datetime as dt
import re

from tests.serverside.oracle.columns import Column
from tests.serverside.oracle.conditions import Condition
from tests.serverside.oracle.values import DAY, day_start, instant, parse

_TOKENS = re.compile("YYYY|MM|DD|hh|mm|sss|ss")
_PARTS = ("YYYY", "MM", "DD", "hh", "mm", "ss", "sss")


def masked_condition(
    mask: str, column: Column, operator: str, value: str, negated: bool
) -> Condition | None:
    """Compare the masked parts of cell and value; None when mask or value say nothing."""
    named = set(_TOKENS.findall(mask))
    if column.kind != "datetime":
        named &= {"YYYY", "MM", "DD"} if column.kind == "date" else set()
    place, given = _written(column, value)
    named &= set(_PARTS[:given])
    if not named or place is None:
        return None
    wanted = _parts(place, named)

    def holds(parts: tuple[int, ...]) -> bool:
        return {
            "=": parts == wanted,
            "<": parts < wanted,
            "<=": parts <= wanted,
            ">": parts > wanted,
            ">=": parts >= wanted,
        }[operator]

    return lambda row: (
        (row[column.data] is not None and holds(_parts(day_start(row[column.data]), named)))
        != negated
    )


def _written(column: Column, value: str) -> tuple[int | None, int]:
    """Read a value's first microsecond, and how many parts it gives: a month, 2024-02, gives 2."""
    place = instant(value, wall_clock=True)
    if place is not None:
        return place, len(_PARTS)
    span = parse(column, value)
    return (span.low if span else None), value.strip().count("-") + 1


def _parts(place: int, named: set[str]) -> tuple[int, ...]:
    day, clock = dt.date.fromordinal(place // DAY), place % DAY
    seconds, micros = divmod(clock, 10**6)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    every = (day.year, day.month, day.day, hour, minute, second, micros // 1000)
    return tuple(part for name, part in zip(_PARTS, every, strict=True) if name in named)
