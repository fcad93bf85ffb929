"""Sixty users and their sixty addresses, and one request asked of our classes and the library's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from datatables import DataTables as StockDataTables
from sqlalchemy import Engine, ForeignKey, Numeric
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from app.serverside import BadRequest, ColumnDT, DataTables


class Base(DeclarativeBase):
    """Collect these tables."""


class Level(Enum):
    """A level in a club."""

    low = "Low"
    high = "High"


class Address(Base):
    """Where a user lives; `owner_id` is the same the other way round, for to-many joins."""

    __tablename__ = "sixty_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str]
    owner_id: Mapped[int]


class User(Base):
    """One value of every type that has given trouble."""

    __tablename__ = "sixty_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int]
    big: Mapped[int] = mapped_column(sa.BigInteger)
    half: Mapped[int]
    score: Mapped[int | None]
    balance: Mapped[Decimal] = mapped_column(Numeric(20, 2))
    born: Mapped[date]
    joined: Mapped[datetime]
    active: Mapped[bool]
    code: Mapped[UUID]
    level: Mapped[Level]
    blob: Mapped[bytes]
    address_id: Mapped[int] = mapped_column(ForeignKey(Address.id))

    address: Mapped[Address] = relationship()

    @hybrid_property
    def shout(self) -> str:
        """The name in capitals."""
        return self.name.upper()

    @shout.inplace.expression
    @classmethod
    def _shout(cls) -> sa.ColumnElement[str]:
        return sa.func.upper(cls.name)

    @hybrid_property
    def initial(self) -> str:
        """A hybrid that has no SQL side."""
        return self.name.strip()[0]


NOON = datetime.fromisoformat("2020-01-01T12:00")  # like the column, without a zone
FIRST = (
    "Ann",
    "Bob",
    "Zoé",
    "50% off",
    "a_b",
    "back\\slash",
    "<b>Eve</b>",
    "Łukasz",
    "n",
    "Ann B.",
)


def _user(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "name": f"{FIRST[n % 10]} {n}",
        "age": 20 + (n * 7) % 50,
        "big": 9_007_199_254_740_992 + n % 2,
        "half": n % 2,
        "score": None if n % 5 == 0 else n,
        "balance": Decimal(n) + Decimal("0.25"),
        "born": date(1990, 1, 1) + timedelta(days=n - 1),
        "joined": NOON + timedelta(hours=12 * n),
        "active": n % 2 == 0,
        "code": UUID(int=n),
        "level": Level.high if n % 3 == 0 else Level.low,
        "blob": bytes([n]),
        "address_id": n,
    }


USERS = [_user(n) for n in range(1, 61)]
# Users 1 to 20 own two addresses each, 21 to 40 own one, the others none.
ADDRESSES = [
    {"id": n, "city": f"City {n % 7}", "owner_id": n if n <= 40 else n - 40} for n in range(1, 61)
]

NAMES = ("id", "name", "age", "half", "score", "balance", "born", "joined", "active", "code")
METHODS = {
    "id": "numeric", "age": "numeric", "score": "numeric", "balance": "numeric",
    "half": "numeric", "born": "date", "joined": "date",
}  # fmt: skip


def column(name: str, **options: Any) -> ColumnDT:
    """Declare a column of the users."""
    method = options.pop("search_method", METHODS.get(name, "string_contains"))
    return ColumnDT(getattr(User, name), mData=name, search_method=method, **options)


def columns(*names: str) -> list[ColumnDT]:
    """Declare columns of the users."""
    return [column(name) for name in names or NAMES]


def request(names: Sequence[str] = NAMES, changes: Mapping[str, Any] | None = None) -> Any:
    """Build a sound request as a browser sends it, then change it; None removes a parameter."""
    sent: dict[str, Any] = {"draw": "1", "start": "0", "length": "10", "search[value]": ""}
    for number, name in enumerate(names):
        sent[f"columns[{number}][data]"] = name
        sent[f"columns[{number}][search][value]"] = ""
    sent |= changes or {}
    return {name: value for name, value in sent.items() if value is not None}


def users(session: Session) -> Any:
    """Select from the users, in the library's way."""
    return session.query().select_from(User)


Asked = Callable[[Session], Any]


def ours(
    engine: Engine,
    sent: Mapping[str, Any],
    declared: Sequence[ColumnDT] | None = None,
    query: Asked = users,
    **options: Any,
) -> dict[str, Any]:
    """Let our classes answer."""
    with Session(engine) as session:
        table = DataTables(sent, query(session), declared or columns(), **options, session=session)
        return table.output_result()


def stock(
    engine: Engine,
    sent: Mapping[str, Any],
    declared: Sequence[ColumnDT] | None = None,
    query: Asked = users,
    **options: Any,
) -> dict[str, Any]:
    """Let the unchanged library answer."""
    with Session(engine) as session:
        table = StockDataTables(sent, query(session), declared or columns(), **options)
        answer: dict[str, Any] = table.output_result()
        return answer


def refused(engine: Engine, sent: Mapping[str, Any]) -> str:
    """Ask what must be refused; return the parameter that is blamed."""
    with pytest.raises(BadRequest) as caught:
        ours(engine, sent)
    return caught.value.parameter


def ids(answer: Mapping[str, Any]) -> list[int]:
    """Return the ids of the answered rows."""
    return [row["id"] for row in answer["data"]]


def where(test: Callable[[dict[str, Any]], bool]) -> list[int]:
    """Return the ids of the users that pass a test: brute force."""
    return [user["id"] for user in USERS if test(user)]


def global_search(term: str, **more: Any) -> dict[str, Any]:
    """Ask for all users that a global search finds."""
    return dict(request(changes={"search[value]": term, "length": "100", **more}))


def column_search(name: str, term: str) -> dict[str, Any]:
    """Ask for all users that a column search finds."""
    number = NAMES.index(name)
    return dict(request(changes={f"columns[{number}][search][value]": term, "length": "100"}))


def draw(
    engine: Engine, declared: list[ColumnDT], query: Any, changes: dict[str, str] | None = None
) -> dict[str, Any]:
    """Ask for up to a hundred rows of a query's own shape."""
    names = [str(column.mData) for column in declared]
    sent = request(names, {"length": "100", **(changes or {})})
    return ours(engine, sent, declared, lambda _: query)


def totals(answer: dict[str, Any]) -> tuple[int, int, int]:
    """Return both totals and the number of rows answered."""
    return answer["recordsTotal"], answer["recordsFiltered"], len(answer["data"])


def by(number: int, direction: str = "asc") -> dict[str, str]:
    """Order by a column."""
    return {"order[0][column]": str(number), "order[0][dir]": direction}
