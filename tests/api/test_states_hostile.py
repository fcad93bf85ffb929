"""/api/states under what nobody should send, all at once: limits are kept, nobody gets a 500."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, text
from werkzeug.test import TestResponse

from app.api import stored
from tests.api.test_failures import assert_failure
from tests.api.test_states import AJAX, PLACE, STATE, create, form, post, read

SAVES = 50


@pytest.fixture
def app(database_url: str, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """Give an app with a database of the test's own, and room for many requests."""
    app = make_app(database_url, max_waiting=SAVES, max_client_waiting=SAVES, max_wait_ms=60_000)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def asked(app: Flask) -> FlaskClient:
    """Give a client of that app."""
    return app.test_client()


def post_json(client: FlaskClient, **body: Any) -> TestResponse:
    """Send what the app's own JSON would not write."""
    return client.post(
        "/api/states", data=json.dumps(body), content_type="application/json", headers=AJAX
    )


UNSTORABLE = [
    '{"a": "\\ud800"}', '{"\\udfff": 1}', '{"a": NaN}', '{"a": Infinity}', "[1]", "null", "{", "",
    '{"a": "\\u0000"}' + "\0", '{"a":' + "[" * 2000 + "]" * 2000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("state", UNSTORABLE)
def test_a_state_that_json_has_no_text_for_is_400(asked: FlaskClient, state: str) -> None:
    response = post(asked, action="state-create", **PLACE, name="x", state=state)
    assert assert_failure(response, 400, draw=0).startswith("state ")
    assert form(asked, {"action": "load"}) == {}


@pytest.mark.parametrize("value", ["\ud800", "x\0", "\udfffy"])
@pytest.mark.parametrize("action", ["save", "rename", "remove"])
def test_a_name_or_value_that_no_database_holds_is_400(
    asked: FlaskClient, action: str, value: str
) -> None:
    for states in ({value: {"a": 1}}, {"name": {"a": value}}, {"name": value}):
        response = post_json(asked, action=action, stateRestore=states)
        assert response.status_code in (200, 400)
    assert form(asked, {"action": "load"}) in ({}, {"name": {"a": "x\0"}})


def test_numbers_of_any_size_in_a_state_are_kept_or_refused(asked: FlaskClient) -> None:
    for number in (2**53 + 1, 2**64 - 1, 2**70, -(2**80)):
        response = post_json(asked, action="save", stateRestore={"n": {"a": number}})
        assert response.status_code in (200, 400)
        assert form(asked, {"action": "load"}) is not None


@pytest.mark.parametrize("number", [2**31, 10**17, 10**18, 10**40, -1, "1e3", "x", ""])
def test_ids_of_any_size_are_400(asked: FlaskClient, number: Any) -> None:
    edited = post(asked, action="state-edit", **PLACE, id=number, name="New")
    assert edited.status_code == 400
    assert_failure(edited, 400, draw=0)
    removed = post_json(asked, action="state-remove", ids=[number], **PLACE)
    assert removed.status_code in (200, 400)


def at_once(app: Flask, ask: Callable[[FlaskClient, int], TestResponse]) -> list[int]:
    """Ask from many clients side by side; return the statuses, in order."""
    with ThreadPoolExecutor(SAVES) as pool:
        asked = pool.map(lambda n: ask(app.test_client(), n).status_code, range(SAVES))
        return sorted(asked)


def test_side_by_side_the_limit_is_kept_exactly(
    app: Flask, asked: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MAX_STATES", 20)

    def save(client: FlaskClient, number: int) -> TestResponse:
        fields = PLACE | {"name": f"s{number}", "state": json.dumps(STATE)}
        return post(client, action="state-create", **fields)

    assert at_once(app, save) == [200] * 20 + [400] * 30
    assert len(read(asked)) == 20


def test_side_by_side_there_is_one_default(app: Flask, asked: FlaskClient) -> None:
    ids = [create(asked, f"s{number}")["id"] for number in range(5)]

    def choose(client: FlaskClient, number: int) -> TestResponse:
        return post(client, action="state-edit", **PLACE, id=ids[number % 5], isDefault="true")

    assert at_once(app, choose) == [200] * SAVES
    assert sum(state["isDefault"] for state in read(asked)) == 1


def test_side_by_side_one_name_is_one_state(app: Flask, asked: FlaskClient) -> None:
    def save(client: FlaskClient, number: int) -> TestResponse:
        body = {"action": "save", "stateRestore": {"same": {"n": number}}}
        return client.post("/api/states", json=body, headers=AJAX)

    assert at_once(app, save) == [200] * SAVES
    assert list(form(asked, {"action": "load"})) == ["same"]


def test_writes_wait_their_turn(app: Flask, asked: FlaskClient) -> None:
    engines = app.extensions["database"]
    with ThreadPoolExecutor(1) as pool:
        with engines.write():
            waits = pool.submit(create, asked)
            with pytest.raises(TimeoutError):
                waits.result(0.3)
        assert waits.result(30)["name"] == "Mine & yours"


def test_one_client_can_not_fill_it(
    app: Flask, asked: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MAX_CLIENT_STATES", 3)
    fields = {"action": "state-create", **PLACE, "state": "{}"}
    own = [post(asked, **fields, name=f"s{n}").status_code for n in range(5)]
    assert own == [200, 200, 200, 400, 400]
    other = asked.post(
        "/api/states", data=fields | {"name": "x"}, headers=AJAX,
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )  # fmt: skip
    assert other.status_code == 200


ORIGINS = [
    ("http://localhost", 200), ("http://evil.example", 400), ("null", 400), ("", 400),
    ("http://localhost.evil.example", 400), ("http://localhost@evil.example", 400),
    ("http://[", 400),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "status"), ORIGINS)
def test_only_a_page_of_this_site_may_ask(asked: FlaskClient, origin: str, status: int) -> None:
    response = asked.post("/api/states", data={"action": "load"}, headers=AJAX | {"Origin": origin})
    assert response.status_code == status


def test_while_it_can_only_be_read_a_save_is_503(app: Flask, asked: FlaskClient) -> None:
    create(asked, "before")
    primary = app.extensions["database"].primary

    def only_read(connection: Connection) -> None:
        sqlite = connection.dialect.name == "sqlite"
        how = "PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY"
        connection.execute(text(how))

    event.listen(primary, "begin", only_read)
    response = post(asked, action="state-create", **PLACE, name="x", state="{}")
    assert "only be read" in assert_failure(response, 503, draw=0)
    assert int(response.headers["Retry-After"]) > 0
    event.remove(primary, "begin", only_read)
    assert [state["name"] for state in read(asked)] == ["before"]
