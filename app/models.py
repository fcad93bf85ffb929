"""Users and their addresses; each table's indexes stand right below it.

An index that orders pages ends with the primary key, so that its order is a page's order, ties
included. Text is ordered with ASCII case folded, then by code point: the same on both databases,
from an index. The plain indexes on text are for the values that a column offers to pick.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    event,
    func,
    true,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    mapped_column,
    relationship,
)

from app.serverside import search_index, track_changes
from app.types import LongText, Money, ShortText, UtcDateTime, UtcNow


class Base(DeclarativeBase):
    """Collect the app's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: ShortText}


class Address(Base):
    """A postal address; several users can share one."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    city: Mapped[str]
    state: Mapped[str]
    postcode: Mapped[str]
    country: Mapped[str]


class User(Base):
    """A person; other programs write them too, so every default is the database's own."""

    __tablename__ = "users"
    __table_args__ = (
        # SQLite keeps any text in any column. A row that PostgreSQL would refuse, it refuses too.
        CheckConstraint("birthday IS date(birthday)").ddl_if(dialect="sqlite"),
        CheckConstraint("typeof(balance) IN ('real', 'integer', 'null')").ddl_if(dialect="sqlite"),
        CheckConstraint("active IN (0, 1)").ddl_if(dialect="sqlite"),
        CheckConstraint("datetime(created_at) IS NOT NULL").ddl_if(dialect="sqlite"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    company: Mapped[str | None]
    birthday: Mapped[date | None]
    balance: Mapped[Decimal | None] = mapped_column(Money)
    active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    address_id: Mapped[int | None] = mapped_column(ForeignKey(Address.id))

    address: Mapped[Address | None] = relationship()


class State(Base):
    """What the app notes about its own database: the schema's version, what was seeded."""

    __tablename__ = "app_state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class TableState(Base):
    """A state of a table on a page, kept for StateRestore; `state` is JSON text."""

    __tablename__ = "table_states"
    __table_args__ = (UniqueConstraint("path", "table", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    table: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(LongText)
    is_default: Mapped[bool]
    is_shared: Mapped[bool]


# MariaDB has no index of an expression: a column that nobody sees holds what orders the text.
KEEP_ORDER = """
ALTER TABLE %(table)s
ADD COLUMN {column}_order VARBINARY(1020) AS (
    CAST(LOWER(CONVERT(CAST(CONVERT({column} USING utf8mb4) AS BINARY) USING hebrew)) AS BINARY)
) VIRTUAL INVISIBLE,
ADD INDEX {index} ({column}_order, {key})
"""


def _order_by_text(column: InstrumentedAttribute[Any], key: InstrumentedAttribute[int]) -> None:
    """Add the index that serves text order, in each database's own words."""
    name = f"ix_{column.class_.__tablename__}_{column.key}"
    folded = func.lower(column.collate("C"))
    Index(f"{name}_folded", folded, key, postgresql_include=[column.key]).ddl_if(
        dialect="postgresql"
    )
    Index(f"{name}_nocase", column.collate("NOCASE"), key).ddl_if(dialect="sqlite")
    kept = DDL(  # type: ignore[no-untyped-call]
        KEEP_ORDER.format(column=column.key, key=key.key, index=f"{name}_order")
    )
    event.listen(column.class_.__table__, "after_create", kept.execute_if(dialect="mysql"))


_order_by_text(Address.city, Address.id)
_order_by_text(Address.state, Address.id)
_order_by_text(Address.country, Address.id)
_order_by_text(Address.postcode, Address.id)
Index("ix_addresses_state", Address.state)
Index("ix_addresses_country", Address.country)

_order_by_text(User.name, User.id)
_order_by_text(User.email, User.id)
_order_by_text(User.company, User.id)
Index("ix_users_birthday", User.birthday, User.id)
Index("ix_users_balance", User.balance, User.id)
Index("ix_users_created_at", User.created_at, User.id)
Index("ix_users_address_id", User.address_id, User.id)
Index("uq_users_email", User.email, unique=True)

SEARCHES = (
    search_index(User.name, User.email, User.phone, User.company),
    search_index(Address.street, Address.city, Address.state, Address.postcode, Address.country),
)
CHANGES = track_changes(User, Address)


# SQLite keeps moments as text: `2024-01-01T12:00:00+02:00` has to become UTC, in the one form that
# sorts as time does.
WRITE_MOMENTS_ALIKE = """
CREATE TRIGGER users_created_at_{event} AFTER {change} ON users
WHEN NEW.created_at GLOB '??????????T*' OR NEW.created_at GLOB '???????????*[-+Z]*'
BEGIN
    UPDATE users SET created_at = CASE instr(NEW.created_at, '.')
        WHEN 0 THEN datetime(NEW.created_at)
        ELSE strftime('%Y-%m-%d %H:%M:%f', NEW.created_at) || '000'
    END WHERE id = NEW.id;
END
"""


@event.listens_for(User.__table__, "after_create")
def _add_triggers(_table: Table, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":
        for name, change in (("insert", "INSERT"), ("update", "UPDATE OF created_at")):
            trigger = WRITE_MOMENTS_ALIKE.format(event=name, change=change)
            connection.exec_driver_sql(trigger)
