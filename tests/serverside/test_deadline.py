"""`time_limit`: what statements may take together, kept by the client."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from app.serverside import Deadline, current_deadline, reading_engine, time_limit
from tests.test_database import FOREVER

FAR_TOO_LONG = 20


@pytest.fixture
def connection(seeded_engine: Engine) -> Iterator[Connection]:
    """Give a connection whose statements have a minute each."""
    engine = reading_engine(seeded_engine.url, statement_timeout_ms=60_000)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def stopped(connection: Connection) -> bool:
    """Tell whether an endless statement was stopped soon, and the connection goes on."""
    began = time.monotonic()
    with pytest.raises(OperationalError):
        connection.execute(text(FOREVER)).all()
    assert time.monotonic() - began < FAR_TOO_LONG
    connection.rollback()
    return connection.scalar(text("SELECT 1")) == 1 and not connection.invalidated


def test_a_statement_is_stopped_at_the_deadline_and_its_connection_goes_on(
    connection: Connection,
) -> None:
    with time_limit(0.3) as deadline:
        assert stopped(connection)
        assert not deadline.met_silence


def test_statements_share_the_time(connection: Connection) -> None:
    with time_limit(0.3):
        time.sleep(0.4)
        assert stopped(connection), "what begins too late has the rest of the grace"


def test_an_inner_limit_is_never_longer(connection: Connection) -> None:
    with time_limit(0.3) as outer, time_limit(3600) as inner:
        assert inner.ends_at <= outer.ends_at
        assert stopped(connection)


def test_whoever_waits_can_be_told_to_give_up(connection: Connection) -> None:
    with time_limit(3600) as deadline:
        threading.Timer(0.3, deadline.give_up).start()
        assert stopped(connection)
        assert not deadline.met_silence


def test_without_a_limit_each_statement_has_its_own(seeded_engine: Engine) -> None:
    engine = reading_engine(seeded_engine.url, statement_timeout_ms=300)
    with engine.connect() as connection:
        assert current_deadline() is None
        assert stopped(connection)
        assert stopped(connection)
    engine.dispose()


def test_an_endless_limit_is_none(connection: Connection) -> None:
    with time_limit(float("inf")) as deadline:
        assert connection.scalar(text("SELECT 1")) == 1
        assert not deadline.is_over


def test_what_answers_at_once_is_never_too_late(connection: Connection) -> None:
    with time_limit(0, grace=0):
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_deadline_tells_how_long_is_left() -> None:
    deadline = Deadline(100, grace=0)
    assert 0 < deadline.seconds_left <= 100
    assert not deadline.has_grace
    assert Deadline(-1, grace=0).seconds_left == 0
