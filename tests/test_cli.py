"""`make explain`: a draw of the demo's table at the terminal."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

COST = r"\d+ statements?, \d+\.\d ms"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB or MySQL"}


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Give a runner of commands on the seeded database."""
    return app.test_cli_runner()


def told(runner: FlaskCliRunner, *args: str) -> str:
    """Run the command and return what it prints."""
    result = runner.invoke(args=["explain", *args])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_draw_is_explained(runner: FlaskCliRunner, database_kind: str) -> None:
    report = told(runner, "--search", "son", "--column", "city=a", "--order", "name:desc")
    verdict, matches, _, missing, *_ = report.splitlines()
    assert re.fullmatch(
        COST + rf" in {NAMES[database_kind]}; again, with .* remembered: {COST}\.", verdict
    )
    assert matches.endswith(" of 500 rows match.")
    assert missing == "Missing indexes"
    assert "Missing indexes\n  none\n\nConditions\n" in report
    assert "columns:city: city contains “a”" in report
    assert "Order\n  name desc\n  id desc\n" in report
    assert "Statement 1, page: " in report


def test_statements_have_their_values_and_no_transactions(
    runner: FlaskCliRunner, database_kind: str
) -> None:
    report = told(runner, "--column", "state=son's", "--column", "id=>=7", "--start", "20")
    assert "son''s" in report or database_kind == "mysql", "where it stands with all its spellings"
    assert ">= 7" in report
    assert not re.search(r"(?m)^ *(BEGIN|ROLLBACK)|%\(|\?", report)


def test_plans_are_behind_a_switch(runner: FlaskCliRunner) -> None:
    assert "  plan:\n" not in told(runner)
    report = told(runner, "--plans")
    assert re.search(r"(?i)  plan:\n.*(scan|sort|join|co-routine|query_)", report)


def test_an_empty_table_is_said(make_app: Callable[..., Flask], database_url: str) -> None:
    report = told(make_app(database_url).test_cli_runner())
    assert "The table is empty: make seed fills it.\n" in report


def test_nothing_asked_is_explained_as_well(runner: FlaskCliRunner) -> None:
    report = told(runner, "--start", "10", "--length", "3")
    assert "500 of 500 rows match." in report
    assert "Conditions\n  none\n" in report
    assert "Order\n  id asc\n" in report


def test_the_index_that_an_order_lacks_is_named(runner: FlaskCliRunner, database_kind: str) -> None:
    report = told(runner, "--order", "phone")
    line = 'write beside its model: Index("ix_users_phone", '
    if database_kind == "mysql":
        line = "run: ALTER TABLE users ADD COLUMN `phone_order` "
    assert line in report


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--column", "password=x"], "password is not one of id, name, email"),
        (["--order", "password"], "names a column that this table does not have"),
        (["--order", "name:sideways"], "order[0][dir]"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    runner: FlaskCliRunner, args: list[str], sentence: str
) -> None:
    result = runner.invoke(args=["explain", *args])
    assert result.exit_code in (1, 2)
    assert sentence in result.output


def test_a_database_that_is_away_is_said(make_app: Callable[..., Flask]) -> None:
    app = make_app("postgresql+psycopg://nobody:secret@127.0.0.1:1/nowhere")
    result = app.test_cli_runner().invoke(args=["explain"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "secret" not in result.output
