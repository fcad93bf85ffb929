"""Values to try types with: those that a cell may show, and those that a column may store."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .shown import Form

_NUMBERS = tuple(
    Decimal(number)
    for number in (
        "-1000", "-99.5", "-20", "-3", "-1", "0", "1", "2", "3.25", "9", "10", "20", "100", "2500",
        "10000",
    )
)  # fmt: skip
_DATES = (
    date(1971, 2, 3), date(1999, 12, 31), date(2001, 10, 9), date(2009, 9, 10),
    date(2023, 11, 5), date(2024, 1, 31), date(2024, 2, 29),
)  # fmt: skip
_CLOCKS = (time(), time(1, 2, 3), time(10, 20, 30), time(23, 59, 59, 500_000))
_MOMENTS = tuple(datetime.combine(day, clock) for day in _DATES for clock in _CLOCKS)
_TEXTS = ("Ab", "B c", " d ", "12", "zé")
_UUIDS = tuple(uuid.UUID(int=number) for number in (1, 10**18, 5 * 10**36, 2**128 - 1))
_SPANS = tuple(timedelta(seconds=seconds) for seconds in (-90, 0, 1.5, 5400, 10**6))
_BYTES = (b"Ab", b"12", b"\xff\x00")


def _same(value: Any) -> Any:
    return value


def _floor(value: Decimal) -> int:
    return int(value.to_integral_value("ROUND_FLOOR"))


def _of_float(value: float) -> Decimal:
    return Decimal(repr(value))


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)


# What a cell may show, each as Python's values of exactly one class.
FORMS = (
    Form(Decimal, "number", _NUMBERS, _same, _same),
    Form(float, "number", _NUMBERS, float, _of_float),
    Form(int, "integer", _NUMBERS, _floor, Decimal),
    Form(
        timedelta, "number", _NUMBERS,
        lambda seconds: timedelta(microseconds=_floor(seconds * 10**6)),
        lambda span: _of_float(span.total_seconds()),
    ),
    Form(datetime, "datetime", _MOMENTS, _same, _same),
    Form(datetime, "datetime", _MOMENTS, lambda value: value.replace(tzinfo=UTC), _in_utc),
    Form(date, "date", _DATES, _same, _same),
    Form(uuid.UUID, "uuid", _UUIDS, _same, _same),
    Form(str, "text", _TEXTS, _same, _same),
)  # fmt: skip

# What a column may store, by the class of its type; the first that fits.
_STORED: tuple[tuple[type[Any], Sequence[Any]], ...] = (
    (sa.Boolean, (True, False)),
    (sa.Uuid, _UUIDS),
    (sa.Integer, (*range(-3, 40), 1000, 2550, 86_400)),
    (sa.Float, (-2.25, 0.0, 1.0, 2.257, 1000.5)),
    (sa.DateTime, _MOMENTS),
    (sa.Date, _DATES),
    (sa.Time, _CLOCKS),
    (sa.LargeBinary, _BYTES),
    (sa.String, _TEXTS),
)


def stored_samples(type_: Any) -> Sequence[Any]:
    """Return values that a column of a plain type may store; none for the rarer types."""
    if isinstance(type_, sa.Enum):
        return list(type_.enum_class or type_.enums)
    if isinstance(type_, sa.Numeric) and not isinstance(type_, sa.Float):
        unit = Decimal(1).scaleb(-(2 if type_.scale is None else type_.scale))
        return [-100 * unit, 0 * unit, unit, 257 * unit, 99_999 * unit]
    if isinstance(type_, sa.Interval | postgresql.INTERVAL):
        return _SPANS
    return next((samples for class_, samples in _STORED if isinstance(type_, class_)), ())
