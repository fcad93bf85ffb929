"""/api/users/export.*: the rows of all pages in one file that programs can trust."""

import csv
import io
import json
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, event, insert, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.api import export as exporting
from app.database import BusyError, db, write_engine
from app.models import User
from app.schema import create_schema
from tests.api.draws import KEYS, USERS, sent
from tests.api.sheets import EPOCH, cells
from tests.api.test_failures import assert_failure
from tests.conftest import disposing
from tests.test_database import FOR_SOME_TIME, FOREVER

KINDS = ("csv", "xlsx", "jsonl")
MANY = 20_000
REQUESTS: list[dict[str, Any]] = [
    {},
    {"search[value]": "an", "order[0][column]": "1", "order[0][dir]": "desc"},
    {"columns[5][search][value]": ">=1990", "order[0][column]": "6", "start": "20", "length": "5"},
    {"columns[7][search][value]": "false", "order[0][column]": "13", "order[1][column]": "10"},
    {"search[value]": "^[A-C]", "search[regex]": "true"},
    {"search[value]": "nobody at all"},
]


def url(kind: str) -> str:
    """Give the address of a kind of file."""
    return f"{USERS}/export.{kind}"


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


@pytest.fixture(scope="module")
def own_engine(own_database: str) -> Iterator[Engine]:
    """Give an engine on the demo's tables without a row, which the tests fill."""
    with disposing(write_engine(own_database)) as engine:
        create_schema(engine)
        yield engine


@pytest.fixture
def fill(own_engine: Engine) -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """Give what fills the table of users; it is empty again after."""

    def write(rows: list[dict[str, Any]]) -> None:
        with own_engine.begin() as connection:
            connection.execute(insert(User), rows)

    yield write
    with own_engine.begin() as connection:
        connection.execute(delete(User))


@pytest.fixture
def own_app(own_engine: Engine, make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Give a maker of apps on those tables."""
    address = own_engine.url.render_as_string(hide_password=False)
    return lambda **changes: make_app(address, **changes)


ODD = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "a,b", 'say "hi"', "two\nlines",
    "cr\r\nlf", " padded ", "<b>&amp;</b>", "_x0041_", "\x01\x1f", "Zoé 👩‍💻 שלום", "", ";", "x=1",
    "\ufeffmark", "http://example.org", "0012", "1e5", "TRUE",
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
    headers = client.get(url("xlsx")).headers
    assert (headers["X-Export-Rows"], headers["X-Export-Cut"]) == ("9", "true")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_says_what_it_is(client: FlaskClient, kind: str) -> None:
    headers = client.get(url(kind)).headers
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


def idle(app: Flask) -> bool:
    """Return whether no export holds a connection, or a place among those that are sent."""
    engines = app.extensions["database"]
    free = [
        engines.exports.acquire(blocking=False)
        for _ in range(app.extensions["settings"].max_exports)
    ]
    for _ in filter(None, free):
        engines.exports.release()
    return all(free) and engines.primary_exporter.pool.checkedout() == 0


def begun(client: FlaskClient, kind: str, **more: Any) -> tuple[TestResponse, Iterator[bytes]]:
    """Ask for a file, and take its first piece."""
    response = client.get(url(kind), buffered=False, **more)
    pieces = iter(response.response)
    next(pieces)
    return response, pieces  # type: ignore[return-value]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_left_ends_its_statement(app: Flask, client: FlaskClient, kind: str) -> None:
    response, _ = begun(client, kind)
    assert not idle(app)
    response.close()
    assert idle(app)


def test_too_many_at_once_are_503_with_a_time_to_retry(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    address = seeded_engine.url.render_as_string(hide_password=False)
    client = make_app(address, max_exports=1).test_client()
    first, _ = begun(client, "csv")
    refused = client.get(url("csv"), query_string={"draw": "5"})
    assert assert_failure(refused, 503).startswith("Other exports are being sent")
    assert int(refused.headers["Retry-After"]) > 0
    first.close()
    assert client.get(url("csv")).status_code == 200


def test_draws_are_answered_while_exports_are_sent(client: FlaskClient) -> None:
    response, _ = begun(client, "jsonl")
    assert client.get(USERS, query_string=sent()).json["recordsTotal"] == 500
    response.close()


def many() -> list[dict[str, Any]]:
    """Give many users."""
    return [
        {"id": n, "name": f"User {n}", "email": f"{n}@example.org", "company": "x" * 100}
        for n in range(1, MANY + 1)
    ]


def peak(app: Flask, kind: str) -> int:
    """Return the most memory that Python holds while a file is sent."""
    response, pieces = begun(app.test_client(), kind)
    tracemalloc.start()
    try:
        for _ in pieces:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        response.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(
    own_app: Callable[..., Flask], fill: Callable[..., None]
) -> None:
    fill(many())
    few, all_ = own_app(max_export_rows=MANY // 10), own_app()
    for kind in KINDS:
        peak(few, kind)  # what is remembered after
        assert peak(all_, kind) < 1.5 * peak(few, kind) + 50_000


@pytest.mark.slow
def test_all_rows_are_of_one_state_of_the_data(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    fill(many())
    response, pieces = begun(own_app().test_client(), "csv")
    with own_engine.begin() as connection:
        connection.execute(delete(User).where(User.id > MANY // 2))
        connection.execute(update(User).values(name="changed", id=User.id + 10 * MANY))
    rest = b"".join(pieces).decode()
    assert response.headers["X-Export-Rows"] == str(MANY)
    assert rest.splitlines()[-1].startswith(f"{MANY},User {MANY},")
    assert "changed" not in rest
    response.close()


@pytest.mark.slow
def test_a_client_that_goes_away_ends_the_statement(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    fill(many())
    app = own_app()
    server, client = socket.socketpair()
    response, pieces = begun(
        app.test_client(), "jsonl", environ_overrides={"gunicorn.socket": server}
    )
    client.close()
    with pytest.raises(BrokenPipeError):
        for _ in pieces:
            time.sleep(0.05)
    response.close()
    server.close()
    assert idle(app)
    assert app.extensions["database"].primary_exporter.pool.checkedin() == 0, "it is given up"


@pytest.fixture
def endless(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Give a maker of apps whose exports never come to their first row."""

    def never_ends(*call: Any) -> tuple[str, Any]:
        return (FOREVER, ()) if "FROM users" in call[2] else (call[2], call[3])

    def make(**changes: Any) -> Flask:
        app = make_app(seeded_engine.url.render_as_string(hide_password=False), **changes)
        reader = app.extensions["database"].primary_exporter
        event.listen(reader, "before_cursor_execute", never_ends, retval=True)
        return app

    return make


def test_an_export_has_a_time_limit_of_its_own(endless: Callable[..., Flask]) -> None:
    app = endless(export_timeout_ms=300, statement_timeout_ms=60_000)
    response = app.test_client().get(url("csv"), query_string={"draw": "5"})
    assert "took too long" in assert_failure(response, 400)
    assert idle(app)


def test_it_is_not_that_of_a_draw(make_app: Callable[..., Flask], seeded_engine: Engine) -> None:
    address = seeded_engine.url.render_as_string(hide_password=False)
    app = make_app(address, statement_timeout_ms=1, export_timeout_ms=60_000)
    with app.app_context():
        with db.exporting() as session:
            assert session.scalar(text(FOR_SOME_TIME)) == 300_000
        with pytest.raises(DBAPIError):
            db.session.scalar(text(FOR_SOME_TIME))


def test_a_client_that_is_gone_before_the_first_row_is_not_waited_for(
    endless: Callable[..., Flask],
) -> None:
    app = endless(export_timeout_ms=60_000)
    server, client = socket.socketpair()
    with server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(
            app.test_client().get, url("csv"), environ_overrides={"gunicorn.socket": server}
        )
        time.sleep(0.5)
        assert not answer.done()
        client.close()
        assert answer.result(timeout=30).status_code == 400
    assert idle(app)


def test_what_takes_too_long_to_send_is_broken_off() -> None:
    pieces = exporting._whole(exporting._in_time(iter([b"a", b"b"]), time.monotonic(), None))
    with pytest.raises(BrokenPipeError):
        next(pieces)


def test_one_that_takes_nothing_is_given_up() -> None:
    server, client = socket.socketpair()
    with server, client:
        pieces = exporting._in_time(iter([b"a"]), time.monotonic() + 9, server)
        assert next(pieces) == b"a"
        assert 0 < (server.gettimeout() or 0) <= 9


def test_the_places_are_counted(app: Flask) -> None:
    with (
        app.app_context(),
        db.exporting(),
        db.exporting(),
        pytest.raises(BusyError),
        db.exporting(),
    ):
        pass
    assert idle(app)
