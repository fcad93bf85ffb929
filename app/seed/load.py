"""Seed a database: in one transaction, one process at a time, only when there is need to."""

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from enum import Enum

from sqlalchemy import Connection, Engine, Table, delete, insert, select

from app import postgresql, sqlite
from app.database import exclusively
from app.models import CHANGES, SEARCHES, Address, Base, State, User
from app.schema import create_schema
from app.seed import bulk, rows
from app.seed.making import Making

TABLES: tuple[Table, ...] = (
    Base.metadata.tables[User.__tablename__],
    Base.metadata.tables[Address.__tablename__],
)
# How long parts take, as measured on both databases: building an index over some rows takes as long
# as writing a tenth of them, the search index as long as writing them twice.
INDEX_SHARE = 10
SEARCH_TIMES = 2


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

    `progress` is called with 0 before anything is written, and then with the work just done; there
    are `work(users)` in all. Raises `MakingError` where the rows can't be made.
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
    tidy = postgresql.vacuum if engine.dialect.name == "postgresql" else sqlite.checkpoint
    tidy(engine)
    return Outcome.FILLED


def work(users: int) -> int:
    """Say how much work so many users are, in what writing a row takes."""
    return sum(_rows(table, users) + _index_work(table, users) for table in TABLES)


def _replace_rows(connection: Connection, wanted: Seeding, progress: bulk.Progress) -> None:
    progress(0)
    users, addresses = TABLES
    with ExitStack() as makers:  # both start to work at once
        made = {
            table: makers.enter_context(_making(table, wanted).batches(bulk.form(connection)))
            for table in (addresses, users)
        }
        bulk.drop_indexes(connection, TABLES)
        for search in SEARCHES:
            search.suspend(connection)
        CHANGES.drop(connection)
        bulk.clear(connection, TABLES)
        bulk.write(connection, addresses, made[addresses], progress)
        with bulk.unguarded(connection, users):
            bulk.write(connection, users, made[users], progress)
    _build_indexes(connection, wanted.users, progress)
    bulk.finish(connection, TABLES)
    CHANGES.create(connection)  # last: what alters a table may also have changed its rows


def _build_indexes(connection: Connection, users: int, progress: bulk.Progress) -> None:
    bulk.give_memory(connection, users)
    for table in TABLES:
        for index in bulk.indexes(table, connection.dialect.name):
            index.create(connection)
            progress(-(-_rows(table, users) // INDEX_SHARE))
    for search in SEARCHES:
        search.rebuild(connection)
        progress(_rows(search.table, users) * SEARCH_TIMES)


def _making(table: Table, wanted: Seeding) -> Making:
    return Making(table.name, wanted.users, wanted.seed)


def _rows(table: Table, users: int) -> int:
    return users if table is TABLES[0] else rows.address_count(users)


def _index_work(table: Table, users: int) -> int:
    count = _rows(table, users)
    searches = sum(search.table is table for search in SEARCHES)
    indexes = bulk.indexes(table, "sqlite")  # as many as on PostgreSQL
    return len(indexes) * -(-count // INDEX_SHARE) + searches * SEARCH_TIMES * count


def _recorded(connection: Connection) -> Seeding | None:
    note = connection.scalar(select(State.value).where(State.key == "seed"))
    return Seeding(**json.loads(note)) if note else None


def _record(connection: Connection, seeding: Seeding) -> None:
    connection.execute(delete(State).where(State.key == "seed"))
    connection.execute(insert(State).values(key="seed", value=json.dumps(asdict(seeding))))
