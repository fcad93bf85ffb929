"""Change marks on servers of a test's own: crashes, two phases, publishers, a standby promoted."""

import time
import uuid
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine

from app.connecting import read_engine, write_engine
from app.serverside.dialects.change_marks import MarkState
from tests.conftest import disposing, postgres_database
from tests.serverside import tracked
from tests.serverside.standby import Server, caught_up, found_programs, primary_and_standby
from tests.serverside.tracked import CHANGES, GOODS, falsified, held, run, shown

pytestmark = pytest.mark.slow
CURRENT = MarkState.CURRENT


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """Give a primary and its standby."""
    with primary_and_standby(found_programs()) as both:
        yield both


@pytest.fixture
def engine(servers: tuple[Server, Server]) -> Iterator[Engine]:
    """Give an engine that writes the filled tables of the primary."""
    with disposing(write_engine(servers[0].url)) as engine:
        tracked.fill(engine)
        yield engine


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def believed(reader: Engine, writer: Engine) -> None:
    """Check that draws are right, and that their total is not counted."""
    assert shown(reader) == held(reader)
    reader.dispose()
    with falsified(writer), disposing(read_engine(str(reader.url), 0)) as fresh:
        wait_for(lambda: shown(fresh)[0] == held(fresh)[0] + 1000)


def test_commits_that_a_crash_lost_were_never_there(
    servers: tuple[Server, Server], engine: Engine
) -> None:
    """The same numbers of marks and transactions come again, with other rows."""
    server = servers[0]
    lost = 0
    _write_late(engine)  # so that a crash loses what nobody has waited for
    with disposing(read_engine(server.url, 0)) as reader:
        for attempt in range(6):
            shown(reader)
            run(
                engine,
                "SET LOCAL synchronous_commit = off",
                f"INSERT INTO goods (id, name) VALUES ({1000 * (attempt + 1)}, 'late {attempt}')",  # noqa: S608
                f"DELETE FROM goods WHERE id = {attempt + 1}",  # noqa: S608
            )
            before = shown(reader)
            assert before == held(engine)
            server.stop()
            for one in (engine, reader):
                one.dispose()
            server.start()
            lost += held(engine) != before
            assert shown(reader) == held(engine)
            run(engine, "INSERT INTO goods (id, name) SELECT max(id) + 1, 'other' FROM goods")
            assert shown(reader) == held(engine)
        believed(reader, engine)
    assert lost


def _write_late(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def test_two_phases_are_seen_when_they_are_committed(engine: Engine) -> None:
    name = uuid.uuid4().hex
    url = engine.url.render_as_string(hide_password=False)
    with disposing(read_engine(url, 0)) as reader, engine.connect() as connection:
        shown(reader)
        connection.exec_driver_sql("DELETE FROM goods WHERE id < 6")
        connection.exec_driver_sql(f"PREPARE TRANSACTION '{name}'")
        run(engine, "INSERT INTO goods (id) VALUES (100)")
        assert shown(reader)[0] == 21
        with engine.begin() as other:
            CHANGES.purge(other)
        assert shown(reader) == held(engine)
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as other:
            other.exec_driver_sql(f"COMMIT PREPARED '{name}'")
        assert shown(reader)[0] == 16
        believed(reader, engine)


def test_rows_that_a_publisher_sends_are_seen(servers: tuple[Server, Server]) -> None:
    """They fire no triggers of statements, and its own marks are not the subscriber's."""
    with (
        postgres_database(servers[0].url) as source,
        postgres_database(servers[0].url) as target,
        disposing(write_engine(source)) as publisher,
        disposing(write_engine(target)) as subscriber,
        disposing(read_engine(target, 0)) as reader,
    ):
        for one in (publisher, subscriber):
            tracked.METADATA.create_all(one)
        run(publisher, "CREATE PUBLICATION everything FOR ALL TABLES")
        alone = create_engine(subscriber.url, isolation_level="AUTOCOMMIT")
        with disposing(alone), alone.connect() as connection:
            _subscribe(connection, publisher)
            try:
                _follow(publisher, subscriber, reader)
            finally:
                connection.exec_driver_sql("ALTER SUBSCRIPTION mine DISABLE")
                connection.exec_driver_sql("ALTER SUBSCRIPTION mine SET (slot_name = NONE)")
                connection.exec_driver_sql("DROP SUBSCRIPTION mine")
                _drop_slot(publisher)
        believed(reader, subscriber)
        assert tracked.states(subscriber) == [CURRENT, CURRENT]


def _subscribe(connection: sa.Connection, publisher: Engine) -> None:
    """Subscribe to a database of the same server, whose slot has to be made apart."""
    url = publisher.url
    with publisher.execution_options(isolation_level="AUTOCOMMIT").connect() as other:
        made = "SELECT pg_create_logical_replication_slot('mine', 'pgoutput')"
        other.exec_driver_sql(made)
    connection.exec_driver_sql(
        f"CREATE SUBSCRIPTION mine CONNECTION "
        f"'host={url.host} port={url.port} user={url.username} dbname={url.database}' "
        "PUBLICATION everything WITH (create_slot = false, slot_name = 'mine')"
    )


def _drop_slot(publisher: Engine) -> None:
    active = "SELECT active FROM pg_replication_slots WHERE slot_name = 'mine'"
    with publisher.connect() as connection:
        wait_for(lambda: not connection.exec_driver_sql(active).scalar_one())
        connection.exec_driver_sql("SELECT pg_drop_replication_slot('mine')")


def _follow(publisher: Engine, subscriber: Engine, reader: Engine) -> None:
    changes = [
        "INSERT INTO \"Makers\" (id, name) VALUES (1, 'one')",
        "INSERT INTO goods (id, name) SELECT n, 'sent' FROM generate_series(1, 30) AS n",
        "UPDATE goods SET name = 'changed' WHERE id < 10",
        "DELETE FROM goods WHERE id > 25",
        "TRUNCATE goods",
        "INSERT INTO goods (id, name, maker) VALUES (7, 'last', 1)",
    ]
    for change in changes:
        run(publisher, change)
        wait_for(lambda: held(subscriber) == held(publisher))
        assert shown(reader) == held(subscriber)
        run(subscriber, "UPDATE goods SET code = 'own' || id", "DELETE FROM goods WHERE id = 5000")
        assert shown(reader) == held(subscriber)
    with publisher.begin() as connection:
        CHANGES.purge(connection)
    run(publisher, "INSERT INTO goods (id, name) VALUES (8, 'after the purge')")
    wait_for(lambda: held(subscriber) == held(publisher))
    assert shown(reader) == held(subscriber)


def test_a_standby_that_was_promoted_goes_on(
    servers: tuple[Server, Server], engine: Engine
) -> None:
    """And the former primary too: equal numbers of marks, other rows. The last test of these."""
    primary, standby = servers
    with (
        disposing(write_engine(standby.url)) as other,
        disposing(read_engine(standby.url, 0)) as reader,
    ):
        caught_up(engine, reader)
        assert shown(reader) == held(reader)
        standby.promote()
        tokens = []
        for number, one in enumerate((engine, other)):
            with one.begin() as connection:
                connection.execute(sa.insert(GOODS).values(id=100 + number, name=f"n{number}"))
            with one.connect() as connection:
                found = "SELECT token FROM goods_change_marks_now('goods')"
                tokens.append(connection.exec_driver_sql(found).scalar_one())
        assert tokens[0] != tokens[1]
        assert shown(reader) == held(reader)
        believed(reader, other)
    assert primary.port != standby.port
