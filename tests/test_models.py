"""The tables: what plain SQL may leave out, what comes back, which order an index gives."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import (
    Connection,
    Engine,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import sqlite
from app.database import exclusively, write_engine
from app.models import SEARCHES, Address, State, User
from app.schema import VERSION, UnknownSchemaError, catch_up, create_schema
from app.serverside.dialects.postgresql.search_index import column_name
from tests import kinds


@pytest.fixture(scope="module")
def tables(own_database: str) -> Iterator[Engine]:
    """Give an engine on the app's tables."""
    engine = write_engine(own_database)
    create_schema(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(tables: Engine) -> Iterator[Connection]:
    """Give a connection to the app's tables, all empty; what a test adds is taken back."""
    with tables.connect() as connection:
        yield connection
        connection.rollback()


def add(connection: Connection, columns: str, values: str) -> None:
    """Add a user as another program does: by plain SQL."""
    statement = f"INSERT INTO users ({columns}) VALUES ({values})"  # noqa: S608 - ours
    connection.execute(text(statement))


def test_plain_sql_may_leave_out_what_has_a_default(connection: Connection) -> None:
    before = datetime.now(UTC) - timedelta(minutes=5)
    add(connection, "name, email", "'Ann', 'ann@example.com'")
    user = connection.execute(select(User)).one()
    assert user.id > 0
    assert user.active is True
    assert (user.phone, user.company, user.birthday, user.balance) == (None,) * 4
    assert before < user.created_at < datetime.now(UTC) + timedelta(minutes=5)


def test_plain_sql_values_come_back_typed(connection: Connection) -> None:
    connection.execute(text("INSERT INTO addresses VALUES (7, 'Road 1', 'Bath', '', 'X', 'UK')"))
    add(
        connection,
        "id, name, email, birthday, balance, active, created_at, address_id",
        "5, 'Ann', 'a@b', '1990-02-28', 12.5, false, '2024-01-01 10:00:00', 7",
    )
    user = connection.execute(select(User.__table__)).one()
    assert user.birthday == date(1990, 2, 28)
    assert str(user.balance) == "12.50"
    assert user.active is False
    assert user.created_at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert user.created_at.utcoffset() == timedelta(0)


@kinds.zoning
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-01T10:00:00", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2024-01-01T10:00:00Z", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2024-01-01 10:00:00+02:00", datetime(2024, 1, 1, 8, tzinfo=UTC)),
        ("2024-01-01T10:00:00.250Z", datetime(2024, 1, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2024-01-01T22:00:00-05:00", datetime(2024, 1, 2, 3, tzinfo=UTC)),
    ],
)
def test_moments_in_any_iso_form_are_found_and_ordered(
    connection: Connection, written: str, meant: datetime
) -> None:
    second = timedelta(seconds=1)
    add(connection, "id, name, email, created_at", f"1, 'a', 'a', '{written}'")
    connection.execute(insert(User).values(id=2, name="b", email="b", created_at=meant - second))
    connection.execute(insert(User).values(id=3, name="c", email="c", created_at=meant + second))
    assert connection.scalar(select(User.created_at).where(User.id == 1)) == meant
    assert connection.scalar(select(User.id).where(User.created_at == meant)) == 1
    order = connection.scalars(select(User.id).order_by(User.created_at, User.id)).all()
    assert order == [2, 1, 3]


@kinds.zoning
def test_a_moment_rewritten_later_is_found_too(connection: Connection) -> None:
    add(connection, "id, name, email", "1, 'a', 'a'")
    connection.execute(text("UPDATE users SET created_at = '2024-01-01T10:00:00Z'"))
    meant = datetime(2024, 1, 1, 11, tzinfo=timezone(timedelta(hours=1)))
    assert connection.scalar(select(User.id).where(User.created_at == meant)) == 1


@pytest.mark.parametrize(
    "assignment", ["birthday = 'soon'", "balance = 'much'", "active = 'maybe'", "created_at = 'x'"]
)
def test_a_value_that_no_type_holds_is_refused(connection: Connection, assignment: str) -> None:
    add(connection, "name, email", "'Ann', 'ann@example.com'")
    statement = f"UPDATE users SET {assignment}"  # noqa: S608 - ours
    with pytest.raises(DBAPIError):
        connection.execute(text(statement))


@pytest.mark.parametrize("name", ["birthday", "balance", "address_id", "phone", "company"])
def test_what_may_be_missing_may_be_null(connection: Connection, name: str) -> None:
    add(connection, f"name, email, {name}", "'Ann', 'ann@example.com', NULL")
    assert connection.scalar(select(User.__table__.c[name])) is None


def test_an_email_is_unique(connection: Connection) -> None:
    add(connection, "name, email", "'Ann', 'ann@example.com'")
    with pytest.raises(IntegrityError):
        add(connection, "name, email", "'Bob', 'ann@example.com'")


def test_an_address_must_exist(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        add(connection, "name, email, address_id", "'Ann', 'ann@example.com', 99")


@pytest.mark.parametrize(
    ("value", "below", "equal", "above"),
    [
        ("12.34", False, True, False),
        ("12.340", False, True, False),
        ("12.3400000000000000000001", True, False, False),
        ("12.3399999999999999999999", False, False, True),
        ("12.345", True, False, False),
        ("-99999999999999999999", False, False, True),
        ("1e400", True, False, False),
    ],
)
def test_amounts_are_compared_exactly(
    connection: Connection, value: str, below: bool, equal: bool, above: bool
) -> None:
    add(connection, "name, email, balance", "'Ann', 'ann@example.com', 12.34")
    number = Decimal(value)
    row = connection.execute(
        select(User.balance < number, User.balance == number, User.balance > number)
    ).one()
    assert tuple(row) == (below, equal, above)


def test_amounts_may_be_compared_with_floats(connection: Connection) -> None:
    add(connection, "name, email, balance", "'Ann', 'ann@example.com', 12.34")
    assert connection.scalar(select(User.name).where(User.balance == 12.34)) == "Ann"
    infinite = float("inf")
    if connection.dialect.name != "mysql":  # which has none
        assert connection.scalar(select(User.name).where(User.balance < infinite)) == "Ann"


def test_sums_of_amounts_are_amounts(connection: Connection) -> None:
    add(connection, "name, email, balance", "'Ann', 'ann@example.com', 0.10")
    add(connection, "name, email, balance", "'Bob', 'bob@example.com', 0.20")
    assert connection.scalar(select(func.sum(User.balance))) == Decimal("0.30")


NAMES = ["zoe", "Zoe", "ZOE", "Émile", "emil", "_x", "[x", "a b", "ab", "Ab", "Ärger", "人", "😀"]


def test_text_is_ordered_by_code_point_with_ascii_case_folded(connection: Connection) -> None:
    for row_id, name in enumerate(NAMES, 1):
        connection.execute(insert(User).values(id=row_id, name=name, email=str(row_id)))
    folded = {
        "mysql": literal_column("name_order"),
        "postgresql": func.lower(User.name.collate("C")),
        "sqlite": User.name.collate("NOCASE"),
    }[connection.dialect.name]
    ordered = connection.scalars(select(User.name).order_by(folded, User.id)).all()
    keys = [(_ascii_lower(name), row_id, name) for row_id, name in enumerate(NAMES, 1)]
    assert ordered == [name for _, _, name in sorted(keys)]


def test_a_first_page_by_name_comes_from_the_index(seeded_engine: Engine) -> None:
    explain, order, index = {
        "mysql": ("EXPLAIN", "name_order, id", "ix_users_name_order"),
        "postgresql": ("EXPLAIN", 'lower(name COLLATE "C"), id', "ix_users_name_folded"),
        "sqlite": ("EXPLAIN QUERY PLAN", "name COLLATE NOCASE, id", "ix_users_name_nocase"),
    }[seeded_engine.dialect.name]
    with seeded_engine.connect() as connection:
        statement = f"{explain} SELECT id FROM users ORDER BY {order} LIMIT 10"  # noqa: S608
        plan = " ".join(str(row) for row in connection.execute(text(statement)))
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "filesort" not in plan


def test_each_database_has_its_indexes(seeded_engine: Engine) -> None:
    wanted = {i.name for t in (User.__table__, Address.__table__) for i in t.indexes}
    suffixes = {"postgresql": "_folded", "sqlite": "_nocase", "mysql": "_order"}
    own = suffixes.pop(seeded_engine.dialect.name)
    statement = {
        "sqlite": "SELECT name FROM sqlite_master",
        "mysql": "SELECT index_name FROM information_schema.statistics",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }[seeded_engine.dialect.name]
    with seeded_engine.connect() as connection:
        found = set(connection.scalars(text(statement)))
    others = tuple(suffixes.values())
    assert {str(name) for name in wanted if not str(name).endswith(others)} <= found
    assert f"ix_users_name{own}" in found


def test_creating_the_tables_again_changes_nothing(database_url: str) -> None:
    engine = write_engine(database_url)
    create_schema(engine)
    create_schema(engine)
    assert {"users", "addresses"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_a_table_of_somebody_else_s_stops_the_start(database_url: str) -> None:
    engine = write_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    with pytest.raises(UnknownSchemaError, match="use another database"):
        create_schema(engine)
    engine.dispose()


@pytest.mark.parametrize("version", ["1", "99"])
def test_a_version_older_or_newer_stops_the_start(database_url: str, version: str) -> None:
    engine = write_engine(database_url)
    create_schema(engine)
    with engine.begin() as connection:
        connection.execute(update(State).where(State.key == "schema").values(value=version))
    with pytest.raises(
        UnknownSchemaError, match=f"version {version}, this app needs version {VERSION}"
    ):
        create_schema(engine)
    engine.dispose()


@kinds.searching
def test_rows_of_plain_sql_are_in_the_search_index_after_the_next_start(
    database_url: str, make_app: Callable[..., Flask]
) -> None:
    make_app(database_url)
    engine = write_engine(database_url)
    with engine.begin() as connection:
        add(connection, "id, name, email", "7, 'Zoë Ångström', 'zoe@example.com'")
    make_app(database_url)
    wanted = "angstrom"
    looked_up = (
        f"SELECT rowid FROM users_search_index WHERE text GLOB '*{wanted}*'"  # noqa: S608 - ours
        if engine.dialect.name == "sqlite"
        else f"SELECT id FROM users WHERE {column_name(SEARCHES[0])} LIKE '%{wanted}%'"  # noqa: S608 - ours
    )
    with engine.connect() as connection:
        assert connection.execute(text(looked_up)).scalars().all() == [7]
    engine.dispose()


def test_a_start_does_not_wait_for_a_writer_to_fold_rows(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sqlite, "CONNECT_ARGS", {"timeout": 0.05})
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    engine = write_engine(database_url)
    create_schema(engine)
    with engine.begin() as connection:
        add(connection, "id, name, email", "7, 'Zoë', 'zoe@example.com'")
    with exclusively(engine), caplog.at_level(logging.WARNING):
        catch_up(engine)
    kept = engine.dialect.name == "sqlite"
    assert bool([m for m in caplog.messages if "brought up to date later" in m]) == kept
    engine.dispose()


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)
