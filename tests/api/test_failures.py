"""The contract's table of failures: who can do something about it decides the answer."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, make_url
from werkzeug.test import TestResponse

from tests import kinds
from tests.api.draws import (
    USERS,
    get,
    post_form,
    post_json,
    post_json_lists,
    sent,
    without_inspector,
)

FORBIDDEN = (
    "select ", "sqlalchemy", "sqlite", "psycopg", "postgres", "traceback", "addresses",
    "operationalerror", "/home", "/var", "/usr", "/opt", ".py", "site-packages",
)  # fmt: skip


def assert_failure(response: TestResponse, status: int, draw: int = 5) -> str:
    """Check the members and their discretion; return the sentence."""
    assert response.status_code == status
    answer = without_inspector(response)
    assert set(answer) - {"notices"} == {
        "draw", "recordsTotal", "recordsFiltered", "data", "error",
    }  # fmt: skip
    assert (answer["draw"], answer["recordsFiltered"], answer["data"]) == (draw, 0, [])
    body = json.dumps(answer).lower()
    assert [word for word in FORBIDDEN if word in body] == []
    return str(answer["error"])


@pytest.mark.parametrize("pattern", ["(", "[a-", "*", "a{2,1}", "(?<x"])
def test_a_half_typed_pattern_is_200_with_a_sentence(client: FlaskClient, pattern: str) -> None:
    response = get(client, {"draw": "5", "search[value]": pattern, "search[regex]": "true"})
    assert assert_failure(response, 200) == "The regular expression is not valid."
    assert response.json["recordsTotal"] == 500


def test_a_search_that_ran_out_of_time_is_200_with_a_sentence(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    url = seeded_engine.url.render_as_string(hide_password=False)
    client = make_app(url, statement_timeout_ms=20).test_client()
    term = " ".join(f"!{n}z" for n in range(50))
    response = post_form(client, {"draw": "5", "search[value]": term})
    assert "too long" in assert_failure(response, 200)


BY_THE_THIRD = {"order[0][column]": "2", "order[0][dir]": "asc"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"columns[2][data]": "password", **BY_THE_THIRD}, "columns[2][data]"),
    ({"columns[2][data]": "users.id; DROP TABLE users", **BY_THE_THIRD}, "columns[2][data]"),
    ({"start": "x"}, "start"),
    ({"length": "-7"}, "length"),
    ({"order[0][column]": "14"}, "order[0][column]"),
    ({"order[0][column]": "-1"}, "order[0][column]"),
    ({"order[0][dir]": "sideways"}, "order[0][dir]"),
    ({"search[value]": "x" * 1001}, "search[value]"),
    ({"search[fixed]": "x"}, "search[fixed]"),
    ({f"columns[{n}][data]": "id" for n in range(501)}, "columns"),
    ({f"order[{n}][column]": "0" for n in range(51)}, "order"),
    ({f"search[fixed][{n}][term]": "x" for n in range(101)}, "search[fixed]"),
]


@pytest.mark.parametrize(("changes", "parameter"), BAD)
def test_an_unsound_request_is_400_naming_the_parameter(
    client: FlaskClient, changes: dict[str, Any], parameter: str
) -> None:
    response = post_json_lists(client, {"draw": "5", **changes})
    sentence = assert_failure(response, 400)
    assert sentence.startswith(parameter + " ")


SORTED = {"iSortingCols": "1", "iSortCol_0": "0", "sSortDir_0": "asc"}
OLD = {"sEcho": "7", "iDisplayStart": "0", "iDisplayLength": "10", "iColumns": "1"}


def test_a_page_that_speaks_1_9_is_answered_in_its_words(client: FlaskClient) -> None:
    response = client.get(USERS, query_string={**OLD, "mDataProp_0": "password", **SORTED})
    assert response.status_code == 400
    error = response.json.pop("sError")
    assert error.startswith("columns[0][data] ")
    assert response.json | {"sError": None} == {
        "sEcho": 7, "iTotalRecords": 0, "iTotalDisplayRecords": 0, "aaData": [], "sError": None,
    }  # fmt: skip


def _fifty_words(number: int, letter: str) -> str:
    return " ".join(f"{letter}{number}y{word}" for word in range(50))


def test_a_search_for_too_much_at_once_is_400(client: FlaskClient) -> None:
    changes = {f"search[fixed][{n}][term]": _fifty_words(n, "x") for n in range(3)}
    assert "too much at once" in assert_failure(post_form(client, {"draw": "5", **changes}), 400)


def test_the_longest_search_is_answered(client: FlaskClient) -> None:
    terms = {f"columns[1][search][fixed][{n}][term]": _fifty_words(n, "!z") for n in range(10)}
    response = post_form(client, {"draw": "5", **terms})
    assert response.status_code == 200
    assert "error" not in response.json


BODIES = ["{", "[1]", '{"columns": nope}', "[" * 100_000, '{"draw": 5']


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_not_json_is_400(client: FlaskClient, body: str) -> None:
    response = client.post(USERS, data=body, content_type="application/json")
    assert_failure(response, 400, draw=0)


@pytest.mark.parametrize("query", ["", "?draw=5", "?0=d&1=r&2=a", "?%00=%ff"])
def test_what_is_no_draw_at_all_is_400(client: FlaskClient, query: str) -> None:
    response = client.get(USERS + query)
    assert_failure(response, 400, draw=5 if "draw" in query else 0)


@pytest.mark.parametrize("action", ["create", "edit", "remove", "upload"])
def test_editors_actions_are_refused_by_name(client: FlaskClient, action: str) -> None:
    response = client.post(USERS, data={"action": action, "data[0][name]": "x"})
    assert assert_failure(response, 400, draw=0).startswith("action ")


def test_a_body_too_large_is_413(client: FlaskClient) -> None:
    response = post_form(client, {"draw": "5", "x": "y" * 1_200_000})
    assert_failure(response, 413, draw=0)


def test_a_json_body_too_large_is_413(client: FlaskClient) -> None:
    response = client.post(USERS, json={"draw": 5, "x": "y" * 1_200_000})
    assert_failure(response, 413, draw=0)


def test_a_query_too_long_is_400(client: FlaskClient) -> None:
    assert_failure(get(client, {"draw": "5", "x": "y" * 1_100_000}), 400, draw=0)


@pytest.fixture
def lost(make_app: Callable[..., Flask], database_kind: str, tmp_path: Any) -> FlaskClient:
    """Give a client of an app whose database is away."""
    if database_kind == "postgresql":
        return make_app("postgresql+psycopg://nobody@127.0.0.1:1/nowhere").test_client()
    if database_kind == "mysql":
        return make_app("mysql+pymysql://nobody@127.0.0.1:1/nowhere").test_client()
    app = make_app(f"sqlite:///{tmp_path / 'gone.sqlite3'}")
    app.extensions["database"].dispose()
    for file in tmp_path.iterdir():
        file.unlink()
    return app.test_client()


@pytest.mark.parametrize("way", [get, post_form, post_json])
def test_a_database_that_is_away_is_503_with_a_time_to_retry(
    lost: FlaskClient, way: Callable[..., TestResponse]
) -> None:
    response = way(lost, {"draw": "5"})
    assert "try again" in assert_failure(response, 503)
    assert int(response.headers["Retry-After"]) > 0


AWAY = [1040, 1045, 1205, 1213, 2006, 2013]
STOPPED = [1317, 1969, 3024]


@kinds.collating
@pytest.mark.parametrize("number", [*AWAY, *STOPPED])
def test_errors_of_mariadb_and_mysql_are_answered_by_who_can_mend_them(
    make_app: Callable[..., Flask], seeded_engine: Engine, number: int
) -> None:
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    client = app.test_client()
    assert get(client).status_code == 200

    def fails(*_: object) -> bool:
        raise pymysql.err.OperationalError(number, "SELECT secret FROM addresses")

    event.listen(app.extensions["database"].primary_reader, "do_execute", fails)
    response = get(client, {"draw": "5"})
    if number in STOPPED:
        assert "took too long" in assert_failure(response, 200)
    else:
        assert "try again" in assert_failure(response, 503)
        assert int(response.headers["Retry-After"]) > 0


@kinds.collating
@pytest.mark.parametrize("number", [1040, 1045, 2003])
def test_a_server_of_mariadb_s_that_lets_nobody_in_is_503(
    make_app: Callable[..., Flask], seeded_engine: Engine, number: int
) -> None:
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))

    def refuses(*_: object) -> None:
        raise pymysql.err.OperationalError(number, "no")

    event.listen(app.extensions["database"].primary_reader, "do_connect", refuses)
    assert "try again" in assert_failure(get(app.test_client(), {"draw": "5"}), 503)


def test_a_defect_is_500_with_an_id_that_is_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM addresses, in /home/app/users.py by psycopg")

    monkeypatch.setattr("app.api.users.DataTables", broken)
    with caplog.at_level(logging.ERROR):
        sentence = assert_failure(get(client, {"draw": "5"}), 500)
    number = sentence.rstrip(".").split()[-1]
    assert len(number) == 12
    assert [record for record in caplog.records if number in record.getMessage()]
    assert "SELECT secret" in caplog.text


def test_a_method_that_means_nothing_here_is_405(client: FlaskClient) -> None:
    assert client.delete(USERS).status_code == 405


def test_the_librarys_errors_stay_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    request = sent({"draw": "5", "columns[0][search][value]": "abc"})
    with caplog.at_level(logging.WARNING):
        response = client.get("/api/stock/users", query_string=request)
    assert_failure(response, 200)
    assert "could not convert" in caplog.text


def test_no_password_of_the_database_is_ever_answered(
    make_app: Callable[..., Flask],
) -> None:
    url = make_url("postgresql+psycopg://nobody:hunter2@127.0.0.1:1/nowhere")
    client = make_app(url.render_as_string(hide_password=False)).test_client()
    assert "hunter2" not in json.dumps(get(client).json)
