"""Connections: who may write, how long a statement may run, what happens when a server goes."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from itertools import islice, repeat

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app import database
from app.database import Engines, db, exclusively, read_engine, write_engine
from app.settings import Settings
from tests import kinds

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
FOR_SOME_TIME = FOREVER.replace("SELECT i + 1 FROM n", "SELECT i + 1 FROM n WHERE i < 300000")
FOREVER_IN = {
    "mysql": (
        "SELECT count(*) FROM information_schema.columns AS a, "
        "information_schema.columns AS b, information_schema.columns AS c"
    )
}
UNBOUNDED = "SET max_recursive_iterations = 1000000"  # or MariaDB ends early without a word
NOWHERE = {
    "sqlite": "sqlite:////nowhere/at/all.sqlite3",
    "postgresql": "postgresql+psycopg://nobody@127.0.0.1:1/nowhere",
    "mysql": "mysql+pymysql://nobody@127.0.0.1:1/nowhere",
}


@pytest.fixture
def seeded_url(seeded_engine: Engine) -> str:
    """Give the URL of the seeded database."""
    return seeded_engine.url.render_as_string(hide_password=False)


@pytest.fixture
def reader(seeded_url: str) -> Iterator[Engine]:
    """Give an engine that reads the seeded database, with a short time limit."""
    engine = read_engine(seeded_url, statement_timeout_ms=300)
    yield engine
    engine.dispose()


def read_from(engines: Engines) -> str:
    """Read once, and tell from which database."""
    with engines.connect_to_read() as connection:
        return str(make_url(connection.engine.url).database)


def ask(connection: Connection) -> int | None:
    return connection.scalar(text("SELECT 1"))


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM users", "UPDATE users SET name = 'x'", "CREATE TABLE t (i INTEGER)"],
)
def test_a_reading_connection_can_not_write(reader: Engine, statement: str) -> None:
    with (
        reader.connect() as connection,
        pytest.raises(DBAPIError, match=r"(?i)read[- ]?only"),
    ):
        connection.execute(text(statement))


def test_a_statement_that_runs_too_long_ends_and_its_connection_goes_on(reader: Engine) -> None:
    with reader.connect() as connection:
        start = time.monotonic()
        with pytest.raises(OperationalError):
            connection.execute(text(FOREVER_IN.get(connection.dialect.name, FOREVER))).all()
        assert time.monotonic() - start < 10
        assert ask(connection) == 1
        assert not connection.invalidated


def test_each_statement_has_the_whole_time_limit(reader: Engine) -> None:
    with reader.connect() as connection:
        for _ in range(3):
            time.sleep(0.15)
            assert ask(connection) == 1


def test_without_a_limit_a_statement_may_take_its_time(seeded_url: str) -> None:
    engine = read_engine(seeded_url, statement_timeout_ms=0)
    with engine.connect() as connection:
        if connection.dialect.name == "mysql":
            connection.execute(text(UNBOUNDED))
        assert connection.scalar(text(FOR_SOME_TIME)) == 300_000
    engine.dispose()


def test_sessions_think_in_utc_and_plan_for_the_page(reader: Engine, database_kind: str) -> None:
    wanted = {"timezone": "UTC", "jit": "off", "plan_cache_mode": "force_custom_plan"}
    if database_kind == "sqlite":  # has none of these; what it has instead is asked here
        with reader.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA query_only")) == 1
        return
    if database_kind == "mysql":
        with reader.connect() as connection:
            assert connection.scalar(text("SELECT @@time_zone")) == "+00:00"
            assert connection.scalar(text("SELECT @@tx_read_only")) == 1
        return
    with reader.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in wanted}
    assert found == wanted


def test_readers_go_on_while_somebody_writes(database_url: str) -> None:
    writer, reader = write_engine(database_url), read_engine(database_url, 2000)
    with writer.begin() as connection:
        connection.execute(text("CREATE TABLE t (i INTEGER)"))
    with exclusively(writer) as connection, reader.connect() as other:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        assert other.scalar(text("SELECT count(*) FROM t")) == 0
    with reader.connect() as other:
        assert other.scalar(text("SELECT count(*) FROM t")) == 1
    writer.dispose()
    reader.dispose()


@kinds.undoing
def test_a_change_of_the_schema_can_be_taken_back(database_url: str) -> None:
    engine = write_engine(database_url)
    with contextlib.suppress(RuntimeError), exclusively(engine) as connection:
        connection.execute(text("CREATE TABLE t (i INTEGER)"))
        raise RuntimeError
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (i INTEGER)"))
    engine.dispose()


def test_a_request_has_one_session_and_gives_it_back(app: Flask) -> None:
    reader: Engine = app.extensions["database"].primary_reader
    with app.app_context():
        session = db.session
        assert session is db.session
        assert session.scalar(text("SELECT 1")) == 1
        assert reader.pool.checkedout() == 1
    assert reader.pool.checkedout() == 0


def test_a_request_that_reads_nothing_takes_no_connection(app: Flask) -> None:
    taken: list[object] = []
    reader: Engine = app.extensions["database"].primary_reader
    event.listen(reader, "checkout", lambda *_: taken.append(1))
    app.test_client().get("/healthz")
    assert not taken


def test_the_library_s_way_to_the_dialect_works(app: Flask, database_kind: str) -> None:
    with app.app_context():
        assert db.session.bind is not None
        assert db.session.bind.dialect.name == database_kind
        assert db.engine.dialect.name == database_kind


@pytest.fixture
def replicated(
    seeded_url: str, database_url: str, settings_for: Callable[..., Settings]
) -> Iterator[Engines]:
    """Give engines of a primary, and of one other database that plays two replicas."""
    engines = Engines(settings_for(seeded_url, read_database_urls=(database_url, database_url)))
    yield engines
    engines.dispose()


def test_replicas_take_turns(replicated: Engines, database_url: str) -> None:
    chosen = []
    for _ in range(4):
        with replicated.connect_to_read() as connection:
            chosen.append(connection.engine)
    assert chosen == replicated.replicas * 2
    assert read_from(replicated) == make_url(database_url).database


def test_the_primary_stands_in_for_a_replica_that_is_away(
    seeded_url: str,
    database_kind: str,
    settings_for: Callable[..., Settings],
    caplog: pytest.LogCaptureFixture,
) -> None:
    engines = Engines(settings_for(seeded_url, read_database_urls=(NOWHERE[database_kind],)))
    with caplog.at_level(logging.WARNING):
        chosen = [read_from(engines) for _ in range(3)]
    engines.dispose()
    assert chosen == [str(make_url(seeded_url).database)] * 3
    assert len(caplog.records) == 1, "a replica that is away is not asked at every request"


def test_a_replica_that_came_back_is_asked_again(
    replicated: Engines, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "AWAY_SECONDS", 0.05)
    for replica in replicated.replicas:
        replica.dialect.connect, connect = _refuse, replica.dialect.connect
        read_from(replicated)
        replica.dialect.connect = connect
    time.sleep(0.06)
    assert read_from(replicated) == make_url(database_url).database


def test_a_database_that_is_away_is_an_operational_error(
    database_kind: str, settings_for: Callable[..., Settings]
) -> None:
    engine = read_engine(NOWHERE[database_kind], 100)
    with pytest.raises(OperationalError):
        engine.connect()


@pytest.mark.parametrize(
    ("number", "away"),
    [(1040, True), (1045, True), (1205, True), (1213, True), (2006, True), (2013, True),
     (0, True), (1054, False), (1366, False), (1792, False)],
)  # fmt: skip
def test_errors_of_mysql_are_of_a_database_that_is_away_or_defects(number: int, away: bool) -> None:
    error = OperationalError("", {}, Exception(number, "said so"))
    assert database.is_away(error) == away


def test_idle_connections_are_tried_before_use(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 0)
    engine = read_engine(postgres_url, 1000)
    first, second = engine.connect(), engine.connect()
    pids = [c.scalar(text("SELECT pg_backend_pid()")) for c in (first, second)]
    first.close()
    second.close()
    _terminate(postgres_url, pids)
    with engine.connect() as one, engine.connect() as other:
        assert [ask(one), ask(other)] == [1, 1]
    engine.dispose()


def test_only_one_request_meets_a_restarted_server(postgres_url: str) -> None:
    engine = read_engine(postgres_url, 1000)
    first, second = engine.connect(), engine.connect()
    pids = [c.scalar(text("SELECT pg_backend_pid()")) for c in (first, second)]
    first.close()
    second.close()
    _terminate(postgres_url, pids)
    outcomes = list(islice(map(_answers, repeat(engine)), 3))
    engine.dispose()
    assert outcomes == [False, True, True]


def test_a_busy_connection_is_not_tried(reader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    pings: list[object] = []
    reader.connect().close()
    monkeypatch.setattr(reader.dialect, "do_ping", pings.append)
    reader.connect().close()
    assert not pings


def _refuse(*_args: object, **_options: object) -> None:
    raise OperationalError("refused", {}, Exception())


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return ask(connection) == 1
    except OperationalError:
        return False


def _terminate(url: str, pids: list[int]) -> None:
    engine = write_engine(url)
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM unnest(:pids) AS pid"), {"pids": pids}
        )
    engine.dispose()
    time.sleep(0.2)
