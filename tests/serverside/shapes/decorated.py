"""Types of one's own, as projects have them: what is stored is not what is shown."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import sqlalchemy as sa


class Cents(sa.TypeDecorator[Decimal]):
    """An amount kept as whole cents."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        """Store cents."""
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        """Show the amount."""
        return None if value is None else Decimal(value) / 100


class YesNo(sa.TypeDecorator[bool]):
    """A flag kept as a letter."""

    impl = sa.String(1)
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> str | None:
        """Store a letter."""
        return None if value is None else "Y" if value else "N"

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> bool | None:
        """Show the flag."""
        return None if value is None else value == "Y"


class Epoch(sa.TypeDecorator[dt.datetime]):
    """A moment kept as seconds since 1970."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> int | None:
        """Store seconds."""
        return None if value is None else int(value.replace(tzinfo=dt.UTC).timestamp())

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Show the moment."""
        return (
            None if value is None else dt.datetime.fromtimestamp(value, dt.UTC).replace(tzinfo=None)
        )


class Guid(sa.TypeDecorator[uuid.UUID]):
    """A UUID kept as 32 letters."""

    impl = sa.CHAR(32)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Store letters."""
        return None if value is None else uuid.UUID(str(value)).hex

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> uuid.UUID | None:
        """Show the UUID."""
        return None if value is None else uuid.UUID(value)
