"""What a column may hold: its SQL type, its values, and what the oracle takes it for."""

import datetime as dt
import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.types import Money
from tests.serverside.shapes import decorated

Type = Callable[[], sa.types.TypeEngine[Any]]


@dataclass(frozen=True)
class Kind:
    """`seen` is the oracle's kind; values that aren't `compared` can be shown, and nothing else.

    `searched` and `joined` say whether a request may search it and whether ON may compare it;
    `read` makes the oracle's value of the database's; `only` names the one database that has it.
    """

    name: str
    seen: str
    type: Type
    values: tuple[Any, ...]
    method: str = "string_contains"
    compared: bool = True
    searched: bool = True
    joined: bool = True
    read: Callable[[Any], Any] = lambda value: value
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

IDS = tuple(uuid.UUID(int=number * 2**100 + 7) for number in (1, 2, 3, 10))


class Colour(enum.Enum):
    """Stored by name, shown by value, ordered by what is shown."""

    RED = "zinnober"
    GREEN = "Apple"
    BLUE = "blue 50%"


def _in_utc(value: dt.datetime) -> dt.datetime:
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


INTEGER = Kind("integer", "integer", sa.Integer, INTEGERS, "numeric")
TEXT = Kind("text", "text", sa.String, TEXTS)
FLOAT = Kind("float", "float", sa.Float, (0.5, 1.5, -2.25, 10.0, 9.0, 100.0, 0.1), "numeric")
NUMBER = Kind("number", "number", Money, AMOUNTS, "numeric")
BOOLEAN = Kind("boolean", "boolean", sa.Boolean, (True, False))
DATE = Kind("date", "date", sa.Date, DAYS, "date")
MOMENT = Kind("datetime", "datetime", sa.DateTime, MOMENTS, "date")

BIG = Kind("big integer", "integer", sa.BigInteger, (2, 2**53, 2**53 + 1, 5949304382651388825, -9))
ZONED = Kind(
    "zoned", "datetime", lambda: sa.DateTime(timezone=True),
    tuple(moment.replace(tzinfo=dt.UTC) for moment in MOMENTS), "date", read=_in_utc,
)  # fmt: skip
COLOUR = Kind(
    "enum", "enum", lambda: sa.Enum(Colour, name="colour"), tuple(Colour), joined=False,
    read=lambda value: value.value,
)  # fmt: skip
MOOD = Kind(
    "enum of texts", "enum", lambda: sa.Enum("b", "A", "50%", name="mood", native_enum=False),
    ("b", "A", "50%"),
)  # fmt: skip
ID = Kind("uuid", "uuid", sa.Uuid, IDS)
GUID = Kind("guid", "uuid", decorated.Guid, IDS)
CENTS = Kind("cents", "number", decorated.Cents, AMOUNTS, "numeric")
YES_NO = Kind("yes or no", "boolean", decorated.YesNo, (True, False))
EPOCH = Kind(
    "epoch", "datetime", decorated.Epoch, tuple(m.replace(microsecond=0) for m in MOMENTS), "date"
)
# Shown, and ordered where the database can; what a search finds in them is said elsewhere.
TIME = Kind("time", "other", sa.Time, tuple(dt.time(*clock) for clock in CLOCKS), searched=False)
JSON = Kind(
    "json", "other", sa.JSON, ({"a": 1}, [1, "x"], "text", 2.5), compared=False, searched=False
)
ARRAY = Kind(
    "array", "other", lambda: postgresql.ARRAY(sa.Integer), ([1, 2], [], [3]), compared=False,
    searched=False, only="postgresql",
)  # fmt: skip
DOMAIN = Kind(
    "domain", "integer", lambda: postgresql.DOMAIN("positive", sa.Integer), (1, 2, 9, 10),
    "numeric", joined=False, only="postgresql",
)  # fmt: skip
# Expressions that SQLAlchemy knows no type of.
UNTYPED = Kind("untyped number", "number", sa.Integer, INTEGERS, "numeric", joined=False)
UNTYPED_TEXT = Kind("untyped text", "text", sa.String, TEXTS, joined=False)

PLAIN = (INTEGER, INTEGER, TEXT, TEXT, TEXT, FLOAT, NUMBER, BOOLEAN, DATE, MOMENT)
FOREIGN = (
    BIG, ZONED, COLOUR, MOOD, ID, GUID, CENTS, YES_NO, EPOCH, TIME, JSON, ARRAY, DOMAIN,
)  # fmt: skip
