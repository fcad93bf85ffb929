"""`staff`: 57 rows in the shape of the table behind the recorded requests."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.types import Money
from tests.serverside.oracle import Column
from tests.serverside.tables.base import Base, Table


class StaffAddress(Base):
    """Where somebody of the staff lives."""

    __tablename__ = "staff_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str | None]


class Staff(Base):
    """Somebody of the staff."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[str]
    office: Mapped[str | None]
    age: Mapped[int | None]
    start_date: Mapped[dt.date | None]
    salary: Mapped[Decimal | None] = mapped_column(Money)
    address_id: Mapped[int | None] = mapped_column(ForeignKey(StaffAddress.id))

    address: Mapped[StaffAddress | None] = relationship()


# fmt: off
FIRST = ["Ann", "Brian", "Zoë", "angela", "Ryan", "Hamish", "Yorkina", "Åsa", "Bob", "Jean"]
LAST = ["Cox", "Nolan", "O'Brien", "York", "Tokar", "Silva", "cox", "Müller", "Wagner", "Li"]
POSITIONS = [
    "Engineer", "Software Engineer", "R&D <Lead>", "Zoë's aide", 'Sales 50%_off "é" & +x',
    "Accountant", "O'Brien liaison", "engineer II", "Tokyo desk",
]
OFFICES = ["London", "Tokyo", "Edinburgh", None, "New York", "", "san francisco"]
AGES = [66, 30, 45, 0, 44, 1, None, 31, 29, 64]
DAYS = [
    dt.date(2012, 3, 29), dt.date(2012, 3, 28), dt.date(2012, 3, 30), None, dt.date(2018, 12, 31),
    dt.date(2019, 1, 1), dt.date(2010, 7, 14), dt.date(2015, 2, 28),
]
SALARIES = [
    "1250.50", "98000.75", "1250.49", "98000.76", None, "50000.00", "45.00", "1250.51", "0.00",
]
CITIES = ["Bath", "York", None, "Kraków", "Bath", ""]
# fmt: on


def _member(index: int) -> dict[str, Any]:
    salary, address = SALARIES[index * 4 % len(SALARIES)], index * 5 % (len(CITIES) + 1)
    return {
        "id": index + 1,
        "name": f"{FIRST[index * 3 % len(FIRST)]} {LAST[index % len(LAST)]}",
        "position": POSITIONS[index * 2 % len(POSITIONS)],
        "office": OFFICES[index % len(OFFICES)],
        "age": AGES[index * 7 % len(AGES)],
        "start_date": DAYS[index % len(DAYS)],
        "salary": None if salary is None else Decimal(salary),
        "address_id": address + 1 if address < len(CITIES) else None,
    }


def _joined(member: dict[str, Any]) -> dict[str, Any]:
    address = member["address_id"]
    return {**member, "address.city": CITIES[address - 1] if address else None}


def _query() -> Select[Any]:
    return select().select_from(Staff).outerjoin(Staff.address)


_STAFF = [_member(index) for index in range(57)]
_ADDRESSES = [{"id": number + 1, "city": city} for number, city in enumerate(CITIES)]

STAFF = Table(
    models={StaffAddress: _ADDRESSES, Staff: _STAFF},
    rows=[_joined(member) for member in _STAFF],
    described=[
        Column("id", "integer", search_method="numeric"),
        Column("name", name="full_name"),
        Column("position"),
        Column("office", name="office_name", options=True),
        Column("age", "integer", search_method="numeric", options=True),
        Column("start_date", "date", search_method="date"),
        Column("salary", "number", search_method="numeric"),
        Column("address.city", name="city", options=True),
    ],
    expressions={
        "address.city": StaffAddress.city,
        **{attr.key: attr.class_attribute for attr in Staff.__mapper__.column_attrs},
    },
    query=_query,
)
