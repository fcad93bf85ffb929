"""Drivers whose methods have to be awaited, in `run_sync`; what drivers tell of a connection."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ColumnDT, DataTables, MatchingRows, Tuning
from app.serverside.dialects import TIMEOUT, dialect_for, drivers
from tests import kinds
from tests.serverside import foreign_sqlite
from tests.serverside.awaiting import result_of
from tests.serverside.stock_defects.sixty_users import ids, request

pytestmark = kinds.awaiting


class Base(DeclarativeBase):
    """Collect this table."""


class Note(Base):
    """A note."""

    __tablename__ = "async_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


BODIES = ("Zoé", "50% off", "zoe", "Łódź", "Bob")
COLUMNS = [ColumnDT(Note.id, mData="id"), ColumnDT(Note.body, mData="body", options=True)]
Do = Callable[[Session], Any]


@pytest.fixture(scope="session")
def notes(engine: Engine) -> Engine:
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": n, "body": body} for n, body in enumerate(BODIES, 1)]
        connection.execute(insert(Note), rows)
    return engine


def awaited(engine: Engine, *do: Do, autocommit: bool = False) -> list[Any]:
    """Do something in `run_sync` of an asynchronous session, one after the other."""

    async def run() -> list[Any]:
        asynchronous = _asynchronous(engine, autocommit)
        try:
            async with AsyncSession(asynchronous) as session:
                return [await session.run_sync(one) for one in do]
        finally:
            await asynchronous.dispose()

    return result_of(run())


def _asynchronous(engine: Engine, autocommit: bool) -> AsyncEngine:
    if engine.dialect.name == "sqlite":  # which commits what is only read in any case
        url = engine.url.set(drivername="sqlite+aiosqlite")
        return create_async_engine(url, module=foreign_sqlite.MODULE)
    url = engine.url.set(drivername="postgresql+psycopg_async")
    return create_async_engine(url, **{"isolation_level": "AUTOCOMMIT"} if autocommit else {})


def inspecting(session: Session) -> dict[str, Any]:
    sent = request(("id", "body"), {"length": "100", "search[value]": "zoe", "inspector": "plan"})
    table = DataTables(sent, select(Note), COLUMNS, session=session, inspect=True)
    return table.output_result()


@pytest.mark.parametrize("autocommit", [True, False])
def test_a_draw_can_be_inspected(notes: Engine, autocommit: bool) -> None:
    [answer] = awaited(notes, inspecting, autocommit=autocommit)
    found = answer["inspector"]
    page = found["statements"][0]
    assert (page["purpose"], found["matched"]) == ("page", 2)
    assert "zoe" in page["sql"]
    assert page["plan"][0]["depth"] == 0


def drawing(changes: dict[str, Any], tuning: Tuning | None = None, method: str = "like") -> Do:
    def draw(session: Session) -> dict[str, Any]:
        columns = [COLUMNS[0], ColumnDT(Note.body, mData="body", search_method=method)]
        sent = request(("id", "body"), {"length": "100", **changes})
        table = DataTables(
            sent, select(Note), columns, True, session=session, tuning=tuning or Tuning()
        )
        return table.output_result()

    return draw


COLUMN = "columns[1][search][value]"


@pytest.mark.parametrize("autocommit", [False, True])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"search[value]": "ZOÉ"}, [1, 3]),
        ({"search[value]": "lodz !bob"}, [4]),
        ({"search[value]": "^[zł]", "search[regex]": "true"}, [1, 3, 4]),
        ({COLUMN: "%o_"}, [1, 3, 5]),
        ({"order[0][column]": "1", "order[0][dir]": "desc", "length": "2", "start": "1"}, [1, 3]),
    ],
)
def test_every_search_finds_its_rows(
    notes: Engine, autocommit: bool, changes: dict[str, Any], expected: list[int]
) -> None:
    answer, again = awaited(notes, drawing(changes), drawing(changes), autocommit=autocommit)
    assert ids(answer) == expected
    assert answer == again


@pytest.mark.parametrize("autocommit", [False, True])
def test_all_rows_are_read(notes: Engine, autocommit: bool) -> None:
    def read(session: Session) -> list[int]:
        order = {"order[0][column]": "0", "order[0][dir]": "desc"}
        sent = request(("id", "body"), {**order, "search[value]": "zoe"})
        with MatchingRows(sent, select(Note), COLUMNS, session=session) as matching:
            return [row["id"] for row in matching]

    assert awaited(notes, read, read, autocommit=autocommit) == [[3, 1], [3, 1]]


def test_a_bad_pattern_is_an_answer(notes: Engine) -> None:
    changes = {"search[value]": "(", "search[regex]": "true"}
    answer, after = awaited(notes, drawing(changes), drawing({}))
    assert answer["error"] == "The regular expression is not valid."
    assert len(after["data"]) == len(BODIES)


def test_writes_of_the_transaction_are_seen_and_not_remembered(notes: Engine) -> None:
    def write(session: Session) -> None:
        session.execute(insert(Note), [{"id": 6, "body": "new"}])

    before, _, within, _, after = awaited(
        notes, drawing({}), write, drawing({}), lambda session: session.rollback(), drawing({})
    )
    counted = [answer["recordsTotal"] for answer in (before, within, after)]
    assert counted == [5, 6, 5]


def _endless(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        return select(func.pg_sleep(60))
    numbers = select(literal(1).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1))
    return select(func.count()).select_from(numbers)


@pytest.mark.parametrize("autocommit", [False, True])
def test_a_statement_that_takes_too_long_is_stopped(notes: Engine, autocommit: bool) -> None:
    def endless(session: Session) -> str | None:
        connection = session.connection()
        dialect = dialect_for(connection)
        with pytest.raises(DBAPIError) as caught, dialect.within(connection, 50):
            connection.execute(_endless(connection))
        return dialect.user_error(caught.value)

    sentence, answer = awaited(notes, endless, drawing({}), autocommit=autocommit)
    assert sentence == TIMEOUT
    assert len(answer["data"]) == len(BODIES)


def test_a_count_over_its_budget_is_at_least(notes: Engine) -> None:
    tuning = Tuning(few=1, count_budget_ms=1000)
    (answer,) = awaited(notes, drawing({"search[value]": "o", "length": "1"}, tuning))
    assert (answer["recordsFiltered"], len(answer["data"])) == (5, 1)


def test_an_async_session_itself_is_refused(notes: Engine) -> None:
    session: Any = AsyncSession(_asynchronous(notes, autocommit=False))
    with pytest.raises(TypeError, match="run_sync"):
        DataTables(request(("id",)), select(Note), COLUMNS, session=session)


# What drivers say that are not installed here, in their words.


@pytest.mark.parametrize(
    ("driver", "adapted", "autocommit", "open_"),
    [
        (SimpleNamespace(info=SimpleNamespace(transaction_status=0), autocommit=True), None,
         True, False),
        (SimpleNamespace(info=SimpleNamespace(transaction_status=2), autocommit=False), None,
         False, True),
        (SimpleNamespace(is_in_transaction=lambda: True), SimpleNamespace(autocommit=False),
         False, True),
        (SimpleNamespace(is_in_transaction=lambda: False), SimpleNamespace(autocommit=True),
         True, False),
        (SimpleNamespace(autocommit=True), None, True, None),
        (SimpleNamespace(), None, False, None),
    ],
    ids=["psycopg", "psycopg2", "asyncpg", "asyncpg autocommit", "pg8000", "unknown"],
)  # fmt: skip
def test_what_drivers_tell_of_a_transaction(
    driver: Any, adapted: Any, autocommit: bool, open_: bool | None
) -> None:
    pooled = SimpleNamespace(driver_connection=driver, dbapi_connection=adapted or driver)
    connection: Any = SimpleNamespace(connection=pooled)
    assert drivers.is_autocommit(connection) is autocommit
    assert drivers.is_in_transaction(connection) is open_


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SimpleNamespace(sqlstate="57014"), "57014"),
        (SimpleNamespace(pgcode="2201B"), "2201B"),
        (Exception({"S": "ERROR", "C": "57014", "M": "canceling statement"}), "57014"),
        (Exception("the connection is lost"), None),
        (Exception(), None),
    ],
)
def test_every_drivers_error_has_its_code(error: Any, code: str | None) -> None:
    assert drivers.sqlstate(error) == code


def test_a_connection_in_autocommit_sees_one_state_and_closes_it(notes: Engine) -> None:
    if notes.dialect.name == "sqlite":
        statement = text("SELECT 1")
    else:
        statement = text("SHOW transaction_isolation")

    def states(session: Session) -> list[Any]:
        connection = session.connection()
        dialect = dialect_for(connection)
        with dialect.one_state(connection):
            inside = connection.scalar(statement), drivers.is_in_transaction(connection)
        return [inside, dialect.has_begun(connection)]

    ((inside, begun),) = awaited(notes, states, autocommit=True)
    assert not begun
    assert inside in (("repeatable read", True), (1, None))
