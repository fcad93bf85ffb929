"""Seed a database: in one transaction, one process at a time, only when there is need to."""

import json
from dataclasses import asdict, dataclass
from enum import Enum

from sqlalchemy import Connection, Engine, Table, delete, insert, select

from app import mysql, postgresql, sqlite
from app.database import exclusively
from app.models import CHANGES, SEARCHES, Address, Base, State, User
from app.schema import create_schema
from app.seed import bulk, rows

TABLES: tuple[Table, ...] = (
    Base.metadata.tables[User.__tablename__],
    Base.metadata.tables[Address.__tablename__],
)

_TIDY = {
    "mysql": mysql.analyze,
    "postgresql": postgresql.vacuum,
    "sqlite": sqlite.checkpoint,
}


class Outcome(Enum):
    """What seeding did."""

    FILLED = "filled"
    ALREADY = "these rows were there already"
    KEPT = "other rows are there, which were kept"


@dataclass(frozen=True, slots=True)
class Seeding:
    """What a database was filled with."""

    users: int
    seed: int


def seed(
    engine: Engine,
    users: int,
    seed: int,
    reset: bool = False,
    progress: bulk.Progress = lambda _rows: None,
) -> Outcome:
    """Fill an empty database, or with `reset` any; all rows arrive at once, or none.

    `progress` is called with 0 before anything is written, and then with the work just done, in
    rows; there are `work(users)` in all.
    """
    create_schema(engine)
    wanted = Seeding(users, seed)
    with exclusively(engine) as connection:
        if not reset and _recorded(connection) == wanted:
            return Outcome.ALREADY
        if not reset and connection.scalar(select(User.id).limit(1)) is not None:
            return Outcome.KEPT
        _replace_rows(connection, wanted, progress)
        _record(connection, wanted)
    _TIDY[engine.dialect.name](engine)
    return Outcome.FILLED


def work(users: int) -> int:
    """Say how much work so many users are, in rows written."""
    return users + rows.address_count(users) + _indexes() * _index_work(users)


def _replace_rows(connection: Connection, wanted: Seeding, progress: bulk.Progress) -> None:
    progress(0)
    users, addresses = TABLES
    indexes = bulk.drop_indexes(connection, TABLES)
    for search in SEARCHES:
        search.suspend(connection)
    CHANGES.drop(connection)
    bulk.clear(connection, TABLES)
    bulk.write(connection, addresses, rows.addresses(wanted.users, wanted.seed), progress)
    bulk.write(connection, users, rows.users(wanted.users, wanted.seed), progress)
    for index in indexes:
        bulk.build_index(connection, index)
        progress(_index_work(wanted.users))
    for search in SEARCHES:
        if search.trouble_in(connection) is None:
            search.rebuild(connection)
        progress(_index_work(wanted.users))
    bulk.finish(connection, TABLES)
    if CHANGES.trouble_in(connection) is None:
        CHANGES.create(connection)  # last: what alters a table may also have changed its rows


def _indexes() -> int:
    return sum(len(table.indexes) for table in TABLES) + len(SEARCHES)


def _index_work(users: int) -> int:
    return users // 10  # about as long as writing so many rows takes


def _recorded(connection: Connection) -> Seeding | None:
    note = connection.scalar(select(State.value).where(State.key == "seed"))
    return Seeding(**json.loads(note)) if note else None


def _record(connection: Connection, seeding: Seeding) -> None:
    connection.execute(delete(State).where(State.key == "seed"))
    connection.execute(insert(State).values(key="seed", value=json.dumps(asdict(seeding))))
