"""How seeding loads: rows made in another process, what guards the tables left out and put back."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from app.connecting import write_engine
from app.models import Address, User
from app.schema import create_schema
from app.seed import MakingError, Outcome, making, rows, seed, work
from app.seed.making import lines, tuples

PARTS = ["rows", "indexes", "search indexes", "statistics and change marks"]


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another process make the rows, however few."""
    monkeypatch.setattr(making, "APART", 0)


@pytest.fixture
def breaking(apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let that process end before it has made all."""
    made = "from app.seed.making import *; from app.seed.making import _HEAD"
    send = "import sys; sys.stdout.buffer.write(_HEAD.pack(1, 9) + b'1')"
    monkeypatch.setattr(making, "_MAKER", (sys.executable, "-c", f"{made}; {send}"))


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """Give an engine on an empty database that has the tables."""
    engine = write_engine(database_url)
    create_schema(engine)
    yield engine
    engine.dispose()


def contents(engine: Engine) -> str:
    """Hash all rows, in the order of their keys."""
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for table in (Address.__table__, User.__table__):
            for row in connection.execute(select(table).order_by(table.c.id)):
                digest.update(repr(tuple(map(str, row))).encode())
    return digest.hexdigest()


def guards(engine: Engine) -> list[Any]:
    """Return what guards the tables: triggers, foreign keys, checks."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            asked = (
                "SELECT name, sql FROM sqlite_master "
                "WHERE type IN ('trigger', 'table') AND name NOT LIKE 'sqlite%'"
            )
        else:
            asked = (
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid IN ('users'::regclass, 'addresses'::regclass) "
                "UNION ALL SELECT tgname, NULL FROM pg_trigger "
                "WHERE tgrelid = 'users'::regclass AND NOT tgisinternal"
            )
        return sorted(tuple(row) for row in connection.execute(text(asked)))


def everything(form: str) -> list[bytes]:
    """Make 300 users' rows."""
    with making.making(300, 7, form) as made:
        return [b"".join(data for _, data in batches) for batches in made]


@pytest.mark.parametrize("form", ["lines", "tuples"])
def test_another_process_makes_the_same_rows(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = everything(form)
    monkeypatch.setattr(making, "APART", 0)
    assert everything(form) == here


def test_tuples_are_the_rows() -> None:
    addresses, users = everything("tuples")
    assert tuples(addresses) == list(rows.addresses(300, 7))
    assert tuples(users) == list(rows.users(300, 7))


def test_lines_escape_what_copy_reads_otherwise() -> None:
    row = ("a\tb", "c\\N", "d\ne\rf", None, -0.5, True, 7, "")
    assert lines([row]) == b"a\\tb\tc\\\\N\td\\ne\\rf\t\\N\t-0.5\tTrue\t7\t\n"


@pytest.mark.usefixtures("apart")
def test_the_people_are_the_same_wherever_they_are_made(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seed(empty, users=500, seed=1) is Outcome.FILLED
    elsewhere = contents(empty)
    monkeypatch.setattr(making, "APART", 1000)
    assert seed(empty, users=500, seed=1, reset=True) is Outcome.FILLED
    assert contents(empty) == elsewhere


@pytest.mark.usefixtures("breaking")
@pytest.mark.parametrize("reset", [False, True])
def test_a_maker_that_ends_early_leaves_all_as_it_was(
    empty: Engine, monkeypatch: pytest.MonkeyPatch, reset: bool
) -> None:
    if reset:
        with monkeypatch.context() as patched:
            patched.setattr(making, "APART", 1000)
            seed(empty, users=20, seed=3)
    before, guarded = contents(empty), guards(empty)
    with pytest.raises(MakingError, match="ended early"):
        seed(empty, users=100, seed=1, reset=reset)
    assert contents(empty) == before
    assert guards(empty) == guarded
    _is_guarded(empty)


@pytest.mark.usefixtures("breaking")
def test_the_command_says_that_the_maker_has_ended(
    make_app: Callable[..., Flask], database_url: str
) -> None:
    app = make_app(database_url)
    result = app.test_cli_runner().invoke(args=["seed", "--users", "100"])
    app.extensions["database"].dispose()
    assert result.exit_code == 1
    assert "Error: Nothing was changed: The process that makes the users has" in result.output


@pytest.mark.usefixtures("apart")
def test_the_maker_ends_with_who_wants_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(real(*args, **options))
        return started[-1]

    monkeypatch.setattr(making.subprocess, "Popen", start)
    with making.making(10**6, 1, "lines") as made:
        next(next(made))
    assert [maker.returncode is None for maker in started] == [False]


def test_what_guards_the_tables_is_back(empty: Engine) -> None:
    before = guards(empty)
    seed(empty, users=50, seed=1)
    assert guards(empty) == before
    _is_guarded(empty)


def test_the_rows_are_such_as_the_guards_let_in(empty: Engine) -> None:
    seed(empty, users=2000, seed=1)
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.execute(text("PRAGMA quick_check")).all() == [("ok",)]
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    else:
        assert len(inspect(empty).get_foreign_keys("users")) == 1


def test_the_pages_are_visible_to_all(empty: Engine) -> None:
    seed(empty, users=2000, seed=1)
    if empty.dialect.name == "postgresql":  # SQLite has no map of such pages
        shown = text("SELECT relpages, relallvisible FROM pg_class WHERE relname = 'users'")
        with empty.connect() as connection:
            pages, visible = connection.execute(shown).one()
        assert pages == visible > 0


def test_the_parts_are_told_and_add_up(empty: Engine) -> None:
    done: list[int] = []
    told: list[str] = []
    seed(empty, users=777, seed=1, progress=done.append, part=told.append)
    assert (done[0], told) == (0, PARTS)
    assert all(done[1:])
    assert sum(done) == work(777)


def _is_guarded(engine: Engine) -> None:
    """Check that the tables refuse what they have to, on the connection that has seeded, too."""
    broken = ["INSERT INTO users (name, email, address_id) VALUES ('Ann', 'ann@x', 999999)"]
    if engine.dialect.name == "sqlite":
        broken.append("INSERT INTO users (name, email, active) VALUES ('Ann', 'ann@x', 2)")
    with engine.connect() as connection:
        for statement in broken:
            with pytest.raises(IntegrityError):
                connection.execute(text(statement))
            connection.rollback()
        assert connection.scalar(select(func.count()).where(User.email == "ann@x")) == 0
