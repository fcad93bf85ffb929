"""A table to write to while it is read: entries of accounts, and how to ask for them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKey, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from app.serverside import ColumnDT, DataTables, Tuning, search_index, track_changes


class Base(DeclarativeBase):
    """Collect these tables."""


class Account(Base):
    """Whom an entry belongs to."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    tenant: Mapped[int]


class Entry(Base):
    """A line in the books; `version` is the commit that wrote it."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    version: Mapped[int]
    tenant: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    account: Mapped[Account | None] = relationship()


SEARCHES = (search_index(Entry.text), search_index(Account.owner))
CHANGES = track_changes(Entry, Account)
COLUMNS = [
    ColumnDT(Entry.id, mData="id", search_method="numeric"),
    ColumnDT(Entry.text, mData="text"),
    ColumnDT(Entry.version, mData="version", search_method="numeric", options=True),
    ColumnDT(Account.owner, mData="owner", options=True),
]
TINY = Tuning(few=3, deep=5, anchor_step=4)
OWNERS = ("Zoé", "Bob", "Ann")


@dataclass(frozen=True)
class Seen:
    """What an answer says."""

    total: int
    filtered: int
    ids: list[int]
    versions: set[int]
    offered: list[Any]
    owners: list[Any]


def entries() -> Any:
    """Select the entries and their accounts."""
    return select().select_from(Entry).outerjoin(Entry.account)


def see(
    session: Session, *, query: Any = None, tuning: Tuning = TINY, term: str = "", **parts: Any
) -> Seen:
    """Let the engine answer."""
    request = {
        "draw": 1,
        "start": 0,
        "length": 5,
        "columns": [{"data": column.mData} for column in COLUMNS],
        "search": {"value": term},
    } | parts
    query = entries() if query is None else query
    table = DataTables(request, query, COLUMNS, session=session, tuning=tuning)
    answer = table.output_result()
    assert "error" not in answer
    return Seen(
        answer["recordsTotal"],
        answer["recordsFiltered"],
        [row["id"] for row in answer["data"]],
        {row["version"] for row in answer["data"]},
        [option["value"] for option in answer["columnControl"].get("version", ())],
        [option["value"] for option in answer["columnControl"].get("owner", ())],
    )


def seen(bind: Engine | Connection, **parts: Any) -> Seen:
    """Ask in a session of its own."""
    with Session(bind) as session:
        return see(session, **parts)


def row(number: int, version: int = 0, tenant: int = 0) -> dict[str, Any]:
    """Give an entry."""
    return {
        "id": number,
        "text": f"Entry {number} é" if number % 3 else f"entry {number}",
        "version": version,
        "tenant": tenant,
        "account_id": number % 4 or None,
    }


def fill(engine: Engine, count: int = 30, *, marked: bool = True) -> None:
    """Make the tables, with the entries 1 to `count`; their changes are marked, or not."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        if not marked:
            CHANGES.drop(connection)
        accounts = [{"id": n + 1, "owner": o, "tenant": n % 2} for n, o in enumerate(OWNERS)]
        connection.execute(insert(Account), accounts)
        connection.execute(insert(Entry), [row(n, tenant=n % 2) for n in range(1, count + 1)])
