"""/api/users/export.*: the rows of all pages in one file that programs can trust."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.api import export as exporting
from tests import kinds
from tests.api.draws import KEYS, USERS, sent
from tests.api.exports import KINDS, idle, url
from tests.api.sheets import EPOCH, cells
from tests.api.test_failures import assert_failure

REQUESTS: list[dict[str, Any]] = [
    {},
    {"search[value]": "an", "order[0][column]": "1", "order[0][dir]": "desc"},
    {"columns[5][search][value]": ">=1990", "order[0][column]": "6", "start": "20", "length": "5"},
    {"columns[7][search][value]": "false", "order[0][column]": "13", "order[1][column]": "10"},
    {"search[value]": "^[A-C]", "search[regex]": "true"},
    {"search[value]": "nobody at all"},
]


def pages(client: FlaskClient, changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of all pages, without what only the page needs."""
    rows: list[dict[str, Any]] = []
    while True:
        request = sent(changes) | {"start": str(len(rows)), "length": "97"}
        answer = client.post(USERS, data=request).json
        rows += [{key: row[key] for key in KEYS} for row in answer["data"]]
        if not answer["data"]:
            assert len(rows) == answer["recordsFiltered"]
            return rows


def json_rows(response: TestResponse) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in response.get_data(as_text=True).splitlines()]


def csv_rows(response: TestResponse) -> list[list[str]]:
    """Return the rows of a CSV file, the header first."""
    content = response.get_data().decode("utf-8-sig")
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    assert content.endswith("\r\n")
    return list(csv.reader(io.StringIO(content, newline="")))


@pytest.mark.parametrize("changes", REQUESTS)
def test_json_lines_are_the_rows_of_all_pages(client: FlaskClient, changes: dict[str, Any]) -> None:
    rows = pages(client, changes)
    by_get = client.get(url("jsonl"), query_string=sent(changes))
    by_post = client.post(url("jsonl"), json=sent(changes))
    assert json_rows(by_get) == json_rows(by_post) == rows
    for response in (by_get, by_post):
        assert response.headers["X-Export-Rows"] == str(len(rows))
        assert response.headers["X-Export-Cut"] == "false"


def as_text(value: Any) -> str:
    """Write what a page shows as a CSV file does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return str(value)
    return "" if value is None else f"'{value}" if value[:1] in "=+-@" and value else value


@pytest.mark.parametrize("changes", REQUESTS)
def test_csv_has_the_rows_of_all_pages(client: FlaskClient, changes: dict[str, Any]) -> None:
    header, *rows = csv_rows(client.get(url("csv"), query_string=sent(changes)))
    assert header == list(KEYS)
    wanted = pages(client, changes)
    money = KEYS.index("balance")
    for row in rows:  # all digits stand in the file, as they are stored
        assert not row[money] or row[money][-3] == "."
        row[money] = row[money] and str(float(row[money]))
    assert rows == [[as_text(row[key]) for key in KEYS] for row in wanted]


@pytest.mark.parametrize("changes", REQUESTS)
def test_a_sheet_has_the_rows_of_all_pages(client: FlaskClient, changes: dict[str, Any]) -> None:
    header, *rows = cells(client.get(url("xlsx"), query_string=sent(changes)).get_data())
    assert header == list(KEYS)
    wanted = pages(client, changes)
    assert len(rows) == len(wanted)
    for row, shown in zip(rows, wanted, strict=True):
        named = dict(zip(KEYS, row, strict=True))
        born, made = named.pop("birthday"), named.pop("created_at")
        assert named == {key: shown[key] for key in named}
        day = shown["birthday"] and (date.fromisoformat(shown["birthday"]) - EPOCH).days
        assert born == day
        assert int(made) == (date.fromisoformat(shown["created_at"][:10]) - EPOCH).days


ODD = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "a,b", 'say "hi"',
    "cr\r\nlf", "two\nlines", " padded ", "<b>&amp;</b>", "_x0041_", "\x01\x1f",
    "Zoé 👩‍💻 שלום", "", ";", "x=1", "\ufeffmark", "http://example.org", "0012", "1e5", "TRUE",
]  # fmt: skip
FORMULAS = ODD[:8]


def odd_rows() -> list[dict[str, Any]]:
    """Give users whose names break naive code."""
    return [
        {"id": n, "name": name, "email": f"{n}@example.org", "balance": -n}
        for n, name in enumerate(ODD, 1)
    ]


def test_no_text_of_a_csv_file_is_a_formula_and_none_is_changed_otherwise(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    fill(odd_rows())
    _, *rows = csv_rows(own_app().test_client().get(url("csv")))
    names = [row[1] for row in rows]
    assert names == [f"'{name}" if name in FORMULAS else name for name in ODD]
    assert [row[6] for row in rows] == [f"-{n}.00" for n, _ in enumerate(ODD, 1)]


def test_every_text_of_a_sheet_is_a_text(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    fill(odd_rows())
    content = own_app().test_client().get(url("xlsx")).get_data()
    _, *rows = cells(content)
    assert [row[1] for row in rows] == ODD
    assert [row[6] for row in rows] == [-n for n, _ in enumerate(ODD, 1)]


@kinds.lengthy
def test_what_excel_can_not_hold_is_a_text_or_cut_with_dots(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    long = "é" * 32_767
    born = date(1899, 5, 6)
    row = {"id": 1, "name": long + "x", "email": "👩" * 16_384, "company": long, "birthday": born}
    fill([row])
    _, [_, name, email, _, company, birthday, *_] = cells(
        own_app().test_client().get(url("xlsx")).get_data()
    )
    assert (name, company, birthday) == (long[:-1] + "…", long, "1899-05-06")
    assert email == "👩" * 16_383 + "…"


def test_json_lines_keep_every_text(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    fill(odd_rows())
    response = own_app().test_client().get(url("jsonl"))
    assert [json.loads(line)["name"] for line in response.data.split(b"\n")[:-1]] == ODD


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_the_limit_are_cut_and_it_is_said(
    make_app: Callable[..., Flask], seeded_engine: Engine, kind: str
) -> None:
    address = seeded_engine.url.render_as_string(hide_password=False)
    response = make_app(address, max_export_rows=7).test_client().get(url(kind))
    assert response.headers["X-Export-Rows"] == "7"
    assert response.headers["X-Export-Cut"] == "true"
    rows: Any = {"csv": csv_rows, "jsonl": json_rows, "xlsx": lambda r: cells(r.get_data())}
    assert len(rows[kind](response)) == 7 + (kind != "jsonl")


def test_a_sheet_is_cut_to_what_excel_holds(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exporting.KINDS["xlsx"].most_rows == 1_048_575
    small = replace(exporting.KINDS["xlsx"], most_rows=9)
    monkeypatch.setitem(exporting.KINDS, "xlsx", small)
    with client.get(url("xlsx")) as response:
        headers = response.headers
    assert (headers["X-Export-Rows"], headers["X-Export-Cut"]) == ("9", "true")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_says_what_it_is(client: FlaskClient, kind: str) -> None:
    with client.get(url(kind)) as response:
        headers = response.headers
    assert headers["Content-Type"] == exporting.KINDS[kind].media_type
    assert headers["Content-Disposition"] == f'attachment; filename="users.{kind}"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Length" not in headers  # it is sent while it is written


def test_columns_are_those_that_the_page_shows(client: FlaskClient) -> None:
    request = sent({"visible[0]": "city", "visible[1]": "id"}, names=("country", "city", "id"))
    assert csv_rows(client.post(url("csv"), data=request))[0] == ["city", "id"]
    assert list(json_rows(client.get(url("jsonl"), query_string=request))[0]) == ["city", "id"]


def test_a_head_request_tells_the_number_of_rows(client: FlaskClient, app: Flask) -> None:
    response = client.head(url("csv"), query_string={"search[value]": "nobody at all"})
    assert (response.status_code, response.headers["X-Export-Rows"], response.data) == (
        200,
        "0",
        b"",
    )
    response.close()
    assert idle(app)


def test_other_kinds_and_methods_are_refused(client: FlaskClient) -> None:
    assert client.get(url("pdf")).status_code == 404
    assert client.get(f"{USERS}/export").status_code == 404
    assert client.delete(url("csv")).status_code == 405


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"visible[0]": "city!"}, "visible[0] names a column that the request does not list."),
        ({"order[0][column]": "99"}, "order[0][column] "),
        ({"search[value]": "(", "search[regex]": "true"}, "The regular expression is not valid."),
    ],
)
def test_what_is_wrong_is_an_answer_and_no_file(
    client: FlaskClient, app: Flask, changes: dict[str, str], sentence: str
) -> None:
    response = client.post(url("csv"), data=sent({"draw": "5", **changes}))
    assert assert_failure(response, 400).startswith(sentence)
    assert response.mimetype == "application/json"
    assert idle(app)


def test_a_database_that_is_away_is_503(make_app: Callable[..., Flask], tmp_path: Any) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'gone.sqlite3'}")
    app.extensions["database"].dispose()
    for file in tmp_path.iterdir():
        file.unlink()
    response = app.test_client().get(url("csv"), query_string={"draw": "5"})
    assert "try again" in assert_failure(response, 503)
    assert idle(app)
