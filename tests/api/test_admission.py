"""One client can't take every lane to the database: 429 for its share, 503 for everybody's."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app.web import assets
from tests.api.draws import USERS, sent
from tests.api.test_failures import assert_failure

PATIENCE = 30.0


@pytest.fixture
def app(make_app: Callable[..., Flask], seeded_engine: Engine) -> Flask:
    """Give an app with two lanes, and one place to wait for each client."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    return make_app(
        url, max_draws=2, max_client_draws=1, max_waiting=2, max_client_waiting=1, max_wait_ms=200,
        trusted_proxies="10.0.0.0/8",
    )  # fmt: skip


@pytest.fixture
def held(app: Flask) -> Iterator[threading.Event]:
    """Hold every statement until the event is set."""
    engine, free = app.extensions["database"].primary_reader, threading.Event()

    def wait(*_call: object) -> None:
        free.wait(PATIENCE)

    event.listen(engine, "before_cursor_execute", wait)
    yield free
    free.set()
    event.remove(engine, "before_cursor_execute", wait)


def ask(app: Flask, client: str) -> TestResponse:
    """Draw by way of the proxy."""
    return app.test_client().get(
        USERS,
        query_string=sent({"draw": "5"}),
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
        headers={"X-Forwarded-For": client},
    )


def under_way(app: Flask, count: int) -> None:
    """Return when so many requests have a lane."""
    while app.extensions["lanes"]._running.total() < count:
        threading.Event().wait(0.01)


def test_one_client_s_second_request_waits_and_its_third_is_429(
    app: Flask, held: threading.Event
) -> None:
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask, app, "192.0.2.1")
        under_way(app, 1)
        others = [pool.submit(ask, app, "192.0.2.1") for _ in range(2)]
        answers = sorted((other.result(PATIENCE) for other in others), key=lambda a: a.status_code)
        assert "from your address" in assert_failure(answers[0], 429)
        assert "too much to do" in assert_failure(answers[1], 503)
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
        somebody_else = pool.submit(ask, app, "192.0.2.2")
        under_way(app, 2)
        held.set()
        assert first.result(PATIENCE).status_code == 200
        assert somebody_else.result(PATIENCE).status_code == 200
    assert ask(app, "192.0.2.1").status_code == 200


def test_health_and_files_need_no_lane(app: Flask, held: threading.Event) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(ask, app, f"192.0.2.{n}") for n in range(2)]
        under_way(app, 2)
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        with client.get(f"{assets.url_path()}/app.css") as file:
            assert file.status_code == 200
        assert ask(app, "192.0.2.9").status_code == 503
        held.set()
        assert [answer.result(PATIENCE).status_code for answer in answers] == [200, 200]


def test_a_failed_request_gives_its_lane_back(app: Flask) -> None:
    for _ in range(5):
        assert app.test_client().get(f"{USERS}?draw=5").status_code == 400
    assert not app.extensions["lanes"]._running
