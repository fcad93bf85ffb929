"""Users and their addresses, and the states of tables that StateRestore keeps."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Collect the tables."""


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
    """A person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    company: Mapped[str | None]
    birthday: Mapped[date | None]
    balance: Mapped[float | None]
    active: Mapped[bool]
    created_at: Mapped[datetime]
    address_id: Mapped[int | None] = mapped_column(ForeignKey(Address.id))

    address: Mapped[Address | None] = relationship()


class TableState(Base):
    """A state of a table on a page; `state` is JSON text."""

    __tablename__ = "table_states"
    __table_args__ = (UniqueConstraint("path", "table", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    table: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    is_default: Mapped[bool]
    is_shared: Mapped[bool]
    made_by: Mapped[int]  # a group of addresses
