"""The factory's wiring: files, compression, bounds, and a start that fails with a sentence."""

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url, text

from app import create_app, mysql, postgresql, sqlite
from app.database import write_engine
from app.serverside import Limits, Tuning
from app.settings import Settings
from tests.conftest import disposing, postgres_database


@pytest.fixture
def seeded_url(seeded_engine: Engine) -> str:
    """Give the URL of the seeded database."""
    return seeded_engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    "path", ["../app/settings.py", "%2e%2e/pyproject.toml", "x/%2e%2e/%2e%2e/pyproject.toml"]
)
def test_no_other_file_is_served(app: Flask, client: FlaskClient, path: str) -> None:
    for folder in (app.static_url_path, "/static", "/static/other"):
        assert client.get(f"{folder}/{path}").status_code == 404


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_answers_are_compressed_as_the_browser_likes(client: FlaskClient, encoding: str) -> None:
    response = client.get("/", headers={"Accept-Encoding": encoding})
    assert response.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in response.headers["Vary"]


LIMITS = [
    ("max_page_length", "max_length"),
    ("max_term_length", "max_term_length"),
    ("max_conditions", "max_conditions"),
    ("max_criteria", "max_criteria"),
    ("max_depth", "max_depth"),
    ("max_values", "max_values"),
    ("max_options", "max_options"),
]
SWITCHES = ["late_rows", "lookup", "loose_scan", "remember", "anchors", "from_the_end"]


@pytest.mark.parametrize("inspector", [False, True])
def test_without_settings_the_engine_is_as_it_is_anywhere(
    make_app: Callable[..., Flask], seeded_url: str, inspector: bool
) -> None:
    app = make_app(seeded_url, inspector=inspector)
    engine = {"limits": Limits(), "tuning": Tuning(), "inspect": inspector}
    assert app.extensions["datatables"] == engine


@pytest.mark.parametrize(("setting", "limit"), LIMITS)
def test_a_limit_of_the_engine_comes_from_its_setting(
    make_app: Callable[..., Flask], seeded_url: str, setting: str, limit: str
) -> None:
    engine = make_app(seeded_url, **{setting: 25}).extensions["datatables"]
    assert engine["limits"] == replace(Limits(), **{limit: 25})


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_means_of_speed_is_switched_off_by_its_setting(
    make_app: Callable[..., Flask], seeded_url: str, switch: str
) -> None:
    engine = make_app(seeded_url, **{switch: False}).extensions["datatables"]
    assert engine["tuning"] == replace(Tuning(), **{switch: False})


def test_memory_and_the_time_to_count_are_bounded_by_settings(
    make_app: Callable[..., Flask], seeded_url: str
) -> None:
    engine = make_app(seeded_url, memory_mb=3, count_budget_ms=70).extensions["datatables"]
    assert engine["tuning"] == Tuning(memory_bytes=3_000_000, count_budget_ms=70)


def test_the_largest_body_comes_from_its_setting(
    make_app: Callable[..., Flask], seeded_url: str
) -> None:
    assert make_app(seeded_url, max_content_length=2048).config["MAX_CONTENT_LENGTH"] == 2048


def test_json_keeps_digits_and_dates(app: Flask) -> None:
    values = {
        "amount": Decimal("1234567890.10"),
        "zero": Decimal("0E+3"),
        "day": date(1990, 2, 28),
        "moment": datetime(2024, 1, 1, 10, tzinfo=UTC),
        "text": "Zoé",
    }
    assert app.json.dumps(values) == (
        '{"amount":1234567890.10,"zero":0,"day":"1990-02-28",'
        '"moment":"2024-01-01T10:00:00+00:00","text":"Zoé"}'
    )


@pytest.mark.parametrize("value", [object(), Decimal("NaN")])
def test_json_refuses_what_it_has_no_form_for(app: Flask, value: object) -> None:
    with pytest.raises(TypeError):
        app.json.dumps(value)


def test_json_text_is_read(app: Flask) -> None:
    assert app.json.loads('{"draw": 1}') == {"draw": 1}
    with pytest.raises(ValueError, match="JSON"):
        app.json.loads("draw=1")


def test_an_unknown_schema_stops_the_start_for_good(
    make_app: Callable[..., Flask], database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = write_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    engine.dispose()
    with caplog.at_level(logging.CRITICAL), pytest.raises(SystemExit) as stop:
        make_app(database_url)
    assert stop.value.code == 4, "gunicorn would start the worker again at most other codes"
    assert "that this app did not make: use another database." in caplog.text


BAD_FILES = [
    ("folder", "can't be opened or made"),
    ("file/under/a/file.sqlite3", "can't be opened or made"),
    ("file", "is not a SQLite database"),
]


@pytest.mark.parametrize(("path", "reason"), BAD_FILES)
def test_a_file_that_can_not_serve_stops_the_start_with_a_sentence(
    settings_for: Callable[..., Settings], tmp_path: Path, path: str, reason: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("no database at all, but long enough to be read as one" * 20)
    settings = settings_for(f"sqlite:///{tmp_path / path}")
    assert reason in stopped(settings)


def test_a_database_that_can_only_be_read_stops_the_start_with_a_sentence(
    settings_for: Callable[..., Settings], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = {"options": "-c default_transaction_read_only=on"}
    monkeypatch.setattr(postgresql, "WRITE_ARGS", reading)
    monkeypatch.setattr(mysql, "WRITING", "SET SESSION TRANSACTION READ ONLY")
    monkeypatch.setattr(sqlite, "_switch_to_wal", lambda c: c.execute("PRAGMA query_only = ON"))
    assert "can only be read" in stopped(settings_for(database_url))


@pytest.fixture
def guest_url(postgres_url: str) -> Iterator[str]:
    """Give the URL of an empty database as a user sees it who may make nothing there."""
    with postgres_database(postgres_url) as url, disposing(write_engine(url)) as owner:
        name = f"guest_{uuid.uuid4().hex}"
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'"))
            connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        guest = make_url(url).set(username=name, password=name)
        yield guest.render_as_string(hide_password=False)
        with owner.begin() as connection:
            connection.execute(text(f"DROP ROLE {name}"))


def test_a_user_who_may_make_no_tables_stops_the_start_with_a_sentence(
    settings_for: Callable[..., Settings], guest_url: str
) -> None:
    assert "may not make or read" in stopped(settings_for(guest_url))


def stopped(settings: Settings) -> str:
    """Start an app that must not start; return the one sentence that it logs."""
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("app.logger.critical", lambda reason: said.append(str(reason)))
        with pytest.raises(SystemExit) as stop:
            create_app(settings)
    assert stop.value.code == 4
    assert len(said) == 1
    assert said[0].endswith(".")
    return said[0]


def test_a_worker_starts_without_connections_of_its_parent(
    make_app: Callable[..., Flask], seeded_url: str
) -> None:
    engines = make_app(seeded_url).extensions["database"]
    for engine in (engines.primary, engines.primary_reader):
        assert engine.pool.checkedin() == 0
        assert engine.pool.checkedout() == 0


def test_a_database_that_is_away_does_not_stop_the_start(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        app = make_app("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    assert "The database does not answer; serving 503 until it does." in caplog.messages
    response = app.test_client().get("/api/users?draw=3&start=0&length=1&columns[0][data]=id")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.get_json()["draw"] == 3
