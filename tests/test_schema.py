"""A database that an older version of the app has made keeps its rows and gets what is new."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert, select, text

from app.database import write_engine
from app.models import SEARCHES, Address, State, User
from app.schema import VERSION, create_schema
from app.serverside.dialects.search_text import State as Index
from app.serverside.dialects.sqlite.search_tables import names
from tests import kinds
from tests.conftest import disposing

pytestmark = kinds.searching

# How version 2 kept its search texts, with columns of its own rule of folding.
OLD_COLUMN = """
ALTER TABLE {table} ADD COLUMN search_text text GENERATED ALWAYS AS (
    lower(normalize(coalesce(translate({column}::text, chr(31), chr(30)), ''), NFD) COLLATE "C")
) STORED
"""
OLD_INDEX = (
    "CREATE INDEX {table}_search_index ON {table} USING gin (search_text public.gin_trgm_ops)"
)
OLD_TABLES = [
    'CREATE TABLE "{table}_search" (id INTEGER PRIMARY KEY, text TEXT)',
    'CREATE INDEX "{table}_search_pending" ON "{table}_search" (id) WHERE text IS NULL',
    (
        "CREATE VIRTUAL TABLE \"{table}_search_index\" USING fts5(text, content='{table}_search', "
        "content_rowid='id', tokenize='trigram case_sensitive 1', detail=none)"
    ),
    (
        'CREATE TRIGGER "{table}_search_added" AFTER INSERT ON "{table}_search" '
        "WHEN NEW.text IS NOT NULL BEGIN "
        'INSERT INTO "{table}_search_index"(rowid, text) VALUES (NEW.id, NEW.text); END'
    ),
    (
        'CREATE TRIGGER "{table}_search_insert" AFTER INSERT ON "{table}" BEGIN '
        'INSERT INTO "{table}_search"(id, text) VALUES (NEW."id", lower(NEW."{column}")); END'
    ),
]


@pytest.fixture
def old(database_url: str) -> Iterator[Engine]:
    """Give an engine on a database of version 2, with a row in each table."""
    with disposing(write_engine(database_url)) as engine:
        create_schema(engine)
        with engine.begin() as connection:
            for search, column in zip(SEARCHES, ("name", "city"), strict=True):
                search.drop(connection)
                make_the_old_way(connection, search.table.name, column)
            connection.execute(text("UPDATE app_state SET value = '2' WHERE key = 'schema'"))
            place = {"id": 1, "street": "", "city": "Ōsaka", "state": "", "postcode": ""}
            connection.execute(insert(Address).values(**place, country="Japan"))
            connection.execute(insert(User).values(id=1, name="Zoé パパ", email="z@example.com"))
        yield engine


def make_the_old_way(connection: Connection, table: str, column: str) -> None:
    statements = OLD_TABLES
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        statements = [OLD_COLUMN, OLD_INDEX]
    for statement in statements:
        connection.exec_driver_sql(statement.format(table=table, column=column))


def test_search_indexes_of_version_2_are_not_used(old: Engine) -> None:
    with old.connect() as connection:
        assert [search.state_in(connection) for search in SEARCHES] == [Index.OUTDATED] * 2


def test_a_start_makes_them_anew_and_keeps_the_rows(old: Engine) -> None:
    create_schema(old)
    with old.connect() as connection:
        version = connection.scalar(select(State.value).where(State.key == "schema"))
        assert version == VERSION
        assert [search.state_in(connection) for search in SEARCHES] == [Index.CURRENT] * 2
        assert connection.scalars(select(User.name)).all() == ["Zoé パパ"]
        assert connection.scalars(select(Address.city)).all() == ["Ōsaka"]
    create_schema(old)


def test_nothing_of_version_2_is_left(old: Engine) -> None:
    create_schema(old)
    with old.connect() as connection:
        if old.dialect.name == "sqlite":
            held = text(f"SELECT text FROM {names(SEARCHES[1])['side']}")  # noqa: S608 - ours
            assert "osaka" in str(connection.scalar(held))
        else:
            left = "SELECT 1 FROM pg_attribute WHERE attname = 'search_text' AND NOT attisdropped"
            assert connection.scalar(text(left)) is None


def test_a_start_that_fails_leaves_the_older_version(
    old: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(SEARCHES[1]), "rebuild", fail)
    with pytest.raises(RuntimeError):
        create_schema(old)
    monkeypatch.undo()
    create_schema(old)
    with old.connect() as connection:
        assert SEARCHES[1].state_in(connection) is Index.CURRENT
