"""A hot standby can't tell which state of the data it shows: nothing is remembered of it."""

import os
import time
from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine, event, insert, text

from app.database import read_engine, write_engine
from tests.conftest import disposing
from tests.serverside.books import TINY, Entry, fill, row, seen
from tests.serverside.standby import HOW_TO_GET_THEM, primary_and_standby, programs
from tests.serverside.writers import hammer, keep_books, read, read_snapshots, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Engine, Engine]]:
    """Give engines on a primary, and on a standby that can only be read."""
    found = programs()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_THEM)
        pytest.skip(HOW_TO_GET_THEM)
    with (
        primary_and_standby(found) as (primary, standby),
        disposing(write_engine(primary)) as writer,
        disposing(read_engine(standby, 0)) as reader,
    ):
        fill(writer)
        _caught_up(writer, reader)
        yield writer, reader


def _caught_up(writer: Engine, reader: Engine) -> None:
    """Wait until the standby shows what the primary has committed."""
    with writer.connect() as connection:
        end = connection.scalar(text("SELECT pg_current_wal_flush_lsn()"))
    until = time.monotonic() + 30
    with reader.connect() as connection:
        behind = text("SELECT pg_last_wal_replay_lsn() >= cast(:end AS pg_lsn)")
        while not connection.scalar(behind, {"end": end}):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_every_draw_counts_anew(servers: tuple[Engine, Engine]) -> None:
    _, reader = servers
    statements: list[str] = []
    seen(reader)
    event.listen(reader, "before_cursor_execute", lambda *call: statements.append(str(call[2])))
    for _ in range(4):
        statements.clear()
        assert seen(reader).total == 30
        assert sum("count(*)" in statement for statement in statements) == 1


def test_what_arrives_is_seen(servers: tuple[Engine, Engine]) -> None:
    writer, reader = servers
    for number in range(100, 105):
        assert seen(reader, order=[{"column": 3, "dir": "asc"}], start=12).total == number - 70
        with writer.begin() as connection:
            connection.execute(insert(Entry).values(row(number)))
        _caught_up(writer, reader)


def test_every_answer_is_of_one_state_there_too(servers: tuple[Engine, Engine]) -> None:
    writer, reader = servers
    keep_books(writer)
    _caught_up(writer, reader)
    url = reader.url.update_query_dict({})
    with disposing(create_engine(url, isolation_level="REPEATABLE READ")) as snapshots:
        hammer(
            [
                partial(write, writer, 1),
                partial(write, writer, 2),
                partial(write, writer, 3),
                partial(read, reader, 4, TINY),
                partial(read, reader, 5, TINY),
                partial(read_snapshots, snapshots, 6, TINY),
            ],
            3.0,
            each=6,
        )
    with reader.connect() as connection:
        assert connection.scalar(sa.func.pg_is_in_recovery())
