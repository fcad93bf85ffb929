"""`people` and their `places`: every kind of column, and values that break naive code."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Numeric, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.types import Money, UtcDateTime
from tests.serverside.oracle import Column
from tests.serverside.tables.base import Base, Table

FINE = Numeric(20, 10).with_variant(Numeric(20, 10, asdecimal=False), "sqlite")


class Place(Base):
    """A place that several people share."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str | None]
    country: Mapped[str]


class Person(Base):
    """A person whose every column may be empty."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    nick: Mapped[str | None]
    age: Mapped[int | None]
    big: Mapped[int | None] = mapped_column(BigInteger)
    balance: Mapped[Decimal | None] = mapped_column(Money)
    rate: Mapped[Decimal | None] = mapped_column(FINE)
    score: Mapped[float | None]
    born: Mapped[dt.date | None]
    seen: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    met: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    active: Mapped[bool | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))

    place: Mapped[Place | None] = relationship()


# fmt: off
NAMES = [
    "Zoé", "ZOE", "zoe", "Zoë Åberg", "Ångström", "Straße", "STRASSE", "Søren", "Łukasz", "Đorđe",
    "Ægir", "œuvre d'art", "İzmir", "Ize\u0301", None, "50% off", "50_off", "50x off", "a\\b",
    "O'Brien", 'say "hi"', "tab\there", "line\nbreak", "\x01ctrl\x1f", "👩‍💻 dev", "שלום", "مرحبا",
    "Bob", "bob", "BOB", "Ann Lee", "ann  lee", "Lee Ann", " padded ", "<script>alert(1)</script>",
    "R&D <Lead>", "R&amp;D <Lead>", "/^a/i", "true", "2024", "2024-01-31", "9007199254740993",
    "a|b", "!bang", "function", "undefined", "NULL", "日本 語", "", "Ann\u00a0Lee", "ǿ",
    "[x](y)*+?", "e=mc²", "ﬁne",
]
NICKS = ["", None, "x", "X", "é", "E", "  ", "zo", "50%", "_", "\\", "'", '"', "a b", "30", "%"]
AGES = [0, 1, -1, 30, 30, 44, None, 2024, 7, 12]
BIGS = [9007199254740993, 9007199254740992, -9007199254740993, 30, None, 0, 2**63 - 1]
BALANCES = ["0.00", "-0.01", "1250.50", None, "98000.75", "0.01", "30.00", "999999999.99", "0.10"]
RATES = ["0.1234567891", "1.0000000001", "1", None, "-0.5", "0.1234567892", "30", "1250.5"]
SCORES = [0.1, 0.30000000000000004, 1.5, None, -2.25, 30.0, 0.3, 1e-3, 2024.0]
DAYS = [
    dt.date(2024, 2, 29), dt.date(2024, 2, 28), dt.date(2024, 3, 1), None, dt.date(2023, 12, 31),
    dt.date(2024, 1, 1), dt.date(2024, 1, 31), dt.date(2024, 2, 1), dt.date(1999, 12, 31),
    dt.date(2000, 1, 1), dt.date(9999, 12, 31), dt.date(1900, 1, 1), dt.date(2024, 12, 31),
]
CLOCKS = [
    dt.time(), dt.time(23, 59, 59, 999999), None, dt.time(12, 30), dt.time(0, 0, 0, 1),
    dt.time(22, 30, 15), dt.time(0, 0, 0, 500000),
]
PLACES = [
    ("Zürich", "Schweiz"), ("zurich", "CH"), ("New York", "USA"), ("York", "UK"), ("", "Nowhere"),
    (None, "Void"), ("Łódź", "Polska"), ("São Paulo", "Brasil"), ("100%", "_"),
]
# fmt: on
COUNT = 121


def _moment(index: int, shift: int) -> dt.datetime | None:
    day, clock = DAYS[(index + shift) % len(DAYS)], CLOCKS[(index * 3 + shift) % len(CLOCKS)]
    return dt.datetime.combine(day, clock, dt.UTC) if day and clock is not None else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _person(index: int) -> dict[str, Any]:
    place = index * 7 % (len(PLACES) + 2)
    return {
        "id": index + 1,
        "name": NAMES[index % len(NAMES)],
        "nick": NICKS[index * 5 % len(NICKS)],
        "age": AGES[index * 3 % len(AGES)],
        "big": BIGS[index % len(BIGS)],
        "balance": _decimal(BALANCES[index % len(BALANCES)]),
        "rate": _decimal(RATES[index * 3 % len(RATES)]),
        "score": SCORES[index * 2 % len(SCORES)],
        "born": DAYS[index * 5 % len(DAYS)],
        "seen": _moment(index, 0),
        "met": _moment(index, 4),
        "active": (True, False, None)[index % 3],
        "place_id": place + 1 if place < len(PLACES) else None,
    }


def _joined(person: dict[str, Any]) -> dict[str, Any]:
    place = person["place_id"]
    city, country = PLACES[place - 1] if place else (None, None)
    return {**person, "place.city": city, "place.country": country}


def _query() -> Select[Any]:
    return select().select_from(Person).outerjoin(Person.place)


_PEOPLE = [_person(index) for index in range(COUNT)]
_PLACES = [{"id": n + 1, "city": c, "country": d} for n, (c, d) in enumerate(PLACES)]

PEOPLE = Table(
    models={Place: _PLACES, Person: _PEOPLE},
    rows=[_joined(person) for person in _PEOPLE],
    described=[
        Column("id", "integer", search_method="numeric"),
        Column("name", name="full_name"),
        Column("nick", nulls_order="nullsfirst", options=True),
        Column("age", "integer", options=True),
        Column("big", "integer", search_method="numeric"),
        Column("balance", "number", search_method="numeric"),
        Column("rate", "number", search_method="numeric"),
        Column("score", "float", search_method="numeric", global_search=False),
        Column("born", "date", search_method="date", options=True),
        Column("seen", "datetime", search_method="date"),
        Column("met", "datetime", orderable=False),
        Column("active", "boolean", options=True),
        Column("place.city", options=True),
        Column("place.country", searchable=False),
    ],
    expressions={
        "place.city": Place.city,
        "place.country": Place.country,
        **{attr.key: attr.class_attribute for attr in Person.__mapper__.column_attrs},
    },
    query=_query,
)
