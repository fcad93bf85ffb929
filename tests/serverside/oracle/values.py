"""Typed values as people type them, and cells, both as places on one line.

A number's place is itself. A date's place is its microsecond, so that a day, a month, a year and
an instant are all closed spans and every comparison is two comparisons of numbers.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from tests.serverside.oracle.columns import DATES, NUMBERS, Column

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_SECOND = 10**6
DAY = 86400 * _SECOND

Place = int | float | Decimal | dt.date


@dataclass(frozen=True)
class Span:
    """A closed stretch of the line."""

    low: Place
    high: Place

    def matches(self, operator: str, place: Place) -> bool:
        """Compare a place with this span; `=` means inside."""
        return {
            "=": self.low <= place <= self.high,
            "<": place < self.low,
            "<=": place <= self.high,
            ">": place > self.high,
            ">=": place >= self.low,
        }[operator]

    def to(self, other: "Span") -> "Span":
        """Return the stretch between two spans, whichever comes first."""
        return Span(min(self.low, other.low), max(self.high, other.high))


def place_of(column: Column, cell: Place) -> Place:
    """Return where a cell lies on the line of its column's kind."""
    if column.kind in DATES:
        return day_start(cell)
    return Decimal(repr(cell)) if column.kind == "float" else cell


def parse(column: Column, typed: str, *, wall_clock: bool = False) -> Span | None:
    """Read a typed value for a number or date column; None when it does not parse."""
    typed = typed.strip()
    if column.kind in NUMBERS:
        return _number(typed)
    if column.kind in DATES:
        return _calendar(typed) or _moment(column, typed, wall_clock)
    return None


def day_start(cell: dt.date | dt.datetime) -> int:
    """Return the microsecond of a date's midnight, or of a date-time's UTC instant."""
    place = cell.toordinal() * DAY
    if isinstance(cell, dt.datetime):
        clock = (cell.hour * 60 + cell.minute) * 60 + cell.second
        offset = cell.utcoffset() or dt.timedelta()
        place += clock * _SECOND + cell.microsecond - offset // dt.timedelta(microseconds=1)
    return place


def _number(typed: str) -> Span | None:
    if not _NUMBER.fullmatch(typed):
        return None
    return Span(Decimal(typed), Decimal(typed))


def _calendar(typed: str) -> Span | None:
    match = _DATE.fullmatch(typed)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    last = dt.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return Span(day_start(first), day_start(last) + DAY - 1)


def _moment(column: Column, typed: str, wall_clock: bool) -> Span | None:
    place = instant(typed, wall_clock)
    if place is None:
        return None
    if column.kind == "date":
        return Span(place // DAY * DAY, place // DAY * DAY + DAY - 1)
    return Span(place, place)


def instant(typed: str, wall_clock: bool) -> int | None:
    """Read an ISO date and time; `wall_clock` ignores the offset instead of converting to UTC."""
    match = _MOMENT.fullmatch(typed.strip())
    day = _calendar(match[1]) if match else None
    if match is None or day is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.group(2, 3, 4))
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((match[5] or "").ljust(6, "0"))
    clock = ((hour * 60 + minute) * 60 + second) * _SECOND + fraction
    return int(day.low) + clock - (0 if wall_clock else _offset(match[6]))


def _offset(written: str | None) -> int:
    if written in (None, "Z"):
        return 0
    assert written is not None
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return minutes * 60 * _SECOND * (-1 if written[0] == "-" else 1)
