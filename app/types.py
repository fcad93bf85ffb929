"""Column types that hold the same values in every kind of database."""

from datetime import UTC, date, datetime, time
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import DateTime, Numeric, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

CENT = Decimal("0.01")

# MariaDB and MySQL want to know how long a text can be; an index takes no more than this.
ShortText = String().with_variant(mysql.VARCHAR(255), "mysql")
LongText = String().with_variant(mysql.LONGTEXT(), "mysql")


class UtcNow(FunctionElement[datetime]):
    """The moment at which a row is written, in UTC."""

    inherit_cache = True


@compiles(UtcNow)
def _compile_now(_element: object, _compiler: object, **_options: object) -> str:
    return "CURRENT_TIMESTAMP"  # SQLite's is of UTC, PostgreSQL's knows its zone


@compiles(UtcNow, "mysql")
def _compile_utc_now(_element: object, _compiler: object, **_options: object) -> str:
    return "(UTC_TIMESTAMP(6))"


class Money(TypeDecorator[Decimal]):
    """Hold amounts with two decimals, as `Decimal` in Python, compared exactly in SQL.

    SQLite has no decimals, it keeps the nearest float. An amount with two decimals and its float
    correspond one to one (up to 13 digits before the point), so comparing floats is exact.
    """

    impl = Numeric(12, 2)
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        """Tell readers of the type what its values are."""
        return Decimal

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Let SQLite take floats, whose Decimals SQLAlchemy would warn of."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(12, 2, asdecimal=False))
        return dialect.type_descriptor(Numeric(12, 2))

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Give SQLite the float; for a value between two cents one between their floats."""
        if value is None or dialect.name != "sqlite":
            return value
        exact = Decimal(str(value))
        if not exact.is_finite():
            return float(exact)
        below = exact.quantize(CENT, ROUND_FLOOR) if abs(exact) < 10**13 else exact
        return float(below) if below == exact else float(below + CENT / 2)

    def process_result_value(self, value: object, _dialect: Dialect) -> Decimal | None:
        """Read an amount with its two decimals."""
        if value is None or isinstance(value, Decimal):
            return value
        return Decimal(f"{value:.2f}")


class UtcDateTime(TypeDecorator[datetime]):
    """Hold moments, as aware `datetime` in UTC in Python.

    SQLite keeps text, `YYYY-MM-DD HH:MM:SS`, with `.ffffff` only where there is a fraction: what
    its own CURRENT_TIMESTAMP writes, and text order is time order.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Tell readers of the type what its values are."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep text on SQLite, where SQLAlchemy's own type writes a fraction always."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: date | None, dialect: Dialect) -> object:
        """Write the moment in UTC; one without an offset is taken as UTC, a day as its start."""
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=None).isoformat(sep=" ")
        return moment

    def process_result_value(self, value: object, _dialect: Dialect) -> datetime | None:
        """Read the moment, also from ISO text that another program wrote."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
