"""A database that nobody has made exact is refused in a sentence, before it is asked anything."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from app.models import User
from app.serverside import ColumnDT, DataTables, UnsupportedDatabase
from app.serverside.dialects import Dialect, dialect_of
from app.serverside.sql.search_index import index_of

COLUMNS = [ColumnDT(User.id, mData="id"), ColumnDT(User.name, mData="name")]
REQUEST = {"draw": "1", "start": "0", "length": "10", "columns[0][data]": "id"}
UNKNOWN = ["mssql+pyodbc", "oracle+oracledb"]


class AskedError(Exception):
    """Somebody connected."""


def engine_of(name: str) -> Engine:
    """Return an engine whose driver is none: it fails when it is asked to connect."""
    driver = MagicMock(paramstyle="qmark", version="9.9.9", __version__="9.9.9", Error=OSError)
    return create_engine(f"{name}://", module=driver, creator=MagicMock(side_effect=AskedError))


@pytest.fixture(params=UNKNOWN)
def unknown(request: pytest.FixtureRequest) -> Engine:
    return engine_of(request.param)


def test_asking_for_a_connection_would_be_noticed(unknown: Engine) -> None:
    with pytest.raises(AskedError):
        unknown.connect()


def test_an_unknown_database_is_refused_in_a_sentence(unknown: Engine) -> None:
    with Session(unknown) as session, pytest.raises(UnsupportedDatabase) as refused:
        DataTables(REQUEST, select().select_from(User), COLUMNS, session=session)
    assert str(refused.value) == (
        "DataTables answers from MariaDB, MySQL, PostgreSQL and SQLite; "
        f"this session's database is {unknown.dialect.name}."
    )
    assert isinstance(refused.value, TypeError)


def test_a_query_of_an_unknown_database_is_refused(unknown: Engine) -> None:
    with Session(unknown) as session, pytest.raises(UnsupportedDatabase):
        DataTables(REQUEST, session.query().select_from(User), COLUMNS)


def test_a_model_bound_to_an_unknown_database_is_refused(unknown: Engine) -> None:
    known = create_engine("sqlite://")
    with Session(known, binds={User: unknown}) as session, pytest.raises(UnsupportedDatabase):
        DataTables(REQUEST, select().select_from(User), COLUMNS, session=session)


def test_known_databases_are_not_refused(engine: Engine) -> None:
    assert isinstance(dialect_of(engine), Dialect)


def test_tables_can_be_made_in_an_unknown_database(unknown: Engine) -> None:
    """They get no search index; only who asks for one by name is told so."""
    table: Any = User.__table__
    connection: Any = SimpleNamespace(dialect=unknown.dialect)
    table.dispatch.after_create(table, connection)
    table.dispatch.after_drop(table, connection)
    index = index_of(table)
    assert index is not None
    with pytest.raises(UnsupportedDatabase):
        index.create(connection)


def test_a_dialect_that_leaves_a_question_open_can_not_be_made() -> None:
    class Half(Dialect):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]
