"""A client that hangs up: its statement is stopped, long before the time limit."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from tests.api.draws import USERS, sent
from tests.test_database import FOREVER, FOREVER_IN

LIMIT_MS = 60_000
Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def app(make_app: Callable[..., Flask], seeded_engine: Engine) -> Flask:
    """Give an app whose statements may run for a minute, and which remembers nothing yet."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    return make_app(url, statement_timeout_ms=LIMIT_MS)


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Give the server's and the client's end of a connection."""
    server, client = socket.socketpair()
    with server, client:
        yield server, client


@pytest.fixture
def started(app: Flask) -> Iterator[list[float]]:
    """Make every page endless; note when one is asked for."""
    engine = app.extensions["database"].primary_reader
    times: list[float] = []

    def endless(*call: Any) -> tuple[str, Any]:
        if "FROM users" not in call[2] or call[2].startswith("SHOW"):
            return call[2], call[3]
        times.append(time.monotonic())
        return FOREVER_IN.get(engine.dialect.name, FOREVER), ()

    event.listen(engine, "before_cursor_execute", endless, retval=True)
    yield times
    event.remove(engine, "before_cursor_execute", endless)


def ask(app: Flask, server: socket.socket) -> TestResponse:
    """Draw as gunicorn has an app draw."""
    environ = {"gunicorn.socket": server}
    return app.test_client().get(USERS, query_string=sent(), environ_overrides=environ)


def test_the_statement_of_a_client_that_is_gone_is_stopped(
    app: Flask, ends: Ends, started: list[float]
) -> None:
    server, client = ends
    reader = app.extensions["database"].primary_reader
    given_up: list[object] = []
    event.listen(reader, "invalidate", lambda *_: given_up.append(1))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, app, server)
        while not started:
            time.sleep(0.01)
        time.sleep(0.3)
        assert not answer.done()
        client.close()
        gone = time.monotonic()
        assert answer.result(timeout=LIMIT_MS / 1000).status_code == 200
    assert time.monotonic() - gone < 10
    assert reader.pool.checkedout() == 0
    assert len(given_up) == 1, "a cancellation that comes late must meet nobody"


def test_a_client_that_waits_is_answered_and_its_connection_kept(app: Flask, ends: Ends) -> None:
    server, _ = ends
    for _ in range(3):
        assert ask(app, server).json["recordsTotal"] == 500
    assert app.extensions["database"].primary_reader.pool.checkedin() == 1


def test_a_client_that_was_gone_before_is_nobody_else_s_trouble(app: Flask, ends: Ends) -> None:
    server, client = ends
    client.close()
    assert ask(app, server).status_code == 200
    assert app.test_client().get(USERS, query_string=sent()).json["recordsTotal"] == 500
