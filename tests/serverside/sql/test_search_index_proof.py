"""A search index is used only where the database has exactly what the declaration makes."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.schema import CreateTable

from app.database import write_engine
from app.serverside import SearchIndex, SearchIndexError, search_index
from app.serverside.dialects import catalogue
from app.serverside.dialects.postgresql import search_index as postgresql_search
from app.serverside.dialects.search_text import State
from app.serverside.dialects.sqlite import search_tables as sqlite_search_tables
from app.serverside.sql.search_index import index_of
from tests import kinds
from tests.conftest import disposing
from tests.serverside.searched import draw, fill, recorded, uses_index

pytestmark = kinds.searching

Made = tuple[sa.Table, SearchIndex]


@pytest.fixture(scope="module")
def admin(own_database: str) -> Iterator[Engine]:
    """Give an engine for whoever changes the schema."""
    with disposing(write_engine(own_database)) as engine:
        yield engine


@pytest.fixture
def worker(own_database: str) -> Iterator[Engine]:
    """Give an engine of a process that only draws, and knows nothing yet."""
    with disposing(create_engine(own_database, isolation_level="AUTOCOMMIT")) as engine:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda c, _: c.execute("ATTACH ':memory:' AS two"))
        yield engine


@pytest.fixture
def people(admin: Engine) -> Iterator[Made]:
    """Give a filled table that declares a search index, which the database lacks."""
    table = sa.Table(
        "proof_people",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.String(50)),
    )
    table.create(admin)
    fill(admin, table, "name", "email")
    index = search_index(table.c.name, table.c.email)
    yield table, index
    with admin.begin() as connection:
        index.drop(connection)
    table.drop(admin)


def create(engine: Engine, index: SearchIndex) -> None:
    with engine.begin() as connection:
        index.create(connection)


def state(engine: Engine, index: SearchIndex) -> State:
    with engine.connect() as connection:
        return index.state_in(connection)


def change(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def a_minute_later(engine: Engine) -> None:
    catalogue.forget(engine)


def other(table: sa.Table, *names: str) -> Made:
    """Declare the index of the same table otherwise, as another version of an app does."""
    again = table.to_metadata(sa.MetaData())
    return again, search_index(*(again.c[name] for name in names))


def test_an_index_made_while_workers_run_is_used_a_minute_later(
    admin: Engine, worker: Engine, people: Made
) -> None:
    table, index = people
    assert not uses_index(worker, table)
    found = draw(worker, table, "zoe")
    create(admin, index)
    assert draw(worker, table, "zoe") == found
    a_minute_later(worker)
    assert uses_index(worker, table)
    assert draw(worker, table, "zoe") == found


def test_a_draw_does_not_fail_for_an_index_that_was_just_dropped(
    admin: Engine, worker: Engine, people: Made
) -> None:
    table, index = people
    create(admin, index)
    found = draw(worker, table, "zoe")
    assert uses_index(worker, table)
    with admin.begin() as connection:
        index.drop(connection)
    assert draw(worker, table, "zoe") == found
    assert not uses_index(worker, table)


def test_a_draw_does_not_read_an_index_that_was_just_made_of_other_columns(
    admin: Engine, worker: Engine, people: Made
) -> None:
    table, index = people
    create(admin, index)
    terms = ("zoe", "plain", "50%")
    found = [draw(worker, table, term) for term in terms]
    assert uses_index(worker, table)
    _, renewed = other(table, "name")
    create(admin, renewed)
    assert [draw(worker, table, term) for term in terms] == found


def test_tables_of_one_name_in_two_schemas_are_told_apart(
    admin: Engine, worker: Engine, people: Made
) -> None:
    table, index = people
    create(admin, index)
    if admin.dialect.name == "postgresql":
        change(admin, "CREATE SCHEMA two")
    second = table.to_metadata(sa.MetaData(), schema="two")
    with worker.connect() as connection:
        connection.execute(CreateTable(second))
        connection.execute(second.insert(), [{"id": 70, "name": "zoe", "email": ""}])
        assert draw(connection, second, "zoe") == [70]
        assert len(draw(connection, table, "zoe")) > 1
        assert draw(connection, second, "zoe") == [70]
        translated = connection.execution_options(schema_translate_map={None: "two"})
        assert not index.stored_in(translated)
        assert draw(translated, table, "zoe") == [70]
    assert uses_index(worker, table)
    if admin.dialect.name == "postgresql":
        with worker.connect() as connection:
            connection.exec_driver_sql("SET search_path TO two")
            assert draw(connection, table, "zoe") == [70]
            connection.exec_driver_sql("RESET search_path")
        change(admin, "DROP SCHEMA two CASCADE")


def test_a_copy_of_a_table_has_an_index_of_its_own(admin: Engine, people: Made) -> None:
    table, index = people
    copy = table.to_metadata(sa.MetaData(), name="proof_copied")
    own = index_of(copy)
    assert own is not None
    assert own.table is copy
    assert index_of(table) is index
    copy.create(admin)
    fill(admin, copy, "name", "email")
    create(admin, own)
    assert state(admin, index) is State.ABSENT
    assert uses_index(admin, copy)
    assert not uses_index(admin, table)
    copy.drop(admin)


def test_an_index_of_other_columns_is_not_used_but_replaced(
    admin: Engine, worker: Engine, people: Made
) -> None:
    table, index = people
    create(admin, index)
    newer, renewed = other(table, "email", "name")
    assert state(admin, renewed) is State.OUTDATED
    found = draw(worker, newer, "zoe")
    assert not uses_index(worker, newer)
    create(admin, renewed)
    assert state(admin, renewed) is State.CURRENT
    assert state(admin, index) is State.OUTDATED
    a_minute_later(worker)
    assert draw(worker, newer, "zoe") == found
    assert uses_index(worker, newer)


def test_an_index_of_another_rule_of_folding_is_not_used_but_replaced(
    admin: Engine, worker: Engine, people: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, index = people
    create(admin, index)
    monkeypatch.setattr(sqlite_search_tables, "_rule", lambda: "another")
    monkeypatch.setattr(postgresql_search, "folded_sql", lambda text: f"upper({text})")
    assert state(admin, index) is State.OUTDATED
    assert not uses_index(worker, table)
    create(admin, index)
    assert state(admin, index) is State.CURRENT
    monkeypatch.undo()
    assert state(admin, index) is State.OUTDATED


TAMPERED: dict[str, dict[str, list[str]]] = {
    "a column that took another's name": {
        "sqlite": [
            "ALTER TABLE proof_people RENAME COLUMN name TO former",
            "ALTER TABLE proof_people ADD COLUMN name TEXT",
        ],
        "postgresql": [
            "ALTER TABLE proof_people RENAME COLUMN name TO former",
            "ALTER TABLE proof_people ADD COLUMN name text",
        ],
    },
    "columns that changed names": {
        kind: [
            "ALTER TABLE proof_people RENAME COLUMN name TO passing",
            "ALTER TABLE proof_people RENAME COLUMN email TO name",
            "ALTER TABLE proof_people RENAME COLUMN passing TO email",
        ]
        for kind in ("sqlite", "postgresql")
    },
    "a part that is gone": {
        "sqlite": ["DROP TRIGGER proof_people_search_update"],
        "postgresql": ["ALTER TABLE proof_people ALTER COLUMN {column} DROP EXPRESSION"],
    },
}


@pytest.mark.parametrize("name", TAMPERED)
def test_an_index_that_somebody_changed_is_not_used(
    admin: Engine, worker: Engine, people: Made, name: str
) -> None:
    table, index = people
    create(admin, index)
    column = postgresql_search.column_name(index)
    change(admin, *(sql.format(column=column) for sql in TAMPERED[name][admin.dialect.name]))
    assert state(admin, index) in (State.OUTDATED, State.ABSENT)
    assert not uses_index(worker, table)
    if admin.dialect.name == "postgresql":
        change(admin, f"ALTER TABLE proof_people DROP COLUMN IF EXISTS {column}")


FOREIGN: dict[str, Callable[[], str]] = {
    "a table": lambda: "CREATE TABLE proof_people_search (id INTEGER PRIMARY KEY, hits INTEGER)",
    "a table in capitals": lambda: "CREATE TABLE Proof_People_Search (id INTEGER PRIMARY KEY)",
    "a trigger": lambda: (
        "CREATE TRIGGER proof_people_search_insert AFTER INSERT ON proof_people BEGIN SELECT 1; END"
    ),
    "a view": lambda: (
        "CREATE VIEW proof_people_search AS SELECT id, name AS text FROM proof_people"
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_somebody_else_has_under_the_name_is_left_alone(
    admin: Engine, worker: Engine, people: Made, name: str
) -> None:
    """PostgreSQL's names end with a digest: nobody else has them."""
    table, index = people
    if admin.dialect.name == "postgresql":
        column = "search_text text GENERATED ALWAYS AS (upper(name)) STORED"
        change(admin, f"ALTER TABLE proof_people ADD COLUMN {column}")
        assert state(admin, index) is State.ABSENT
        create(admin, index)
        with admin.begin() as connection:
            index.drop(connection)
            assert (
                "PLAIN" in connection.scalars(sa.text("SELECT search_text FROM proof_people")).all()
            )
        return
    change(admin, FOREIGN[name]())
    assert state(admin, index) is State.FOREIGN
    assert not uses_index(worker, table)
    with admin.begin() as connection:
        with pytest.raises(SearchIndexError, match="which is something else"):
            index.create(connection)
        index.drop(connection)
        index.suspend(connection)
    assert state(admin, index) is State.FOREIGN
    kind, _, rest = FOREIGN[name]().removeprefix("CREATE ").partition(" ")
    change(admin, f"DROP {kind} {rest.split()[0]}")


def test_a_rollback_leaves_no_index_and_no_belief_in_one(admin: Engine, people: Made) -> None:
    table, index = people
    with admin.connect() as connection:
        index.create(connection)
        assert index.stored_in(connection)
        found = draw(connection, table, "zoe")
        connection.rollback()
    assert state(admin, index) is State.ABSENT
    assert draw(admin, table, "zoe") == found
    assert not uses_index(admin, table)


def test_creating_again_changes_nothing(admin: Engine, people: Made) -> None:
    _, index = people
    create(admin, index)
    with recorded(admin) as sent:
        create(admin, index)
    changes = [sql for sql in sent if sql.split()[0] in ("CREATE", "ALTER", "DROP", "INSERT")]
    assert changes == []
    with admin.begin() as connection:
        index.drop(connection)
        index.drop(connection)
    assert state(admin, index) is State.ABSENT


@pytest.mark.parametrize("who", ["worker", "who made it"])
def test_draws_ask_for_the_index_once(
    worker: Engine, admin: Engine, people: Made, who: str
) -> None:
    table, index = people
    create(admin, index)
    engine = worker if who == "worker" else admin
    draw(engine, table, "zoe")
    with recorded(engine, catalogue_too=True) as asked:
        draw(engine, table, "plain")
    assert not [sql for sql in asked if "pg_attribute" in sql or "sqlite_master" in sql]
