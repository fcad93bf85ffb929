"""Types that store something else than they show."""

import calendar
import enum
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Cents(TypeDecorator[Decimal]):
    """Whole cents, shown as an amount."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Decimal(value) / 100


class Price(TypeDecorator[Decimal]):
    """A decorator of a decorator."""

    impl = Cents
    cache_ok = True


class Flag(TypeDecorator[bool]):
    """Y or N; anything else, and no value as well, is shown as false."""

    impl = sa.CHAR(1)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else "Y" if value else "N"

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value == "Y"


class Moment(TypeDecorator[datetime]):
    """Seconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else calendar.timegm(value.utctimetuple())

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Day(TypeDecorator[date]):
    """Days as 31/05/2024, whose texts are in no order."""

    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.strftime("%d/%m/%Y")

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        day, month, year = map(int, value.split("/"))
        return date(year, month, day)


class Key(TypeDecorator[uuid.UUID]):
    """A UUID as 32 digits."""

    impl = sa.CHAR(32)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.hex

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else uuid.UUID(value)


class Level(enum.Enum):
    """Stored by number, shown by value."""

    LOW = "low"
    HIGH = "high"
    MIDDLE = "middle"


class Numbered(TypeDecorator[Level]):
    """Members of an enum as numbers."""

    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else list(Level).index(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else list(Level)[value]


class Backwards(TypeDecorator[str]):
    """A text stored backwards."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value[::-1]

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value[::-1]


class Anything(TypeDecorator[Any]):
    """Any value as JSON in a text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


class Lower(TypeDecorator[str]):
    """A text whose letters are made small when written; shown as it is stored."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.lower()
