"""An engine for draws can't write, stops what takes too long, and sends one statement a draw."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, exc, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool, Pool, StaticPool

from app.serverside import ColumnDT, DataTables, reading_engine
from app.serverside.dialects import TIMEOUT, dialect_for
from tests.conftest import disposing
from tests.serverside.undisturbed import undisturbed

LONG = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT sum(i) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
    "mysql": (
        "SELECT count(*) FROM information_schema.columns AS a, "
        "information_schema.columns AS b, information_schema.columns AS c"
    ),
}


class Base(DeclarativeBase):
    """Collect this file's table."""


class Note(Base):
    """A text."""

    __tablename__ = "engine_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


@pytest.fixture(scope="module")
def reader(own_database: str) -> Iterator[Engine]:
    with disposing(create_engine(own_database)) as engine:
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add_all([Note(text="one"), Note(text="two")])
    with disposing(reading_engine(own_database, statement_timeout_ms=200)) as engine:
        yield engine


def test_it_can_not_write(reader: Engine) -> None:
    with reader.connect() as connection, pytest.raises(exc.DBAPIError, match=r"(?i)read"):
        connection.execute(text("DELETE FROM engine_notes"))


def test_a_statement_over_the_limit_is_stopped(reader: Engine) -> None:
    with reader.connect() as connection:
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text(LONG[reader.dialect.name])).all()
        assert dialect_for(connection).user_error(caught.value) == TIMEOUT
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_draw_is_one_statement(reader: Engine) -> None:
    columns = [ColumnDT(Note.id, mData="id"), ColumnDT(Note.text, mData="text")]
    asked = {"draw": 1, "columns": [{"data": "id"}, {"data": "text"}], "search": {"value": "tw"}}

    def drawn() -> list[dict[str, object]]:
        with Session(reader) as session:
            query = select().select_from(Note)
            table = DataTables(asked, query, columns, session=session)
            rows: list[dict[str, object]] = table.output_result()["data"]
            return rows

    sent: list[str] = []
    event.listen(reader, "before_cursor_execute", lambda *call: sent.append(call[2]))

    def takes_one() -> bool:
        drawn()
        sent.clear()
        assert drawn() == [{"id": 2, "text": "two"}]
        return len(sent) == 1

    assert undisturbed(takes_one)


@pytest.mark.parametrize("pool", [NullPool, StaticPool])
def test_any_pool_will_do(own_database: str, pool: type[Pool]) -> None:
    engine = reading_engine(own_database, poolclass=pool)
    with disposing(engine), engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_database_in_memory_will_do() -> None:
    with disposing(reading_engine("sqlite://")) as engine, engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_what_the_caller_says_goes_first(own_database: str) -> None:
    engine = reading_engine(own_database, isolation_level="SERIALIZABLE")
    with disposing(engine), engine.connect() as connection:
        assert connection.get_isolation_level() == "SERIALIZABLE"
