"""/api/users over HTTP: what goes in, what comes out; the contract of the wire."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.models import User
from app.seed import seed
from tests.api.draws import KEYS, WAYS, get, post_form, post_json, sent, without_inspector
from tests.conftest import disposing, empty_database, write_engine

REQUESTS: list[dict[str, Any]] = [
    {},
    {"search[value]": "an"},
    {"start": "20", "length": "5", "order[0][column]": "6", "order[0][dir]": "desc"},
    {"columns[5][search][value]": ">=1990", "order[1][column]": "1", "order[1][dir]": "desc"},
    {"columns[7][search][value]": "false", "columns[10][search][value]": "!a"},
    {"search[value]": "^[A-C]", "search[regex]": "true", "order[0][column]": "13"},
    {"order[0][column]": None, "order[0][dir]": None, "order[0][name]": None, "length": "-1"},
    {"search[fixed][0][name]": "x", "search[fixed][0][term]": "/z+/i", "length": "3"},
]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("way", WAYS[1:])
def test_every_way_to_send_means_the_same(
    client: FlaskClient, way: Callable[..., Any], request_: dict[str, Any]
) -> None:
    by_get, answer = get(client, request_), way(client, request_)
    assert (by_get.status_code, answer.status_code) == (200, 200)
    assert without_inspector(answer) == without_inspector(by_get)


def test_the_answer_has_draw_totals_and_data(client: FlaskClient) -> None:
    answer = get(client, {"draw": "7"}).json
    numbers = {name: answer[name] for name in ("draw", "recordsTotal", "recordsFiltered")}
    assert numbers == {"draw": 7, "recordsTotal": 500, "recordsFiltered": 500}
    assert len(answer["data"]) == 10
    assert "error" not in answer


def test_a_row_has_its_keys_in_order_and_its_id(client: FlaskClient) -> None:
    for number, row in enumerate(get(client).json["data"], start=1):
        assert list(row) == [*KEYS, "DT_RowId"]
        assert row["DT_RowId"] == f"user_{number}"


DATE_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def test_values_have_the_types_of_the_contract(client: FlaskClient) -> None:
    rows = get(client, {"length": "500"}).json["data"]
    texts = {"phone", "company", "street", "city", "state", "postcode", "country"}
    for row in rows:
        assert type(row["id"]) is int
        assert type(row["active"]) is bool
        assert {type(row[name]) for name in ("name", "email")} == {str}
        assert {type(row[name]) for name in texts} <= {str, type(None)}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["birthday"] or "2000-01-01")
        assert re.fullmatch(DATE_TIME, row["created_at"])
        assert type(row["balance"]) in (int, float, type(None))
    for name in ("phone", "company", "birthday", "balance", "street"):
        assert any(row[name] is None for row in rows), name


def test_balance_keeps_its_digits(client: FlaskClient, seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        expected = session.scalars(select(User.balance).order_by(User.id)).all()
    rows = get(client, {"length": "500"}).json["data"]
    assert [row["balance"] for row in rows] == [None if b is None else float(b) for b in expected]


def test_a_request_may_name_any_subset_in_any_order(client: FlaskClient) -> None:
    request = sent({"order[0][column]": "0", "order[0][dir]": "desc"}, ("city", "id", "name"))
    answer = client.get("/api/users", query_string=request).json
    cities = [row["city"] for row in answer["data"]]
    assert cities == sorted(cities, key=str.lower, reverse=True)
    assert list(answer["data"][0]) == [*KEYS, "DT_RowId"]


def test_nobody_may_keep_the_answer(client: FlaskClient) -> None:
    assert get(client).headers["Cache-Control"] == "no-store"
    assert get(client, {"start": "x"}).headers["Cache-Control"] == "no-store"


def test_unknown_parameters_are_ignored(client: FlaskClient) -> None:
    more = {"_": "1", "x[0][y]": "z", "columns[0][madeUp][deep]": "1", "userId": "'; --"}
    assert without_inspector(get(client, more)) == without_inspector(get(client))


@pytest.mark.parametrize("column", range(len(KEYS)))
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_column_can_be_ordered_with_nulls_last(
    client: FlaskClient, column: int, direction: str
) -> None:
    order = {"order[0][column]": str(column), "order[0][dir]": direction, "length": "500"}
    values = [row[KEYS[column]] for row in get(client, order).json["data"]]
    filled = [value for value in values if value is not None]
    assert values == filled + [None] * (500 - len(filled))
    key: Callable[[Any], Any] = (
        (lambda v: v.encode().lower()) if _is_text(column) else (lambda v: v)
    )
    assert filled == sorted(filled, key=key, reverse=direction == "desc")


def _is_text(column: int) -> bool:
    return KEYS[column] not in ("id", "balance", "active")


@pytest.mark.parametrize("draw", ["0", "1", "42", "999999999999999999"])
def test_draw_comes_back_as_an_integer(client: FlaskClient, draw: str) -> None:
    answer = get(client, {"draw": draw}).json
    assert answer["draw"] == int(draw)
    assert type(answer["draw"]) is int


@pytest.mark.parametrize("draw", ["-1", "abc", "1.5", "<script>", "9" * 5000, "٣", "1e3"])
def test_a_draw_that_is_no_number_is_400_and_not_echoed(client: FlaskClient, draw: str) -> None:
    response = post_form(client, {"draw": draw})
    assert response.status_code == 400
    assert response.json["draw"] == 0
    assert response.json["error"].startswith("draw must be ")
    assert draw not in response.json["error"]


LENGTHS: list[tuple[str, int | None]] = [
    ("-1", 500), ("0", 0), ("1", 1), ("1000000000", 500), (" 10 ", 10), ("", 500),
    ("-2", None), ("abc", None), ("1.5", None), ("1e3", None), ("0x10", None), ("٣", None),
    ("9" * 30, None), ("10; DROP TABLE users", None), ("NaN", None),
]  # fmt: skip


@pytest.mark.parametrize(("length", "rows"), LENGTHS)
def test_no_length_is_hostile(client: FlaskClient, length: str, rows: int | None) -> None:
    response = get(client, {"length": length})
    if rows is None:
        assert response.status_code == 400
        assert response.json["error"].startswith("length must be ")
    else:
        assert (response.status_code, len(response.json["data"])) == (200, rows)


def test_a_page_is_cut_to_the_setting_and_says_so(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    url = seeded_engine.url.render_as_string(hide_password=False)
    client = make_app(url, max_page_length=50).test_client()
    answer = get(client, {"length": "-1", "start": "3"}).json
    assert [row["id"] for row in answer["data"]] == list(range(4, 54))
    assert answer["notices"] == ["A page holds at most 50 rows; page on for the others."]


STARTS: list[tuple[str, int | None]] = [
    ("0", 10), ("3", 10), ("495", 5), ("500", 0), ("999999999999999999", 0), ("", 10),
    ("-1", None), ("abc", None), ("9" * 30, None), ("1.0", None),
]  # fmt: skip


@pytest.mark.parametrize(("start", "rows"), STARTS)
def test_no_start_is_hostile(client: FlaskClient, start: str, rows: int | None) -> None:
    response = get(client, {"start": start})
    if rows is None:
        assert response.status_code == 400
        assert response.json["error"].startswith("start must be ")
    else:
        assert (response.status_code, len(response.json["data"])) == (200, rows)
        assert response.json["recordsFiltered"] == 500


def test_rows_that_plain_sql_writes_are_found(
    database_url: str, make_app: Callable[..., Flask]
) -> None:
    app = make_app(database_url)
    seed(app.extensions["database"].primary, users=20, seed=1)
    client = app.test_client()
    assert get(client, {"search[value]": "zoe"}).json["recordsTotal"] == 20
    with app.extensions["database"].primary.begin() as connection:
        connection.execute(
            text("INSERT INTO users (name, email) VALUES ('Zoé 100%', 'zoe@example.org')")
        )
    answer = get(client, {"search[value]": "ZOE 100%"}).json
    app.extensions["database"].dispose()
    assert (answer["recordsTotal"], answer["recordsFiltered"]) == (21, 1)
    row = answer["data"][0]
    assert (row["name"], row["active"], row["balance"], row["city"]) == (
        "Zoé 100%",
        True,
        None,
        None,
    )


@pytest.fixture(scope="module")
def clients(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[FlaskClient]]:
    """Give a client on each kind of database, both with the same users."""
    folder: Path = tmp_path_factory.mktemp("both")
    with (
        empty_database(request, "sqlite", folder) as one,
        empty_database(request, "postgresql", folder) as other,
    ):
        apps = [make_app(url) for url in (one, other)]
        for url in (one, other):
            with disposing(write_engine(url)) as engine:
                seed(engine, users=300, seed=3)
        yield [app.test_client() for app in apps]
        for app in apps:
            app.extensions["database"].dispose()


MORE: list[dict[str, Any]] = [
    *({"order[0][column]": str(n), "order[0][dir]": "desc", "length": "300"} for n in range(14)),
    *({"search[value]": term, "length": "300"} for term in ("é", "%", "_", "'", "\\", "<", "19")),
]  # fmt: skip


@pytest.mark.parametrize("request_", [*REQUESTS, *MORE])
def test_both_databases_answer_the_same(
    clients: list[FlaskClient], request_: dict[str, Any]
) -> None:
    on_sqlite, on_postgresql = (get(client, request_) for client in clients)
    assert on_sqlite.status_code == 200
    assert on_sqlite.json == on_postgresql.json


def test_the_library_answers_beside_us(client: FlaskClient) -> None:
    answer = client.get("/api/stock/users", query_string=sent()).json
    assert (answer["recordsTotal"], answer["recordsFiltered"]) == ("500", "500")
    assert [row["id"] for row in answer["data"]] == [row["id"] for row in get(client).json["data"]]


def test_the_library_is_absent_unless_asked_for(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    assert app.test_client().get("/api/stock/users", query_string=sent()).status_code == 404


def test_a_draw_changes_nothing(client: FlaskClient, seeded_engine: Engine) -> None:
    post_json(client, {"search[value]": "'; DELETE FROM users; --", "action": None})
    with Session(seeded_engine) as session:
        assert session.scalar(select(func.count(User.id))) == 500
