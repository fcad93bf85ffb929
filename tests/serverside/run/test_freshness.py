"""What is remembered holds for exactly the state of the data that an answer is about."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine, delete, event, insert, select, text, update
from sqlalchemy.orm import Session, aliased, scoped_session, sessionmaker, with_loader_criteria

from app.database import read_engine, write_engine
from app.serverside import ColumnDT, DataTables
from app.serverside.sql.statement_key import statement_key
from tests import kinds
from tests.conftest import disposing
from tests.serverside.books import Entry, entries, fill, row, see, seen

DEEP = {"start": 12, "order": [{"column": 3, "dir": "asc"}, {"column": 1, "dir": "desc"}]}


@pytest.fixture(params=["marked", "unmarked"])
def marked(request: pytest.FixtureRequest) -> bool:
    """Run the test once with the tables' change marks, once with the versions of all data."""
    return bool(request.param == "marked")


@pytest.fixture
def writer(own_database: str, marked: bool) -> Iterator[Engine]:
    """Give an engine that writes the filled tables."""
    with disposing(write_engine(own_database)) as engine:
        fill(engine, marked=marked)
        yield engine


@pytest.fixture(params=["autocommit", "transactions"])
def readers(request: pytest.FixtureRequest, own_database: str, writer: Engine) -> Iterator[Engine]:
    """Give an engine that reads: each statement by itself, or in transactions."""
    if request.param == "transactions":
        yield writer
        return
    with disposing(read_engine(own_database, 0)) as engine:
        yield engine


def run(engine: Engine, *statements: sa.Executable) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


CHANGES = {
    "insert": (insert(Entry).values(row(99, version=9)), (31, 1)),
    "delete": (delete(Entry).where(Entry.id == 30), (29, 0)),
    "update": (update(Entry).where(Entry.id == 3).values(version=9), (30, 1)),
    "update of nothing": (update(Entry).where(Entry.id == 300).values(version=9), (30, 0)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_commit_is_seen_at_once(writer: Engine, readers: Engine, change: str) -> None:
    statement, (total, newer) = CHANGES[change]
    for _ in range(3):
        before = seen(readers, **DEEP)
        assert (before.total, before.offered) == (30, [0])
        assert seen(readers, term="9").filtered == 3
    run(writer, statement)
    after = seen(readers, **DEEP)
    assert (after.total, after.offered) == (total, [0, 9][: 1 + newer])
    assert after.ids == _brute_force(writer)[12:17]
    assert seen(readers, columns=_versions(">=9")).filtered == newer


def _versions(asked: str) -> list[dict[str, object]]:
    return [{"data": "id"}, {"data": "version", "search": {"value": asked}}]


def _brute_force(engine: Engine) -> list[int]:
    """Return the ids in the order of `DEEP`."""
    with engine.connect() as connection:
        rows = connection.execute(select(Entry.id, Entry.text, Entry.account_id)).all()
    owner = {1: (0, "zoé"), 2: (0, "bob"), 3: (0, "ann"), None: (1, "")}
    rows = sorted(rows, key=lambda r: (r.text.lower(), r.id), reverse=True)
    return [r.id for r in sorted(rows, key=lambda r: owner[r.account_id])]


def test_a_deep_page_of_a_table_that_was_emptied_meanwhile(writer: Engine, readers: Engine) -> None:
    """Its number of rows is still remembered when the anchors are made."""
    assert seen(readers).total == 30
    run(writer, delete(Entry))
    assert seen(readers, **DEEP).total == 0


WRITES: dict[str, Callable[[Session], object]] = {
    "add": lambda session: session.add(Entry(**row(98, version=9))),
    "flush": lambda session: (session.add(Entry(**row(98, version=9))), session.flush()),
    "statement": lambda session: session.execute(insert(Entry).values(row(98, version=9))),
    "text": lambda session: session.execute(
        text("INSERT INTO entries (id, text, version, tenant) VALUES (98, 'Entry 98', 9, 0)")
    ),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("bound", ["engine", "connection"])
def test_own_writes_are_seen_and_never_remembered(writer: Engine, write: str, bound: str) -> None:
    with (
        writer.connect() as connection,
        Session(writer if bound == "engine" else connection) as session,
    ):
        for _ in range(2):
            assert see(session).total == 30
            session.rollback()
            WRITES[write](session)
            for _ in range(2):
                assert see(session).total == 31
                assert see(session, term="98").ids == [98]
            assert seen(writer).total == 30
            session.rollback()
            assert see(session).total == 30
            assert see(session, term="98").ids == []
            session.rollback()


def test_writes_on_the_connection_below_a_session_are_its_own(writer: Engine) -> None:
    for _ in range(2):
        with writer.connect() as connection:
            transaction = connection.begin()
            connection.execute(insert(Entry).values(row(98)))
            assert seen(connection).total == 31
            transaction.rollback()
            assert seen(connection).total == 30
        assert seen(writer).total == 30


def test_a_savepoint_rolled_back_is_forgotten(writer: Engine) -> None:
    with Session(writer) as session:
        session.execute(insert(Entry).values(row(98)))
        for _ in range(2):
            nested = session.begin_nested()
            session.execute(insert(Entry).values(row(99)))
            assert see(session).total == 32
            nested.rollback()
            assert see(session).total == 31
    assert seen(writer).total == 30


def test_own_commits_in_autocommit_are_seen(writer: Engine) -> None:
    alone = writer.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection, Session(connection) as session:
        for number in range(100, 110):
            assert see(session).total == number - 70
            assert see(session).total == number - 70
            connection.execute(insert(Entry).values(row(number)))


def test_a_transaction_begun_by_hand_in_autocommit_is_noticed(writer: Engine) -> None:
    engine = create_engine(writer.url, isolation_level="AUTOCOMMIT")
    with disposing(engine) as alone, alone.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.execute(insert(Entry).values(row(98)))
        assert seen(connection).total == 31
        connection.exec_driver_sql("ROLLBACK")
        assert seen(connection).total == 30
        assert seen(alone).total == 30


SCHEMAS = {
    "a new column": "ALTER TABLE entries ADD COLUMN note TEXT",
    "another table": "CREATE TABLE other (id INTEGER)",
    "all made anew": "",
}


@pytest.mark.parametrize("change", SCHEMAS)
def test_a_change_of_the_schema_is_seen(database_url: str, marked: bool, change: str) -> None:
    with (
        disposing(write_engine(database_url)) as writer,
        disposing(read_engine(database_url, 0)) as readers,
    ):
        fill(writer, marked=marked)
        for _ in range(3):
            assert seen(readers, **DEEP).total == 30
        if statement := SCHEMAS[change]:
            with writer.begin() as connection:
                connection.exec_driver_sql(statement)
        else:
            fill(writer, 20, marked=marked)
        assert seen(readers, **DEEP).total == (30 if statement else 20)


@kinds.remembering
def test_compacting_the_file_changes_nothing(writer: Engine, readers: Engine) -> None:
    with disposing(create_engine(writer.url, isolation_level="AUTOCOMMIT")) as alone:
        for _ in range(3):
            assert seen(readers, **DEEP).ids == _brute_force(writer)[12:17]
            with alone.connect() as connection:
                connection.exec_driver_sql("VACUUM")


@pytest.mark.parametrize("seed", range(4))
def test_connections_that_take_turns_never_mix_states(
    writer: Engine, readers: Engine, seed: int
) -> None:
    """Three connections, some in long transactions, read what a fourth commits between them."""
    if writer.dialect.name == "sqlite" and seed % 2:
        with writer.connect() as connection:
            connection.connection.cursor().execute("PRAGMA journal_mode = DELETE")
    choose, total = random.Random(seed), 30  # noqa: S311 - a game, not a secret
    with readers.connect() as a, readers.connect() as b, readers.connect() as c:
        for step in range(100):
            connection = choose.choice([a, b, c])
            match choose.choice(["write", "see", "see", "see", "look"]):
                case "write":
                    run(writer, insert(Entry).values(row(100 + step, version=step + 1)))
                    total += 1
                case "look":  # a search, a deep page: other entries in the memory
                    seen(connection, term="entry", start=choose.randrange(40))
                case _:
                    answer = seen(connection, **DEEP)
                    assert answer.total == answer.filtered == total
                    assert len(answer.offered) == total - 29
            connection.rollback()


def test_a_deferred_value_is_read_when_it_is_asked_for(readers: Engine) -> None:
    least = [0]
    for least[0] in (0, 10, 0, 20):
        query = entries().where(Entry.id > sa.bindparam("least", callable_=lambda: least[0]))
        assert seen(readers, query=query).total == 30 - least[0]


CHANGING = {
    "function": sa.func.random(),
    "literal SQL": sa.literal_column("random()", sa.Float()),
}


@kinds.remembering
@pytest.mark.parametrize("kind", CHANGING)
def test_what_changes_by_itself_is_not_remembered(readers: Engine, kind: str) -> None:
    """Half of the entries each time, but which and how many of them is left to chance."""
    chance = CHANGING[kind]
    if readers.dialect.name == "sqlite":
        condition = (chance % 2 == 0) & (Entry.id > 0)
    else:
        condition = (chance < 0.5) & (Entry.id > 0)
    query = entries().where(condition)
    assert len({seen(readers, query=query).total for _ in range(30)}) > 1


@pytest.mark.parametrize("kind", ["lists", "scopes", "limits"])
def test_questions_that_differ_by_a_value_only_are_told_apart(readers: Engine, kind: str) -> None:
    for _ in range(2):
        for count in (1, 7, 3):
            match kind:
                case "lists":
                    query = entries().where(Entry.id.in_(list(range(count))))
                    expected = count - 1
                case "scopes":
                    query, expected = entries().where(Entry.id <= count), count
                case _:
                    query, expected = entries().order_by(Entry.id).limit(count), count
            answer = seen(readers, query=query)
            assert (answer.total, answer.filtered, len(answer.ids)) == (
                expected, expected, min(expected, 5),
            )  # fmt: skip


def test_moments_of_one_instant_are_told_apart() -> None:
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    same = noon.astimezone(timezone(timedelta(hours=1)))
    assert noon == same
    keys = [statement_key(select(sa.literal(moment))) for moment in (noon, same)]
    assert keys[0] != keys[1]


# What a session adds to every query, it adds to ours.


@pytest.mark.parametrize("way", ["hook", "option", "where"])
def test_a_session_that_sees_one_tenant_sees_no_other(readers: Engine, way: str) -> None:
    for tenant in (0, 1, 0, 1):
        make = sessionmaker(readers)
        query = entries()
        if way == "hook":
            event.listen(make, "do_orm_execute", _only(tenant))
        elif way == "option":
            query = query.options(with_loader_criteria(Entry, Entry.tenant == tenant))
        else:
            query = query.where(Entry.tenant == tenant)
        with make() as session:
            for part in ({}, {"term": "entry"}, DEEP | {"start": 7}):
                answer = see(session, query=query, **part)
                assert (answer.total, answer.filtered) == (15, 15)
                assert answer.ids
                assert {number % 2 for number in answer.ids} == {tenant}


def _only(tenant: int) -> Callable[[Any], None]:
    def hook(state: Any) -> None:
        assert state.is_select
        assert state.is_orm_statement
        criteria = with_loader_criteria(Entry, lambda cls: cls.tenant == tenant)
        state.statement = state.statement.options(criteria)

    return hook


def test_a_scoped_session_is_as_good(readers: Engine) -> None:
    sessions = scoped_session(sessionmaker(readers))
    assert see(sessions).total == 30
    sessions.remove()


def test_an_alias_is_asked_like_its_table(readers: Engine) -> None:
    for least in (0, 10, 0):
        other = aliased(Entry)
        columns = [ColumnDT(other.id, mData="id"), ColumnDT(other.text, mData="text")]
        with Session(readers) as session:
            request = {"draw": 1, "start": 0, "length": 5, "columns": [{"data": "text"}],
                       "search": {"value": "entry"}}  # fmt: skip
            query = select().select_from(other).where(other.id > least)
            answer = DataTables(request, query, columns, session=session).output_result()
        assert answer["recordsFiltered"] == 30 - least


def test_one_answer_is_of_one_state(writer: Engine, own_database: str) -> None:
    """A commit between an answer's statements does not tear it."""
    with disposing(read_engine(own_database, 0)) as engine:
        number = [200]

        @event.listens_for(engine, "after_cursor_execute")
        def write(*call: object) -> None:
            if number[0] < 230 and "count(" in str(call[2]):
                number[0] += 1
                run(writer, insert(Entry).values(row(number[0], version=number[0])))

        for _ in range(5):
            for part in ({}, {"searchPanes": {}}, {"term": "entry"}):
                answer = seen(engine, **part)
                assert answer.total == 29 + len(answer.offered)
        assert number[0] > 205
