"""Databases that fail in the ways they do, real ones: 503 with a sentence, and back by itself."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, text

from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from tests.api.draws import get
from tests.api.test_failures import assert_failure
from tests.api.test_states import PLACE, post
from tests.conftest import disposing
from tests.serverside.standby import Server, found_programs, programs, running, running_standby

pytestmark = pytest.mark.slow

USERS = 300
LIMIT_MS = 1_000


def is_away(client: FlaskClient) -> bool:
    """Tell whether a draw is answered with 503, in DataTables' members, and when to try again."""
    response = get(client, {"draw": "5"})
    assert_failure(response, 503)
    return int(response.headers["Retry-After"]) > 0


def answers(client: FlaskClient) -> bool:
    """Tell whether a draw is answered."""
    response = get(client)
    return response.status_code == 200 and response.json["recordsTotal"] == USERS


# PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server of our own with the demo's tables, and a role that is no superuser."""
    with running(found_programs()) as server, disposing(write_engine(server.url)) as engine:
        create_schema(engine)
        seed(engine, users=USERS, seed=1)
        with engine.begin() as connection:
            connection.execute(text("CREATE ROLE guest LOGIN"))
            connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO guest"))
        yield server


@pytest.fixture
def guest(make_app: Callable[..., Flask], server: Server) -> FlaskClient:
    """Give a client of an app that is that role."""
    url = make_url(server.url).set(username="guest").render_as_string(hide_password=False)
    return make_app(url, statement_timeout_ms=LIMIT_MS).test_client()


def run(server: Server, statement: str) -> None:
    with disposing(write_engine(server.url)) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))


def close_all(client: FlaskClient) -> None:
    client.application.extensions["database"].dispose()


def test_a_server_without_free_connections(guest: FlaskClient, server: Server) -> None:
    close_all(guest)
    run(server, "ALTER ROLE guest CONNECTION LIMIT 0")
    assert is_away(guest)
    run(server, "ALTER ROLE guest CONNECTION LIMIT -1")
    assert answers(guest)


def test_a_role_that_may_not_connect(guest: FlaskClient, server: Server) -> None:
    close_all(guest)
    run(server, "ALTER ROLE guest NOLOGIN")
    assert is_away(guest)
    assert guest.get("/readyz").status_code == 503
    run(server, "ALTER ROLE guest LOGIN")
    assert answers(guest)


def test_a_table_that_is_locked(guest: FlaskClient, server: Server) -> None:
    assert answers(guest)
    with disposing(write_engine(server.url)) as engine, engine.begin() as connection:
        connection.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
        response = get(guest, {"draw": "5"})
        assert response.status_code in (200, 503)
        assert_failure(response, response.status_code)
    assert answers(guest)


def test_a_primary_that_is_a_standby_is_read_and_not_written(
    make_app: Callable[..., Flask], server: Server
) -> None:
    with running_standby(programs(), server) as standby:  # type: ignore[arg-type]
        client = make_app(standby.url).test_client()
        assert answers(client)
        response = post(client, action="state-create", **PLACE, name="x", state="{}")
        assert "only be read" in assert_failure(response, 503, draw=0)
        standby.promote()
        assert post(client, action="state-create", **PLACE, name="x", state="{}").status_code == 200


def test_a_server_that_was_killed(guest: FlaskClient, server: Server) -> None:
    assert answers(guest)
    server.crash()
    server.stop("immediate")
    assert is_away(guest)
    assert guest.get("/healthz").status_code == 200
    server.start()
    assert answers(guest)


# SQLite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a seeded file that is whole by itself."""
    path = tmp_path / "demo.sqlite3"
    with disposing(write_engine(f"sqlite:///{path}")) as engine:
        create_schema(engine)
        seed(engine, users=USERS, seed=1)
    return path


@pytest.fixture
def client(make_app: Callable[..., Flask], file: Path) -> FlaskClient:
    """Give a client of an app on that file."""
    return make_app(f"sqlite:///{file}", statement_timeout_ms=LIMIT_MS).test_client()


def test_a_file_that_is_locked(client: FlaskClient, file: Path) -> None:
    close_all(client)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert is_away(client)
    other.close()
    assert answers(client)


def test_a_file_whose_header_is_gone(client: FlaskClient, file: Path) -> None:
    close_all(client)
    whole = file.read_bytes()
    file.write_bytes(b"not a database" + whole[14:])
    assert is_away(client)
    assert client.get("/readyz").status_code == 503
    file.write_bytes(whole)
    assert answers(client)


def test_damaged_pages_are_told_by_readyz(client: FlaskClient, file: Path) -> None:
    close_all(client)
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(whole[:8192] + b"\xff" * (half - 8192) + whole[half:])
    response = client.get("/readyz")
    assert response.status_code == 503
    draw = get(client, {"draw": "5"})
    assert draw.status_code in (200, 503)


def test_damage_that_a_draw_meets_is_told_by_readyz(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
    client.application.extensions["database"].damage.meet()
    assert client.get("/readyz").json == {"status": "the database is damaged"}


def test_a_file_that_is_full(client: FlaskClient, file: Path) -> None:
    primary = client.application.extensions["database"].primary
    with primary.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    big = '{"a":"' + "x" * 90_000 + '"}'
    statuses = [
        post(client, action="state-create", **PLACE, name=f"s{n}", state=big).status_code
        for n in range(5)
    ]
    assert statuses[-1] == 503
    assert answers(client)
