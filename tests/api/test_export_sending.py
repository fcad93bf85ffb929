"""Exports while they are sent: what they hold, when they end, and who else is answered."""

import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, event, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.api import export as exporting
from app.database import BusyError, db
from app.models import User
from tests.api.draws import USERS, sent
from tests.api.exports import KINDS, idle, url
from tests.api.test_failures import assert_failure
from tests.serverside.undisturbed import undisturbed
from tests.test_database import FOR_SOME_TIME, FOREVER, FOREVER_IN, UNBOUNDED

MANY = 20_000


def begun(client: FlaskClient, kind: str, **more: Any) -> tuple[TestResponse, Iterator[bytes]]:
    """Ask for a file, and take its first piece."""
    response = client.get(url(kind), buffered=False, **more)
    pieces = iter(response.response)
    next(pieces)
    return response, pieces  # type: ignore[return-value]


def is_read(engine: Engine) -> bool:
    """Return whether the database has a statement or transaction of others that goes on."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = connection.connection.cursor()
            return bool(driver.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0])
    if engine.dialect.name == "mysql":
        asked = """
            SELECT count(*) FROM information_schema.processlist AS process
            LEFT JOIN information_schema.innodb_trx ON trx_mysql_thread_id = process.id
            WHERE db = DATABASE() AND process.id <> CONNECTION_ID()
            AND (command <> 'Sleep' OR trx_id IS NOT NULL)
        """
        with engine.connect() as connection:
            return bool(connection.scalar(text(asked)))
    asked = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'
    """
    with engine.connect() as connection:
        return bool(connection.scalar(text(asked)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_left_ends_its_statement(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None], kind: str
) -> None:
    fill(many())
    app = own_app()
    response, _ = begun(app.test_client(), kind)
    fill([{"id": MANY + 1, "name": "x", "email": "x"}])  # what is in the log is still needed
    assert is_read(own_engine)
    assert not idle(app)
    response.close()
    assert undisturbed(lambda: not is_read(own_engine))
    assert idle(app)


def test_too_many_at_once_are_503_with_a_time_to_retry(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    address = seeded_engine.url.render_as_string(hide_password=False)
    client = make_app(address, max_exports=1).test_client()
    first, _ = begun(client, "csv")
    refused = client.get(url("csv"), query_string={"draw": "5"})
    assert assert_failure(refused, 503).startswith("Other exports are being sent")
    assert int(refused.headers["Retry-After"]) > 0
    first.close()
    with client.get(url("csv")) as response:
        assert response.status_code == 200


def test_draws_are_answered_while_exports_are_sent(client: FlaskClient) -> None:
    response, _ = begun(client, "jsonl")
    assert client.get(USERS, query_string=sent()).json["recordsTotal"] == 500
    response.close()


def many() -> list[dict[str, Any]]:
    """Give many users."""
    return [
        {"id": n, "name": f"User {n}", "email": f"{n}@example.org", "company": "x" * 100}
        for n in range(1, MANY + 1)
    ]


def peak(app: Flask, kind: str) -> int:
    """Return the most memory that Python holds while a file is sent."""
    response, pieces = begun(app.test_client(), kind)
    tracemalloc.start()
    try:
        for _ in pieces:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        response.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    fill(many())
    few, all_ = own_app(max_export_rows=MANY // 10), own_app()
    for kind in KINDS:
        peak(few, kind)  # what is remembered after
        assert peak(all_, kind) < 1.5 * peak(few, kind) + 50_000


@pytest.mark.slow
def test_all_rows_are_of_one_state_of_the_data(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    fill(many())
    response, pieces = begun(own_app().test_client(), "csv")
    with own_engine.begin() as connection:
        connection.execute(delete(User).where(User.id > MANY // 2))
        connection.execute(update(User).values(name="changed", id=User.id + 10 * MANY))
    rest = b"".join(pieces).decode()
    assert response.headers["X-Export-Rows"] == str(MANY)
    assert rest.splitlines()[-1].startswith(f"{MANY},User {MANY},")
    assert "changed" not in rest
    response.close()


@pytest.mark.slow
def test_a_client_that_goes_away_ends_the_statement(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    fill(many())
    app = own_app()
    server, client = socket.socketpair()
    response, pieces = begun(
        app.test_client(), "jsonl", environ_overrides={"gunicorn.socket": server}
    )
    client.close()
    with pytest.raises(BrokenPipeError):
        send(pieces, server)
    response.close()
    server.close()
    assert undisturbed(lambda: not is_read(own_engine))
    assert idle(app)


def send(pieces: Iterator[bytes], server: socket.socket) -> None:
    """Send a file as a server does."""
    for piece in pieces:
        server.sendall(piece)


@pytest.fixture
def endless(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Give a maker of apps whose exports never come to their first row."""

    forever = FOREVER_IN.get(seeded_engine.dialect.name, FOREVER)

    def never_ends(*call: Any) -> tuple[str, Any]:
        read = "FROM users" in call[2] and not call[2].startswith("SHOW")
        return (forever, ()) if read else (call[2], call[3])

    def make(**changes: Any) -> Flask:
        app = make_app(seeded_engine.url.render_as_string(hide_password=False), **changes)
        reader = app.extensions["database"].primary_exporter
        event.listen(reader, "before_cursor_execute", never_ends, retval=True)
        return app

    return make


def test_an_export_has_a_time_limit_of_its_own(endless: Callable[..., Flask]) -> None:
    app = endless(export_timeout_ms=300, statement_timeout_ms=60_000)
    response = app.test_client().get(url("csv"), query_string={"draw": "5"})
    assert "took too long" in assert_failure(response, 400)
    assert idle(app)


def test_it_is_not_that_of_a_draw(make_app: Callable[..., Flask], seeded_engine: Engine) -> None:
    address = seeded_engine.url.render_as_string(hide_password=False)
    app = make_app(address, statement_timeout_ms=1, export_timeout_ms=60_000)
    with app.app_context():
        with db.exporting() as session:
            if seeded_engine.dialect.name == "mysql":
                session.execute(text(UNBOUNDED))
            assert session.scalar(text(FOR_SOME_TIME)) == 300_000
        with pytest.raises(DBAPIError):
            db.session.scalar(text(FOREVER_IN.get(seeded_engine.dialect.name, FOR_SOME_TIME)))


def test_a_client_that_is_gone_before_the_first_row_is_not_waited_for(
    endless: Callable[..., Flask],
) -> None:
    app = endless(export_timeout_ms=60_000)
    server, client = socket.socketpair()
    with server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(
            app.test_client().get, url("csv"), environ_overrides={"gunicorn.socket": server}
        )
        time.sleep(0.5)
        assert not answer.done()
        client.close()
        assert answer.result(timeout=30).status_code == 400
    assert idle(app)


def test_what_takes_too_long_to_send_is_broken_off() -> None:
    pieces = exporting._whole(exporting._in_time(iter([b"a", b"b"]), time.monotonic(), None))
    with pytest.raises(BrokenPipeError):
        next(pieces)


def test_one_that_takes_nothing_is_given_up() -> None:
    server, client = socket.socketpair()
    with server, client:
        pieces = exporting._in_time(iter([b"a"]), time.monotonic() + 9, server)
        assert next(pieces) == b"a"
        assert 0 < (server.gettimeout() or 0) <= 9


def test_the_places_are_counted(app: Flask) -> None:
    with (
        app.app_context(),
        db.exporting(),
        db.exporting(),
        pytest.raises(BusyError),
        db.exporting(),
    ):
        pass
    assert idle(app)
