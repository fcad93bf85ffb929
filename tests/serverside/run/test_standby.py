"""A hot standby tells which state of marked tables it shows; of others nothing is remembered."""

import logging
from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine, event, insert

from app.connecting import read_engine, write_engine
from app.serverside import reading_engine
from app.serverside.dialects.catalogue import looking
from tests.conftest import disposing
from tests.serverside.books import TINY, Entry, fill, row, seen
from tests.serverside.run.test_under_writes import SECONDS
from tests.serverside.standby import caught_up, found_programs, primary_and_standby
from tests.serverside.writers import (
    hammer,
    keep_books,
    purge,
    read,
    read_marks,
    read_snapshots,
    write,
)

pytestmark = pytest.mark.slow
logger = logging.getLogger(__name__)


def patient_engine(url: str) -> Engine:
    """Read as draws do, but wait for locks: a TRUNCATE that arrives holds all readers up.

    It waits itself for those that read in one snapshot, for up to `max_standby_streaming_delay`.
    """
    return reading_engine(
        url, statement_timeout_ms=0, connect_args={"options": "-c lock_timeout=0"}
    )


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Engine, Engine]]:
    """Give engines on a primary, and on a standby that can only be read."""
    with (
        primary_and_standby(found_programs()) as (primary, standby),
        disposing(write_engine(primary.url)) as writer,
        disposing(patient_engine(standby.url)) as reader,
    ):
        yield writer, reader


@pytest.fixture(params=["marked", "unmarked"])
def marked(request: pytest.FixtureRequest) -> bool:
    """Run the test once with the tables' change marks, once without."""
    return bool(request.param == "marked")


@pytest.fixture
def servers(both: tuple[Engine, Engine], marked: bool) -> tuple[Engine, Engine]:
    """Give the engines, and fill the tables."""
    fill(both[0], marked=marked)
    caught_up(*both)
    for engine in both:
        engine.dispose()
    return both


def test_only_draws_over_marked_tables_are_remembered(
    servers: tuple[Engine, Engine], marked: bool
) -> None:
    writer, reader = servers
    statements: list[str] = []
    with disposing(read_engine(reader.url.render_as_string(hide_password=False), 0)) as fresh:
        seen(fresh)
        event.listen(
            fresh,
            "before_cursor_execute",
            lambda *call: None if looking.get() else statements.append(str(call[2])),
        )
        for _ in range(4):
            statements.clear()
            assert seen(fresh, term="entry").total == 30
            counted = sum("count(*)" in statement for statement in statements)
        assert bool(counted) is not marked
        assert len(statements) == 1 or not marked
    assert writer is not reader


def test_what_arrives_is_seen(servers: tuple[Engine, Engine]) -> None:
    writer, reader = servers
    for number in range(100, 105):
        assert seen(reader, order=[{"column": 3, "dir": "asc"}], start=12).total == number - 70
        with writer.begin() as connection:
            connection.execute(insert(Entry).values(row(number)))
        caught_up(writer, reader)


def test_every_answer_is_of_one_state_there_too(
    servers: tuple[Engine, Engine], marked: bool
) -> None:
    writer, reader = servers
    keep_books(writer)
    caught_up(writer, reader)
    url = reader.url.update_query_dict({})
    with disposing(create_engine(url, isolation_level="REPEATABLE READ")) as snapshots:
        counted = hammer(
            [
                partial(write, writer, 1),
                partial(write, writer, 2),
                partial(write, writer, 3),
                partial(purge, writer),
                partial(read, reader, 4, TINY),
                partial(read, reader, 5, TINY),
                partial(read_snapshots, snapshots, 6, TINY),
                *([partial(read_marks, reader)] if marked else []),
            ],
            max(SECONDS, 3.0),
            each=6,
        )
    logger.warning("standby: %s reads, 0 wrong", counted[4:])
    with reader.connect() as connection:
        assert connection.scalar(sa.func.pg_is_in_recovery())
