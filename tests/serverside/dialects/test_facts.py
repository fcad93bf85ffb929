"""What the database enforces for a table, as it says itself: what the engine's speed rests on."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, text

from app.serverside.dialects import dialect_for
from app.serverside.dialects.catalogue import NO_FACTS, TableFacts
from tests import kinds

ODD = 'Told "it" %'


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose tables are taken back."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS told_child"))
        for name in ("told", quoted(connection, ODD)):
            connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
        connection.execute(text("DROP VIEW IF EXISTS told_view"))


def quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name).replace("%%", "%")


def facts(connection: Connection, *statements: str, name: str = "told") -> TableFacts:
    for statement in statements:
        connection.execute(text(statement))
    return dialect_for(connection).table_facts(connection, sa.Table(name, sa.MetaData()))


def keys(*names: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(part.split()) for part in names)


def test_a_primary_key_is_a_key(connection: Connection) -> None:
    found = facts(connection, "CREATE TABLE told (id INTEGER PRIMARY KEY, word TEXT)")
    assert (found.keys, found.filled) == (keys("id"), {"id"})
    assert found.is_key(["word", "id"])
    assert not found.is_key(["word"])


def test_several_columns_may_be_the_key_together(connection: Connection) -> None:
    ddl = "CREATE TABLE told (a VARCHAR(9) NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b))"
    found = facts(connection, ddl)
    assert found.keys == keys("a b")
    assert not found.is_key(["a"])


def test_unique_columns_are_a_key_where_they_can_not_be_null(connection: Connection) -> None:
    ddl = "CREATE TABLE told (a INTEGER NOT NULL UNIQUE, b INTEGER UNIQUE, c INTEGER NOT NULL)"
    assert facts(connection, ddl).keys == keys("a")


@kinds.partial_indexes
@pytest.mark.parametrize(
    "index", ["(a) WHERE a > 3", "(lower(b))", "(a, lower(b))"], ids=["part", "expression", "both"]
)
def test_an_index_of_some_rows_or_of_expressions_is_no_key(
    connection: Connection, index: str
) -> None:
    ddl = "CREATE TABLE told (a INTEGER NOT NULL, b TEXT NOT NULL)"
    found = facts(connection, ddl, f"CREATE UNIQUE INDEX told_some ON told {index}")
    assert (found.keys, found.filled) == (frozenset(), {"a", "b"})


def test_what_only_names_a_table_has_no_facts(connection: Connection) -> None:
    view = "CREATE VIEW told_view AS SELECT 1 AS id"
    assert facts(connection, view, name="told_view") == NO_FACTS
    assert facts(connection, name="told_nowhere") == NO_FACTS


def test_any_name_can_be_asked_about(connection: Connection) -> None:
    table, column = quoted(connection, ODD), quoted(connection, "ID x")
    ddl = f"CREATE TABLE {table} ({column} INTEGER PRIMARY KEY)"
    assert facts(connection, ddl, name=ODD).keys == keys_of("ID x")


def keys_of(name: str) -> frozenset[frozenset[str]]:
    return frozenset({frozenset({name})})


def test_sqlites_keys_of_text_may_be_null(connection: Connection) -> None:
    found = facts(connection, "CREATE TABLE told (id VARCHAR(9) PRIMARY KEY)")
    enforced = connection.dialect.name != "sqlite"
    assert found.keys == (keys("id") if enforced else frozenset())


def test_texts_that_compare_by_rules_of_their_own_are_told(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        ddl = "CREATE TABLE told (id TEXT COLLATE NOCASE NOT NULL PRIMARY KEY)"
        assert facts(connection, ddl).collates
    elif connection.dialect.name == "mysql":  # each of them has such rules
        ddl = "CREATE TABLE told (id VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY)"
        assert facts(connection, ddl).collates
    else:  # where two texts can be compared, they have one collation
        assert not facts(connection, 'CREATE TABLE told (id TEXT COLLATE "C" PRIMARY KEY)').collates


def test_rows_of_children_meet_no_key_of_their_parent(connection: Connection) -> None:
    told = "CREATE TABLE told (id INTEGER PRIMARY KEY)"
    if connection.dialect.name != "postgresql":
        assert facts(connection, told).keys == keys("id")
        return
    assert facts(connection, told, "CREATE TABLE told_child () INHERITS (told)") == NO_FACTS


def test_a_key_that_may_be_broken_for_a_while_is_none(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        assert facts(connection, "CREATE TABLE told (a INTEGER NOT NULL)").keys == frozenset()
        return
    ddl = "CREATE TABLE told (a INTEGER PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)"
    assert facts(connection, ddl).keys == frozenset()


def test_columns_that_an_index_only_carries_are_no_part_of_its_key(connection: Connection) -> None:
    ddl = "CREATE TABLE told (a INTEGER NOT NULL, b INTEGER NOT NULL)"
    include = " INCLUDE (b)" if connection.dialect.name == "postgresql" else ""
    found = facts(connection, ddl, f"CREATE UNIQUE INDEX told_a ON told (a){include}")
    assert found.keys == keys("a")


def test_tables_are_found_wherever_a_bare_name_is(connection: Connection) -> None:
    temporary = "CREATE TEMPORARY TABLE told (id INTEGER NOT NULL)"
    found = facts(connection, "CREATE TABLE told (id INTEGER PRIMARY KEY)", temporary)
    assert found.keys == frozenset()  # the temporary one hides the other
