"""Seeding: reproducible, the same everywhere, all or nothing, one process at a time."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import OperationalError

from app import sqlite
from app.database import exclusively, write_engine
from app.models import Address, User
from app.schema import create_schema
from app.seed import Outcome, estimate, oddities, rows, seed, work
from app.seed.timing import in_words
from app.settings import PROJECT

# What 2,000 users of seed 1 hash to. It changes with the people only, as a new Faker may make it:
# then this line and the changelog follow.
PEOPLE = "7acd091be47576d0"


@pytest.fixture(scope="module")
def filled(own_database: str) -> Iterator[Engine]:
    """Give an engine on 2,000 users of seed 1."""
    engine = write_engine(own_database)
    seed(engine, users=2000, seed=1)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """Give an engine on an empty database."""
    engine = write_engine(database_url)
    yield engine
    engine.dispose()


def contents(engine: Engine) -> str:
    """Hash all that a reader sees of both tables, in the order of their keys."""
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for table in (Address.__table__, User.__table__):
            for row in connection.execute(select(table).order_by(table.c.id)):
                digest.update(repr(tuple(map(str, row))).encode())
    return digest.hexdigest()[:16]


def count(engine: Engine, *conditions: object) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(User).where(*conditions)) or 0


def test_the_people_are_the_same_on_every_database_and_python(filled: Engine) -> None:
    assert contents(filled) == PEOPLE


def test_the_rows_are_the_same_in_every_process() -> None:
    script = (
        "import hashlib; from app.seed import rows;"
        "print(hashlib.sha256(repr([*rows.addresses(500, 7), *rows.users(500, 7)]).encode())"
        ".hexdigest())"
    )
    prints = {
        subprocess.check_output(  # noqa: S603 - ours
            [sys.executable, "-c", script], cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": salt}
        )
        for salt in ("1", "2")
    }
    assert len(prints) == 1


def test_another_seed_gives_other_people() -> None:
    assert list(rows.users(20, 1)) != list(rows.users(20, 2))


def test_more_users_are_counted_in_the_work() -> None:
    assert all(work(less) < work(more) for less, more in pairwise([1, 10, 1000, 1_000_000]))


@pytest.mark.parametrize(
    ("column", "share"),
    [("birthday", 2), ("phone", 5), ("balance", 3), ("company", 10), ("address_id", 1)],
)
def test_about_so_many_percent_are_null(filled: Engine, column: str, share: int) -> None:
    missing = count(filled, User.__table__.c[column].is_(None)) / 20
    assert 0.5 * share <= missing <= 1.6 * share


def test_names_repeat_and_emails_do_not(filled: Engine) -> None:
    with filled.connect() as connection:
        names, emails = connection.execute(
            select(func.count(User.name.distinct()), func.count(User.email.distinct()))
        ).one()
    assert 1000 < names < 2000
    assert emails == 2000


def test_users_share_addresses(filled: Engine) -> None:
    sharing = select(User.address_id).group_by(User.address_id).having(func.count() > 1)
    with filled.connect() as connection:
        assert len(connection.execute(sharing).all()) > 300


def test_values_keep_to_their_ranges(filled: Engine) -> None:
    with filled.connect() as connection:
        low, high, first, last = connection.execute(
            select(
                func.min(User.balance),
                func.max(User.balance),
                func.min(User.created_at),
                func.max(User.created_at),
            )
        ).one()
    assert -5000 <= low < 0
    assert 90_000 < high < 100_000
    assert (first.year, last.year) == (2015, 2024)


@pytest.mark.parametrize("piece", ["'", '"', "%", "_", "\\", "<script>", "é", "ש", "م", "🎈"])
def test_some_names_break_naive_code(filled: Engine, piece: str) -> None:
    assert any(piece in name for name in oddities.NAMES)
    everybody = list(rows.users(20_000, 1))
    assert any(piece in row[1] for row in everybody)
    assert 100 < sum(row[1] in oddities.NAMES for row in everybody) < 400


@pytest.mark.parametrize("piece", ["'", '"', "%", "_", "\\", "<script>", "é", "ש", "ش", "🍕"])
def test_some_companies_break_naive_code(piece: str) -> None:
    assert any(piece in row[4] for row in rows.users(20_000, 1) if row[4])


def test_seeding_again_does_nothing(filled: Engine) -> None:
    assert seed(filled, users=2000, seed=1) is Outcome.ALREADY


def test_other_people_are_kept(filled: Engine) -> None:
    before = contents(filled)
    assert seed(filled, users=10, seed=1) is Outcome.KEPT
    assert seed(filled, users=2000, seed=2) is Outcome.KEPT
    assert contents(filled) == before


def test_rows_of_another_program_are_kept(empty: Engine) -> None:
    create_schema(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO users (name, email) VALUES ('Ann', 'ann@x')"))
    assert seed(empty, users=10, seed=1) is Outcome.KEPT
    assert count(empty) == 1


def test_reset_replaces_everything(empty: Engine) -> None:
    seed(empty, users=30, seed=1)
    assert seed(empty, users=20, seed=2, reset=True) is Outcome.FILLED
    assert count(empty) == 20
    assert seed(empty, users=20, seed=2) is Outcome.ALREADY


def test_rows_added_later_get_the_next_numbers(empty: Engine) -> None:
    seed(empty, users=30, seed=1)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO users (name, email) VALUES ('Ann', 'ann@x')"))
    assert count(empty, User.id == 31, User.name == "Ann") == 1


def test_the_indexes_are_all_back(filled: Engine, empty: Engine) -> None:
    create_schema(empty)
    assert _indexes(filled) == _indexes(empty)


@pytest.mark.parametrize("reset", [False, True])
def test_a_broken_seed_leaves_the_database_as_it_was(empty: Engine, reset: bool) -> None:
    create_schema(empty)
    if reset:
        seed(empty, users=50, seed=3)
    before, indexes = contents(empty), _indexes(empty)
    done: list[int] = []

    def fail_late(rows_done: int) -> None:
        done.append(rows_done)
        if len(done) == 4:
            raise RuntimeError("the plug is pulled")

    with pytest.raises(RuntimeError, match="plug"):
        seed(empty, users=100, seed=1, reset=reset, progress=fail_late)
    assert contents(empty) == before
    assert _indexes(empty) == indexes
    assert seed(empty, users=100, seed=1, reset=reset) is Outcome.FILLED


def test_nobody_sees_half_of_a_seed(empty: Engine) -> None:
    if empty.dialect.name == "postgresql":
        reader_waits = "SET lock_timeout = '100ms'"
    elif empty.dialect.name == "mysql":
        reader_waits = "SET lock_wait_timeout = 1"
    else:
        reader_waits = "PRAGMA busy_timeout = 100"
    create_schema(empty)
    seen: list[int | None] = []

    def look(_rows_done: int) -> None:
        with empty.connect() as connection:
            connection.execute(text(reader_waits))
            seen.append(_count_or_none(connection))

    seed(empty, users=100, seed=1, progress=look)
    assert len(seen) > 2
    assert set(seen) <= {0, None}
    assert count(empty) == 100


def test_seeders_at_once_fill_it_once(database_url: str) -> None:
    engines = [write_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = [f.result() for f in [pool.submit(seed, e, 300, 1) for e in engines]]
    assert sorted(o.name for o in outcomes) == ["ALREADY", "ALREADY", "ALREADY", "FILLED"]
    assert count(engines[0]) == 300
    for engine in engines:
        engine.dispose()


def test_a_seeder_waits_longer_than_other_writers(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite.CONNECT_ARGS, "timeout", 0.01)
    first, second = write_engine(database_url), write_engine(database_url)
    create_schema(first)
    with ThreadPoolExecutor(1) as pool:
        with exclusively(first):
            waiting = pool.submit(seed, second, 10, 1)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert waiting.result(timeout=60) is Outcome.FILLED
    first.dispose()
    second.dispose()


def test_a_seeder_waits_for_another_process_to_finish(database_url: str) -> None:
    engine = write_engine(database_url)
    create_schema(engine)
    with ThreadPoolExecutor(1) as pool:
        with exclusively(engine) as connection:
            waiting = pool.submit(_seed_in_a_process, database_url)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=2)
            connection.execute(text("INSERT INTO users (name, email) VALUES ('Ann', 'ann@x')"))
        assert "other users" in waiting.result(timeout=60)
    assert count(engine) == 1
    engine.dispose()


@pytest.fixture
def runner(database_url: str, make_app: Callable[..., Flask]) -> Iterator[FlaskCliRunner]:
    """Give a runner of commands on an empty database of which SEED_USERS wants 15 users."""
    app = make_app(database_url, seed_users=15)
    yield app.test_cli_runner()
    app.extensions["database"].dispose()


def test_the_command_fills_what_the_setting_says(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["seed"])
    assert result.exit_code == 0
    assert result.output == (
        "15 users take a few seconds on this machine.\nSeeding 15 users\nDone.\n"
    )
    again = runner.invoke(args=["seed", "--users", "15", "--seed", "1"])
    assert (again.exit_code, again.output) == (0, "The database holds these users already.\n")


def test_the_command_refuses_to_lose_people(runner: FlaskCliRunner) -> None:
    runner.invoke(args=["seed", "--users", "5"])
    unasked = runner.invoke(args=["seed"])
    assert unasked.exit_code == 0
    assert "which were kept; make seed RESET=1 replaces them" in unasked.output
    assert "take" not in unasked.output
    asked = runner.invoke(args=["seed", "--users", "6"])
    assert asked.exit_code == 1
    assert (
        "Error: The database holds other users; make seed RESET=1 replaces them.\n" in asked.output
    )
    assert runner.invoke(args=["seed", "--users", "6", "--reset"]).exit_code == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "a few seconds"),
        (9.9, "a few seconds"),
        (12.4, "about 10 seconds"),
        (88, "about 90 seconds"),
        (91, "about 2 minutes"),
        (3600, "about 60 minutes"),
    ],
)
def test_a_time_is_said_as_exactly_as_it_is_known(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_more_people_are_said_to_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.seed.timing._seconds_to_make", lambda _seed: 0.1)
    assert estimate(10_000, 1) == "a few seconds"
    assert estimate(1_000_000, 1) == "about 60 seconds"
    assert estimate(10_000_000, 1) == "about 10 minutes"


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_the_command_wants_a_sound_number(runner: FlaskCliRunner, value: str) -> None:
    result = runner.invoke(args=["seed", "--users", value])
    assert result.exit_code == 2
    assert "Invalid value for '--users'" in result.output


def test_the_command_says_when_there_is_no_database(make_app: Callable[..., Flask]) -> None:
    app = make_app("postgresql+psycopg://nobody:secret@127.0.0.1:1/nowhere")
    result = app.test_cli_runner().invoke(args=["seed"])
    assert result.exit_code == 1
    assert "Error: Nothing was changed: " in result.output
    assert "secret" not in result.output


def _count_or_none(connection: Connection) -> int | None:
    """Count users; PostgreSQL lets nobody look while the tables' indexes are being replaced."""
    try:
        return connection.scalar(select(func.count()).select_from(User))
    except OperationalError:
        return None


def _indexes(engine: Engine) -> set[str]:
    source = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
        "mysql": (
            "SELECT DISTINCT CONCAT(table_name, ' ', index_name) "
            "FROM information_schema.statistics WHERE table_schema = DATABASE()"
        ),
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return set(connection.scalars(text(source)))


def _seed_in_a_process(url: str) -> str:
    return subprocess.check_output(
        [sys.executable, "-m", "flask", "--app", "app", "seed"],
        env={**os.environ, "DATABASE_URL": url},
        cwd=PROJECT,
        text=True,
    )
