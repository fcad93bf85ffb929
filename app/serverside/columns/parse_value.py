"""What a user typed, read as a number or as a span of time; never guessed."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

_Moment = TypeVar("_Moment", date, datetime)

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
_SPAN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII
)
DATE_PARTS = 3
_TIME_UNITS = ("hours", "minutes", "seconds", "milliseconds")
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)?\s*(.*?)\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in UTC without zone: `low` <= t < `high`; no `high` means for ever."""

    low: datetime
    high: datetime | None

    @property
    def days(self) -> tuple[date, date | None]:
        """The same span in whole days, for columns that hold dates."""
        if self.high is None:
            return self.low.date(), None
        last = (self.high - timedelta(microseconds=1)).date()
        return self.low.date(), _after(last, timedelta(days=1))

    def to(self, other: "Span") -> "Span":
        """Return the span from the first moment of both to their last."""
        low = min(self.low, other.low)
        if self.high is None or other.high is None:
            return Span(low, None)
        return Span(low, max(self.high, other.high))

    def __str__(self) -> str:
        return f"{self.low} to before {self.high or 'the end of time'}"


def number(text: str) -> Decimal | None:
    """Read a sign, digits and at most one point between digits; anything else is None."""
    text = text.strip()
    return Decimal(text) if _NUMBER.match(text) else None


def span(text: str) -> Span | None:
    """Read `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an ISO date and time; anything else is None."""
    text = text.strip()
    try:
        if parts := _SPAN.match(text):
            return _calendar(*parts.groups())
        if _INSTANT.match(text):
            return _instant(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    return None


def written(text: str) -> tuple[datetime, int] | None:
    """Read a date or date and time as the clock on the wall showed it, whatever its offset.

    Returns its first moment and how many parts of it are written: 1 to 3, or all 7 with a time.
    """
    text = text.strip()
    whole = span(text)
    if whole is None:
        return None
    if _SPAN.match(text):
        return whole.low, text.count("-") + 1
    return datetime.fromisoformat(text).replace(tzinfo=None), DATE_PARTS + len(_TIME_UNITS)


def around(moment: datetime, parts: int) -> Span:
    """Return the year, month, day, hour, minute, second or millisecond that holds a moment."""
    if parts > DATE_PARTS:
        unit = _TIME_UNITS[parts - DATE_PARTS - 1]
        low = datetime.fromisoformat(moment.isoformat(timespec=unit))
        return Span(low, _after(low, timedelta(**{unit: 1})))
    year, month, day = moment.date().isoformat().split("-")
    return _calendar(year, month if parts > 1 else None, day if parts == DATE_PARTS else None)


def boolean(text: str) -> bool | None:
    """Read `true` or `false`, in any case; anything else is None."""
    return {"true": True, "false": False}.get(text.strip().lower())


def uuid(text: str) -> UUID | None:
    """Read a UUID in any of its usual forms; anything else is None."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def day(text: str) -> date | None:
    """Read a date; anything else, a month as well, is None."""
    found = span(text)
    if found is None:
        return None
    first, after = found.days
    return first if after in (None, _after(first, timedelta(days=1))) else None


def instant(text: str) -> datetime | None:
    """Read an ISO date and time, in UTC without zone; anything else is None."""
    found = span(text)
    return found.low if found and _INSTANT.match(text.strip()) else None


def comparison(text: str) -> tuple[str, str]:
    """Split ``>= 3`` into operator and value; no operator means ``=``."""
    match = _COMPARISON.match(text)
    return (match[1] or "=", match[2]) if match else ("=", text)


def _calendar(year: str, month: str | None, day: str | None) -> Span:
    low = datetime(int(year), int(month or 1), int(day or 1))
    if day:
        return Span(low, _after(low, timedelta(days=1)))
    months = low.year * 12 + (low.month if month else 12)
    last = months // 12 > MAXYEAR
    return Span(low, None if last else datetime(months // 12, months % 12 + 1, 1))


def _instant(moment: datetime) -> Span:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return Span(moment, _after(moment, timedelta(microseconds=1)))


def _after(moment: _Moment, step: timedelta) -> _Moment | None:
    try:
        return moment + step
    except OverflowError:
        return None
