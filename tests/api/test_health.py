"""/healthz and /readyz: what supervisors and balancers ask."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.seed import seed


def test_healthz_answers_while_the_process_lives(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive"})


def test_readyz_answers_once_the_database_is_seeded(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"status": "ready"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_may_keep_the_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_readyz_is_503_until_the_database_is_seeded(
    database_url: str, make_app: Callable[..., Flask]
) -> None:
    app = make_app(database_url)
    empty = app.test_client().get("/readyz")
    seed(app.extensions["database"].primary, users=5, seed=1)
    filled = app.test_client().get("/readyz")
    app.extensions["database"].dispose()
    assert (empty.status_code, filled.status_code) == (503, 200)


def test_a_process_without_database_lives_but_is_not_ready(
    make_app: Callable[..., Flask],
) -> None:
    client = make_app("postgresql+psycopg://nobody@127.0.0.1:1/nowhere").test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"status": "the database does not answer"}
