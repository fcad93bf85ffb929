"""A statement that runs too long ends as the user's error, and the connection goes on."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.api.draws import get
from tests.test_database import FOREVER, FOREVER_IN

LIMIT_MS = 500


@pytest.fixture
def limited(make_app: Callable[..., Flask], seeded_engine: Engine) -> Flask:
    """Give an app whose statements have a short time, and which remembers nothing yet."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    return make_app(url, statement_timeout_ms=LIMIT_MS)


@pytest.fixture
def client(limited: Flask) -> FlaskClient:
    """Give a client of that app."""
    return limited.test_client()


@pytest.fixture
def endless(limited: Flask) -> Iterator[list[str]]:
    """Give a list of texts; statements that contain one of them never end."""
    engine = limited.extensions["database"].primary_reader
    texts: list[str] = []
    forever = FOREVER_IN.get(engine.dialect.name, FOREVER)

    def replace(*call: Any) -> tuple[str, Any]:
        statement, parameters = call[2], call[3]
        slow = any(text in statement for text in texts)
        return (forever, ()) if slow else (statement, parameters)

    event.listen(engine, "before_cursor_execute", replace, retval=True)
    yield texts
    event.remove(engine, "before_cursor_execute", replace)


def stopped(client: FlaskClient, search: str) -> dict[str, Any]:
    """Search in vain; return the answer, which came about when the limit was over."""
    began = time.monotonic()
    response = get(client, {"draw": "5", "search[value]": search})
    assert time.monotonic() - began < 10
    assert response.status_code == 200
    answer: dict[str, Any] = response.json
    assert "took too long" in answer["error"]
    assert (answer["draw"], answer["recordsFiltered"], answer["data"]) == (5, 0, [])
    return answer


# What only the statement of the page contains, and only that of the values to pick.
@pytest.mark.parametrize("part", ["serverside_known", "serverside_leg"])
def test_whichever_statement_is_stopped_the_rest_goes_on(
    limited: Flask, client: FlaskClient, endless: list[str], part: str
) -> None:
    reader: Engine = limited.extensions["database"].primary_reader
    endless.append(part)
    assert stopped(client, f"son {part}")["recordsTotal"] == 500
    assert reader.pool.checkedout() == 0
    assert reader.pool.checkedin() == 1, "the same connection serves the next draw"
    endless.clear()
    answer = get(client, {"draw": "6", "search[value]": "son"}).json
    assert answer["recordsFiltered"] > 0
    assert "error" not in answer
    assert reader.pool.checkedin() == 1


def test_a_recount_that_takes_too_long_as_well_is_no_failure_of_its_own(
    client: FlaskClient, endless: list[str]
) -> None:
    endless.append("FROM users")
    assert stopped(client, "daughter")["recordsTotal"] == 0


def test_the_limit_is_kept(client: FlaskClient, endless: list[str]) -> None:
    endless.append("known")
    began = time.monotonic()
    stopped(client, "uncle")
    assert time.monotonic() - began > LIMIT_MS / 1000
