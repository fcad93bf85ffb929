"""`things`: columns of the rarer kinds, which the other tables do not have."""

import datetime as dt
import enum
import uuid

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ColumnDT, DataTables


class Colour(enum.Enum):
    """Stored by name, shown by value."""

    RED = "dark red"
    GREEN = "Green"


class ThingsBase(DeclarativeBase):
    """Collect this table alone."""


class Thing(ThingsBase):
    """A thing."""

    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    colour: Mapped[Colour | None]
    key: Mapped[uuid.UUID | None]
    opens: Mapped[dt.time | None]
    secret: Mapped[str | None]


KEY = uuid.UUID("12345678-1234-5678-1234-567812345678")
THINGS = [
    {"id": 1, "colour": Colour.RED, "key": KEY, "opens": dt.time(9), "secret": "a"},
    {"id": 2, "colour": Colour.GREEN, "key": uuid.UUID(int=1), "opens": None, "secret": "b"},
    {"id": 3, "colour": None, "key": None, "opens": dt.time(10), "secret": None},
]
COLUMNS = [
    ColumnDT(Thing.id, mData="id"),
    ColumnDT(Thing.colour, mData="colour"),
    ColumnDT(Thing.key, mData="key"),
    ColumnDT(Thing.opens, mData="opens"),
    ColumnDT(Thing.secret, mData="secret", searchable=False),
]


def load_things(engine: Engine) -> None:
    """Create the table anew and fill it, whoever had it before."""
    ThingsBase.metadata.drop_all(engine)
    ThingsBase.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Thing), THINGS)


def things(engine: Engine, **parts: object) -> tuple[list[int], list[str]]:
    """Return the ids that a request finds, and the notices."""
    columns = parts.pop("columns", [{"data": column.mData} for column in COLUMNS])
    params = {"draw": 1, "start": 0, "length": 10, "columns": columns, **parts}
    with Session(engine) as session:
        answer = DataTables(params, select(Thing), COLUMNS, session=session).output_result()
    return [row["id"] for row in answer["data"]], list(answer.get("notices", []))
