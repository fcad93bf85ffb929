"""Settings: from the environment, checked at the start, never changed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import PROJECT, Settings, load

EXAMPLE = PROJECT / ".env.example"
BAD_VALUES = [
    ("PORT", "eighty"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("HOST", " "),
    ("WEB_CONCURRENCY", "0"),
    ("SEED_USERS", "-5"),
    ("SEED_USERS", "1e3"),
    ("MAX_PAGE_LENGTH", "0"),
    ("MAX_EXPORT_ROWS", "all"),
    ("MAX_EXPORTS", "0"),
    ("EXPORT_TIMEOUT_MS", "-1"),
    ("MAX_CONTENT_LENGTH", "10"),
    ("MAX_TERM_LENGTH", "0"),
    ("MAX_CONDITIONS", "901"),
    ("MAX_CRITERIA", "0"),
    ("MAX_DEPTH", "51"),
    ("MAX_VALUES", "all"),
    ("MAX_OPTIONS", "-1"),
    ("STATEMENT_TIMEOUT_MS", "-1"),
    ("COUNT_BUDGET_MS", "soon"),
    ("REMEMBER", "always"),
    ("MEMORY_MB", "0"),
    ("ANCHORS", "2"),
    ("FROM_THE_END", "?"),
    ("LATE_ROWS", "late"),
    ("LOOKUP", "here"),
    ("LOOSE_SCAN", "tight"),
    ("INSPECTOR", "perhaps"),
    ("STOCK_BASELINE", "2"),
    ("DATABASE_URL", "oracle://localhost/x"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("READ_DATABASE_URLS", "nonsense"),
    ("READ_DATABASE_URLS", "postgresql://localhost/x"),
]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_value_stops_the_start_with_a_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        load()
    assert re.fullmatch(rf"{name}\b[^\n]*[^.]\.", str(stop.value.code))


def test_the_sentence_is_all_that_a_bad_value_prints() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "seed"],
        env={"PORT": "eighty"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("PORT is not valid: ")
    assert run.stderr.count("\n") == 1


def test_a_password_stays_out_of_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://user:secret@localhost/x")
    with pytest.raises(SystemExit) as stop:
        load()
    assert "secret" not in str(stop.value.code)


def test_the_demo_s_switches_are_off_unless_asked_for() -> None:
    settings = load()
    assert not settings.inspector
    assert not settings.stock_baseline


def test_the_default_database_lies_in_the_project_wherever_it_is_started_from() -> None:
    assert load().database_url == f"sqlite:///{PROJECT / 'instance' / 'demo.sqlite3'}"


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:p%40ss@db/demo")
    assert load().database_url == "postgresql+psycopg://me:p%40ss@db/demo"


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"])
def test_mariadb_and_mysql_are_reached_by_pymysql(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:p%40ss@db/demo")
    assert load().database_url.split("?")[0] == "mysql+pymysql://me:p%40ss@db/demo"


def test_replicas_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://one/demo")
    monkeypatch.setenv("READ_DATABASE_URLS", "postgresql://two/demo, postgresql://three/demo,")
    assert load().read_database_urls == (
        "postgresql+psycopg://two/demo",
        "postgresql+psycopg://three/demo",
    )


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert load().port == 8000


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().port = 1


def test_every_setting_has_a_line_of_help() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_example_file_gives_each_setting_with_its_help_and_default(name: str) -> None:
    field = Settings.model_fields[name]
    default = {True: "true", False: "false", (): ""}.get(field.default, field.default)
    if isinstance(field.default, int) and not isinstance(field.default, bool):
        default = field.default
    lines = f"# {field.description}\n#{name.upper()}={default}\n"
    assert lines in EXAMPLE.read_text(encoding="utf-8")
