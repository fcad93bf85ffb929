"""Seed a database: in one transaction, one process at a time, only when there is need to."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum

from sqlalchemy import Connection, Engine, Table, delete, insert, select

from app import postgresql, sqlite
from app.connecting import exclusively
from app.models import CHANGES, SEARCHES, Address, Base, State, User
from app.schema import create_schema
from app.seed import bulk, rows
from app.seed.making import making

TABLES: tuple[Table, ...] = (
    Base.metadata.tables[User.__tablename__],
    Base.metadata.tables[Address.__tablename__],
)
# How long parts take, as measured on both databases: building an index over some rows takes as long
# as writing a tenth of them, the search index as long as writing them twice.
INDEX_SHARE = 10
SEARCH_TIMES = 2

Telling = Callable[[str], None]


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
    progress: bulk.Progress = lambda _work: None,
    part: Telling = lambda _name: None,
) -> Outcome:
    """Fill an empty database, or with `reset` any; all rows arrive at once, or none.

    `progress` is called with 0 before anything is written, and then with the work just done; there
    are `work(users)` in all. `part` is called with the name of each part that begins.

    Raises `MakingError` where the rows can't be made.
    """
    create_schema(engine)
    wanted = Seeding(users, seed)
    with exclusively(engine) as connection:
        if not reset and _recorded(connection) == wanted:
            return Outcome.ALREADY
        if not reset and connection.scalar(select(User.id).limit(1)) is not None:
            return Outcome.KEPT
        _replace_rows(connection, wanted, progress, part)
        _record(connection, wanted)
    tidy = postgresql.vacuum if engine.dialect.name == "postgresql" else sqlite.checkpoint
    tidy(engine)
    return Outcome.FILLED


def work(users: int) -> int:
    """Say how much work so many users are, in what writing a row takes."""
    return sum(_rows(table, users) + _index_work(table, users) for table in TABLES)


def _replace_rows(
    connection: Connection, wanted: Seeding, progress: bulk.Progress, part: Telling
) -> None:
    progress(0)
    part("rows")
    users, addresses = TABLES
    with making(wanted.users, wanted.seed, bulk.form(connection)) as made:
        bulk.drop_indexes(connection, TABLES)
        for search in SEARCHES:
            search.suspend(connection)
        CHANGES.drop(connection)
        bulk.clear(connection, TABLES)
        bulk.write(connection, addresses, next(made), progress)
        with bulk.unguarded(connection, users):
            bulk.write(connection, users, next(made), progress)
    _build_indexes(connection, wanted.users, progress, part)
    part("statistics and change marks")
    bulk.finish(connection, TABLES)
    CHANGES.create(connection)  # last: what alters a table may also have changed its rows


def _build_indexes(
    connection: Connection, users: int, progress: bulk.Progress, part: Telling
) -> None:
    part("indexes")
    bulk.give_memory(connection, users)
    for table in TABLES:
        for index in bulk.indexes(table, connection.dialect.name):
            index.create(connection)
            progress(-(-_rows(table, users) // INDEX_SHARE))
    part("search indexes")
    for search in SEARCHES:
        search.rebuild(connection)
        progress(_rows(search.table, users) * SEARCH_TIMES)


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
