"""Where StateRestore's states are kept: one small, bounded table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.models import Base, TableState
from app.serverside import BadRequest

MAX_STATES = 500  # states of all pages together
MAX_CLIENT_STATES = 100  # of them, those that one client's group of addresses made
MAX_ID = 2**31 - 1  # what the column holds
MAX_STATE = 100_000  # characters of one state
MAX_NAME = 100  # characters of a state's name, or of a table's id
MAX_PATH = 500  # characters of a page's address

TABLE = Base.metadata.tables[TableState.__tablename__]
C = TABLE.c


@dataclass(frozen=True, slots=True)
class Place:
    """The page and the table on it that states belong to."""

    path: str = ""
    table: str = ""

    @property
    def here(self) -> sa.ColumnElement[bool]:
        """The condition that a state is of this place."""
        return sa.and_(C.path == self.path, C.table == self.table)


@dataclass(frozen=True, slots=True)
class NewState:
    """A state to keep, and by which group of clients it is made."""

    name: str
    state: str
    made_by: int
    is_default: bool = False
    is_shared: bool = False


def read(connection: Connection, place: Place) -> list[Any]:
    """Return the states of a place, the oldest first."""
    return list(connection.execute(sa.select(TABLE).where(place.here).order_by(C.id)))


def create(connection: Connection, place: Place, new: NewState) -> Any:
    """Keep a new state and return it. Raises `BadRequest` when there are too many.

    In a transaction that nobody else writes in, or the limits could be passed side by side.
    """
    _refuse_too_many(connection, new.made_by)
    if new.is_default:
        _no_default(connection, place)
    row = asdict(place) | asdict(new)
    try:
        return connection.execute(sa.insert(TABLE).values(row).returning(TABLE)).one()
    except IntegrityError:
        raise BadRequest("name", "is taken by another state") from None


def save(connection: Connection, place: Place, new: NewState) -> None:
    """Keep a state under its name, whether new or not."""
    same = sa.update(TABLE).where(place.here, C.name == new.name).values(state=new.state)
    if not connection.execute(same).rowcount:
        create(connection, place, new)


def _refuse_too_many(connection: Connection, group: int) -> None:
    numbers = sa.select(sa.func.count(), sa.func.count().filter(C.made_by == group))
    total, own = connection.execute(numbers.select_from(TABLE)).one()
    if total >= MAX_STATES:
        raise BadRequest("action", f"finds {MAX_STATES} states kept already; delete one first")
    if own >= MAX_CLIENT_STATES:
        raise BadRequest(
            "action", f"finds {MAX_CLIENT_STATES} states of yours kept already; delete one first"
        )


def rename(connection: Connection, place: Place, old: str, new: str) -> None:
    """Give a state another name."""
    _update(connection, place, C.name == old, {"name": new})


def edit(connection: Connection, place: Place, number: int, changes: dict[str, Any]) -> list[Any]:
    """Change a state and return it."""
    if changes.get("is_default"):
        _no_default(connection, place)
    _update(connection, place, C.id == number, changes)
    return list(connection.execute(sa.select(TABLE).where(place.here, C.id == number)))


def remove(
    connection: Connection, place: Place, *, names: Sequence[str] = (), ids: Sequence[int] = ()
) -> None:
    """Delete states; those that are gone already are no error."""
    which = sa.or_(C.name.in_(names), C.id.in_(ids))
    connection.execute(sa.delete(TABLE).where(place.here, which))


def _update(connection: Connection, place: Place, which: Any, changes: dict[str, Any]) -> None:
    try:
        found = connection.execute(
            sa.update(TABLE).where(place.here, which).values(changes or {"id": C.id})
        )
    except IntegrityError:
        raise BadRequest("name", "is taken by another state") from None
    if not found.rowcount:
        raise BadRequest("id", "names no state of this table")


def _no_default(connection: Connection, place: Place) -> None:
    connection.execute(sa.update(TABLE).where(place.here).values(is_default=False))
