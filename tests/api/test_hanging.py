"""A database that hangs, drips or goes: 503 in time, and it is back by itself."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, make_url, text
from werkzeug.test import TestResponse

from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from tests.api.draws import get, post_form
from tests.conftest import disposing
from tests.link import Link, link_to
from tests.serverside.standby import Server, found_programs, programs, running, running_standby
from tests.test_database import FOREVER

pytestmark = pytest.mark.slow

LIMIT_MS = 1_000
FAR_TOO_LONG = 8  # seconds; what is asserted is that there is an end, not how fast a machine is
USERS = 50


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server of our own with the demo's tables."""
    with running(found_programs()) as server, disposing(write_engine(server.url)) as engine:
        create_schema(engine)
        seed(engine, users=USERS, seed=1)
        yield server


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    """Give a link to that server."""
    with link_to(server.port) as link:
        yield link


def behind(server: Server, link: Link) -> str:
    """Return the server's URL by way of a link."""
    return make_url(server.url).set(port=link.port).render_as_string(hide_password=False)


@pytest.fixture
def app(make_app: Callable[..., Flask], server: Server, link: Link) -> Flask:
    """Give an app whose database is behind the link."""
    return make_app(behind(server, link), statement_timeout_ms=LIMIT_MS)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a client of that app."""
    return app.test_client()


def timed(ask: Callable[[], TestResponse]) -> TestResponse:
    """Ask; the answer comes in time."""
    began = time.monotonic()
    response = ask()
    assert time.monotonic() - began < FAR_TOO_LONG
    return response


def is_away(response: TestResponse) -> bool:
    """Tell whether the answer is 503 and when to try again."""
    return response.status_code == 503 and int(response.headers["Retry-After"]) > 0


def recovers(client: FlaskClient) -> bool:
    """Tell whether draws are answered again, soon."""
    until = time.monotonic() + FAR_TOO_LONG
    while time.monotonic() < until:
        if get(client).status_code == 200:
            return get(client).json["recordsTotal"] == USERS
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("mode", ["hold", "drip"])
@pytest.mark.parametrize("ask", [get, post_form])
def test_a_link_that_is_silent_or_drips_is_503_in_time(
    client: FlaskClient, link: Link, mode: str, ask: Callable[..., TestResponse]
) -> None:
    assert get(client).status_code == 200
    link.mode = mode
    assert is_away(timed(lambda: ask(client)))
    assert client.get("/healthz").status_code == 200
    link.mode = "forward"
    assert recovers(client)


def test_a_link_that_is_silent_from_the_start_is_503_in_time(
    make_app: Callable[..., Flask], server: Server, link: Link
) -> None:
    link.mode = "hold"
    client = make_app("postgresql+psycopg://nobody@127.0.0.1:1/x").test_client()
    engines = client.application.extensions["database"]
    reader: Engine = engines.primary_reader
    there = make_url(behind(server, link))

    @event.listens_for(reader, "do_connect", insert=True)
    def elsewhere(_dialect: object, _record: object, _arguments: object, options: dict) -> None:  # type: ignore[type-arg]
        options |= {"port": there.port, "user": there.username, "dbname": there.database}

    assert is_away(timed(lambda: get(client)))
    assert timed(lambda: client.get("/readyz")).status_code == 503


def test_a_server_whose_processes_are_stopped_is_503_in_time_for_everybody(
    make_app: Callable[..., Flask], server: Server
) -> None:
    app = make_app(server.url, statement_timeout_ms=LIMIT_MS)
    assert get(app.test_client()).status_code == 200
    server.freeze()
    try:
        with ThreadPoolExecutor(8) as pool:
            began = time.monotonic()
            answers = list(pool.map(lambda _: get(app.test_client()), range(24)))
        assert time.monotonic() - began < 3 * FAR_TOO_LONG
        assert all(map(is_away, answers))
        assert timed(lambda: app.test_client().get("/readyz")).status_code == 503
    finally:
        server.thaw()
    assert recovers(app.test_client())
    assert app.extensions["database"].primary_reader.pool.checkedout() == 0


def test_the_statements_of_one_request_have_one_time_limit(
    app: Flask, client: FlaskClient, link: Link
) -> None:
    assert get(client).status_code == 200
    reader: Engine = app.extensions["database"].primary_reader

    def slow(*call: object) -> None:
        with suppress(psycopg.errors.QueryCanceled):  # which is of the driver's, not of a draw's
            call[1].execute("SELECT pg_sleep(0.7)")  # type: ignore[attr-defined]

    event.listen(reader, "before_cursor_execute", slow)
    response = timed(lambda: get(client, {"search[value]": "some thing", "draw": "2"}))
    event.remove(reader, "before_cursor_execute", slow)
    assert response.status_code in (200, 503)


def test_a_slow_search_is_the_user_s_error_and_no_silence(app: Flask, client: FlaskClient) -> None:
    reader: Engine = app.extensions["database"].primary_reader

    def endless(*call: object) -> tuple[str, object]:
        return (FOREVER, ()) if "count" in str(call[2]) else (str(call[2]), call[3])

    event.listen(reader, "before_cursor_execute", endless, retval=True)
    response = timed(lambda: get(client, {"search[value]": "other thing"}))
    event.remove(reader, "before_cursor_execute", endless)
    assert response.status_code == 200
    assert "took too long" in response.json["error"]
    assert get(client).status_code == 200, "a search that takes long opens no circuit"


def test_a_connection_that_was_reset_between_draws_costs_nobody_a_503(
    client: FlaskClient, link: Link
) -> None:
    for _ in range(5):
        assert get(client).status_code == 200
        link.reset()


def test_a_restart_between_draws_costs_nobody_a_503(
    make_app: Callable[..., Flask], server: Server
) -> None:
    client = make_app(server.url).test_client()
    for mode in ("fast", "immediate"):
        assert get(client).status_code == 200
        server.stop(mode)
        server.start()
        assert get(client).status_code == 200


def test_a_connection_that_dies_under_a_draw_costs_it_nothing(
    make_app: Callable[..., Flask], server: Server
) -> None:
    app = make_app(server.url)
    reader: Engine = app.extensions["database"].primary_reader
    client = app.test_client()
    assert get(client).status_code == 200
    kills: list[int] = []

    def kill(*call: object) -> None:
        if len(kills) < 1:
            kills.append(call[1].connection.info.backend_pid)  # type: ignore[attr-defined]
            with disposing(write_engine(server.url)) as other, other.connect() as killer:
                killer.execute(text(f"SELECT pg_terminate_backend({kills[-1]})"))

    event.listen(reader, "before_cursor_execute", kill)
    response = get(client)
    event.remove(reader, "before_cursor_execute", kill)
    assert kills
    assert response.status_code == 200
    assert response.json["recordsTotal"] == USERS


def test_a_replica_that_hangs_is_left_out_and_taken_back(
    make_app: Callable[..., Flask], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.REPLICA_AWAY_SECONDS", 1.0)
    with running_standby(programs(), server) as standby:  # type: ignore[arg-type]
        app = make_app(server.url, read_database_urls=(standby.url,), statement_timeout_ms=LIMIT_MS)
        client = app.test_client()
        chosen: list[object] = []
        (replica,) = app.extensions["database"].replicas
        event.listen(replica, "checkout", lambda *_: chosen.append(1))
        assert get(client).status_code == 200
        assert chosen
        standby.freeze()
        timed(lambda: get(client))  # meets the silence, and may be the one that pays
        answers = [timed(lambda: get(client)).status_code for _ in range(5)]
        assert answers == [200] * 5
        standby.thaw()
        chosen.clear()
        until = time.monotonic() + FAR_TOO_LONG
        while not chosen and time.monotonic() < until:
            assert get(client).status_code == 200
            time.sleep(0.1)
        assert chosen, "it is taken back"
        standby.stop()
        assert get(client).status_code == 200, "the last replica dies between two draws"


def test_a_replica_that_is_too_far_behind_is_left_out_and_taken_back(
    make_app: Callable[..., Flask], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.REPLICA_AWAY_SECONDS", 0.2)
    monkeypatch.setattr("app.engines.LAG_SECONDS", 0.0)
    with running_standby(programs(), server) as standby:  # type: ignore[arg-type]
        app = make_app(server.url, read_database_urls=(standby.url,), max_replica_lag_ms=300)
        engines = app.extensions["database"]
        (replica,) = engines.replicas
        with (
            disposing(write_engine(server.url)) as one,
            disposing(write_engine(standby.url)) as two,
        ):

            def run(engine: Engine, statement: str) -> None:
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(statement))

            def read_from() -> Engine:
                with engines.connect_to_read() as connection:
                    return connection.engine

            run(one, "CREATE TABLE IF NOT EXISTS lagging (i integer)")
            assert _soon(lambda: read_from() is replica)
            run(two, "SELECT pg_wal_replay_pause()")
            run(one, "INSERT INTO lagging VALUES (1)")
            assert _soon(lambda: read_from() is engines.primary_reader)
            run(two, "SELECT pg_wal_replay_resume()")
            assert _soon(lambda: read_from() is replica)


def _soon(holds: Callable[[], bool]) -> bool:
    """Tell whether something holds within some seconds."""
    until = time.monotonic() + FAR_TOO_LONG
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
