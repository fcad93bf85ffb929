"""Which tables and columns can have a search index, under any name; the others are refused."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.database import write_engine
from app.serverside import SearchIndex, SearchIndexError, search_index
from app.serverside.dialects.postgresql import search_index as postgresql_search
from app.serverside.dialects.postgresql import search_tables as postgresql_tables
from app.serverside.dialects.postgresql.search_index import column_name
from app.serverside.dialects.search_text import State
from tests import kinds
from tests.conftest import disposing
from tests.serverside.searched import draw, fill, rows, uses_index

pytestmark = kinds.searching


@pytest.fixture(scope="module")
def admin(own_database: str) -> Iterator[Engine]:
    """Give an engine for whoever changes the schema."""
    with disposing(write_engine(own_database)) as engine:
        yield engine


@contextmanager
def made(engine: Engine, *statements: str) -> Iterator[None]:
    """Make something by plain SQL, and drop it."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    yield
    with engine.begin() as connection:
        for statement in reversed(statements):
            head, _, rest = statement.removeprefix("CREATE ").partition(" ")
            connection.exec_driver_sql(f"DROP {head} IF EXISTS {rest.split()[0]}")


def reflected(engine: Engine, name: str, **options: Any) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=engine, **options)


def refusal(engine: Engine, index: SearchIndex) -> str:
    """Return the sentence that making an index raises; nothing is made."""
    with pytest.raises(SearchIndexError) as raised, engine.begin() as connection:
        index.create(connection)
    with engine.connect() as connection:
        assert index.state_in(connection) is State.ABSENT
    return str(raised.value)


NAMES = [
    "tables_100%",
    "tables_50%s",
    'tables_"quoted"',
    "Tables Mixed",
    "user",
    "tables_it's",
    "tables_{braced}",
    "tables_é",
    "tables_" + "x" * 50,
    "tables_" + "y" * 56,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_of_any_name_has_its_index(admin: Engine, name: str) -> None:
    key, text, percent = "the Key", "Text %s", "50%"
    if admin.dialect.name == "postgresql" and "%" in name:
        percent = "fifty"  # the driver reads a column named 50% as a parameter
        text = "Text"
    table = sa.Table(
        name,
        sa.MetaData(),
        sa.Column(key, sa.Integer, primary_key=True),
        sa.Column(text, sa.Text),
        sa.Column(percent, sa.Text),
    )
    index = search_index(table.c[text], table.c[percent])
    table.create(admin)
    try:
        fill(admin, table, text, percent, key=key)
        with admin.begin() as connection:
            assert index.state_in(connection) is State.CURRENT
            index.rebuild(connection)
            index.fold_pending(connection)
            assert index.state_in(connection) is State.CURRENT
        wanted = [
            row[key] for row in rows(table, text, percent, key=key)
            if "Zoé" in row[text] + row[percent] or "zoe" in row[text] + row[percent]
        ]  # fmt: skip
        assert draw(admin, table, "zoe") == wanted
        assert uses_index(admin, table)
    finally:
        table.drop(admin)


def test_two_names_that_begin_alike_are_two_indexes(admin: Engine) -> None:
    metadata = sa.MetaData()
    tables = [
        sa.Table("alike_" + "z" * 55 + end, metadata, sa.Column("id", sa.Integer, primary_key=True),
                 sa.Column("name", sa.Text))
        for end in "ab"
    ]  # fmt: skip
    indexes = [search_index(table.c.name) for table in tables]
    metadata.create_all(admin)
    with admin.begin() as connection:
        assert all(index.state_in(connection) is State.CURRENT for index in indexes)
    metadata.drop_all(admin)


def test_a_column_may_have_another_key_than_its_name(admin: Engine) -> None:
    table = sa.Table(
        "tables_keyed",
        sa.MetaData(),
        sa.Column("Number", sa.Integer, key="number", primary_key=True),
        sa.Column("Full Name", sa.Text, key="name"),
    )
    search_index(table.c.name)
    table.create(admin)
    fill(admin, table, "name", key="number")
    assert draw(admin, table, "zoe") == [2, 8]
    assert uses_index(admin, table)
    table.drop(admin)


def test_a_reflected_table_gets_an_index(admin: Engine) -> None:
    with made(admin, "CREATE TABLE tables_reflected (pk INTEGER PRIMARY KEY, name VARCHAR(40))"):
        table = reflected(admin, "tables_reflected")
        fill(admin, table, "name", key="pk")
        index = search_index(table.c.name)
        with admin.begin() as connection:
            index.create(connection)
        assert draw(admin, table, "zoe", [table.c.pk, table.c.name]) == [2, 8]
        assert uses_index(admin, table, columns=[table.c.pk, table.c.name])
        again = reflected(admin, "tables_reflected")
        second = search_index(again.c.name)
        with admin.begin() as connection:
            assert second.state_in(connection) is State.CURRENT
            second.drop(connection)
        assert "search_text" not in str(reflected(admin, "tables_reflected").c.keys())


def test_a_view_is_refused(admin: Engine) -> None:
    table = "CREATE TABLE viewed (id INTEGER PRIMARY KEY, name TEXT)"
    with made(admin, table, "CREATE VIEW view_of AS SELECT id, name FROM viewed"):
        source = sa.Table(
            "view_of", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.Text),
        )  # fmt: skip
        sentence = refusal(admin, search_index(source.c.name))
        assert sentence == "view_of is a view; only a table can have a search index."


def test_a_table_that_is_not_there_is_refused(admin: Engine) -> None:
    table = sa.Table(
        "nowhere", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
    )  # fmt: skip
    index = search_index(table.c.name)
    assert refusal(admin, index).startswith("There is no table nowhere in this database")
    with admin.begin() as connection:
        index.suspend(connection)
        index.drop(connection)
        index.fold_pending(connection)


def test_a_column_that_the_database_does_not_have_is_refused(admin: Engine) -> None:
    with made(admin, "CREATE TABLE tables_less (id INTEGER PRIMARY KEY, name TEXT)"):
        table = reflected(admin, "tables_less")
        table.append_column(sa.Column("email", sa.Text))
        sentence = refusal(admin, search_index(table.c.name, table.c.email))
        assert sentence == "The table tables_less has no column email to keep in a search index."


def test_a_column_that_the_database_computes_is_refused(admin: Engine) -> None:
    column = "shout TEXT GENERATED ALWAYS AS (upper(name)) STORED"
    with made(admin, f"CREATE TABLE computed (id INTEGER PRIMARY KEY, name TEXT, {column})"):
        table = reflected(admin, "computed")
        with pytest.raises(
            TypeError, match=r"computed.shout can't be .*: the database computes it"
        ):
            search_index(table.c.shout)
        plain = sa.Table(
            "computed", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("shout", sa.Text),
        )  # fmt: skip
        assert "computed.shout is generated" in refusal(admin, search_index(plain.c.shout))


KEYS = {
    "text": "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT)",
    "two": "CREATE TABLE keys (id INTEGER, two INTEGER, name TEXT, PRIMARY KEY (id, two))",
    "promised": "CREATE TABLE keys (id INTEGER NOT NULL, name TEXT)",
    "null": "CREATE TABLE keys (id BIGINT UNIQUE, name TEXT)",
}
NUMBERED = {
    "integer": "CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT)",
    "big": "CREATE TABLE keys (id BIGINT NOT NULL PRIMARY KEY, name TEXT)",
    "small": "CREATE TABLE keys (id SMALLINT NOT NULL, name TEXT, PRIMARY KEY (id))",
}
WITHOUT_ROWID = "CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID"


@pytest.mark.parametrize("name", KEYS)
def test_sqlite_needs_a_number_that_the_database_keeps_unique(admin: Engine, name: str) -> None:
    """A model may promise more than the database keeps."""
    with made(admin, KEYS[name]):
        promised = (
            [] if name in ("text", "two") else [sa.Column("id", sa.Integer, primary_key=True)]
        )
        table = reflected(admin, "keys")
        if promised:
            table = sa.Table("keys", sa.MetaData(), *promised, sa.Column("name", sa.Text))
        index = search_index(table.c.name)
        if admin.dialect.name == "sqlite":
            assert "no single integer key" in refusal(admin, index)
            return
        with admin.begin() as connection:
            index.create(connection)
            assert index.state_in(connection) is State.CURRENT


@pytest.mark.parametrize("name", [*NUMBERED, "without rowid"])
def test_a_number_of_any_size_is_a_key(admin: Engine, name: str) -> None:
    statement = NUMBERED.get(name, WITHOUT_ROWID)
    if admin.dialect.name == "postgresql":
        statement = statement.removesuffix(" WITHOUT ROWID")
    with made(admin, statement):
        table = reflected(admin, "keys")
        index = search_index(table.c.name)
        with admin.begin() as connection:
            index.create(connection)
        fill(admin, table, "name")
        assert draw(admin, table, "zoe", [table.c.id, table.c.name]) == [2, 8]
        with admin.begin() as connection:
            assert index.state_in(connection) is State.CURRENT
            index.drop(connection)


def test_a_table_made_anew_without_its_key_does_not_use_its_index(admin: Engine) -> None:
    with made(admin, NUMBERED["integer"]):
        table = reflected(admin, "keys")
        index = search_index(table.c.name)
        with admin.begin() as connection:
            index.create(connection)
            connection.exec_driver_sql("DROP TABLE keys")
            connection.exec_driver_sql("CREATE TABLE keys (id INTEGER, name TEXT)")
            connection.exec_driver_sql("INSERT INTO keys VALUES (1, 'zoe'), (2, 'plain')")
        found = draw(admin, table, "zoe")
        assert found == [1]
        assert not uses_index(admin, table)
        with admin.begin() as connection:
            index.drop(connection)


class Mood(enum.Enum):
    """A state of mind."""

    GLAD = "glad"


class Reversed(sa.types.TypeDecorator[str]):
    """Show a text backwards."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value and value[::-1]


class Shortened(sa.types.TypeDecorator[str]):
    """Cut a text as it is written; what is shown is what is held."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value and value[:40]


class Twice(sa.types.TypeDecorator[str]):
    """Decorate a decorated type."""

    impl = Reversed
    cache_ok = True


class Model(DeclarativeBase):
    """Collect this file's models."""


class Refused(Model):
    """Columns that no search index can hold, and one that it can."""

    __tablename__ = "tables_refused"

    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[Mood]
    strings: Mapped[str] = mapped_column(sa.Enum("a", "b", native_enum=False))
    born: Mapped[Any] = mapped_column(sa.Date)
    data: Mapped[Any] = mapped_column(sa.JSON)
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary)
    backwards: Mapped[str] = mapped_column(Reversed)
    twice: Mapped[str] = mapped_column(Twice)
    shortened: Mapped[str] = mapped_column(Shortened(40))
    shout: Mapped[str] = mapped_column(sa.Text, sa.Computed("upper(shortened)"))


UNKNOWN = sa.Table("tables_unknown", sa.MetaData(), sa.Column("unknown"))
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "an enum": (lambda: Refused.mood, "it does not hold text"),
    "an enum of texts": (lambda: Refused.strings, "it does not hold text"),
    "a number": (lambda: Refused.id, "it does not hold text"),
    "a date": (lambda: Refused.born, "it does not hold text"),
    "json": (lambda: Refused.data, "it does not hold text"),
    "bytes": (lambda: Refused.raw, "it does not hold text"),
    "an unknown type": (lambda: UNKNOWN.c.unknown, "it does not hold text"),
    "another text than shown": (lambda: Refused.backwards, "its type, Reversed, shows something"),
    "a type of such a type": (lambda: Refused.twice, "can't be in a search index"),
    "computed": (lambda: Refused.shout, "the database computes it"),
    "an expression": (lambda: sa.func.lower(Refused.shortened), "it is not a column of a table"),
    "a label": (lambda: Refused.shortened.label("x"), "it is not a column of a table"),
    "a subquery's": (
        lambda: sa.select(Refused.shortened).subquery().c.shortened,
        "it is not a column of a table",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_hold_the_text_it_shows_is_refused_when_declared(name: str) -> None:
    column, reason = REFUSED[name]
    with pytest.raises(TypeError, match=reason) as raised:
        search_index(column())
    assert "can't be in a search index: " in str(raised.value)


def test_columns_of_two_tables_are_refused() -> None:
    other = sa.Table("tables_other", sa.MetaData(), sa.Column("name", sa.Text))
    with pytest.raises(TypeError, match="columns of one table"):
        search_index(Refused.shortened, other.c.name)
    with pytest.raises(TypeError, match="columns of one table"):
        search_index()


def test_a_type_that_only_changes_what_is_written_is_text() -> None:
    assert search_index(Refused.shortened).columns == (Refused.__table__.c.shortened,)


def test_a_column_of_an_enum_of_the_database_s_is_refused_by_name(admin: Engine) -> None:
    """SQLite keeps text in any column."""
    if admin.dialect.name == "sqlite":
        assert search_index(reflected_like("moods").c.mood)
        return
    mood, table = (
        "CREATE TYPE mood AS ENUM ('glad')",
        "CREATE TABLE moods (id int PRIMARY KEY, mood mood)",
    )
    with made(admin, mood, table):
        sentence = refusal(admin, search_index(reflected_like("moods").c.mood))
        assert sentence == "moods.mood is of the type mood; a search index takes only text."


def reflected_like(name: str) -> sa.Table:
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mood", sa.Text),
    )


PARTITIONED = (
    "CREATE TABLE parted (id int, name text, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
    "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (5)",
    "CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (5) TO (100)",
)


def test_a_partitioned_table_has_one_index_for_its_parts(admin: Engine) -> None:
    """SQLite has no partitions, so a plain table stands for them."""
    parted = PARTITIONED if admin.dialect.name == "postgresql" else (NUMBERED["integer"],)
    name = "parted" if admin.dialect.name == "postgresql" else "keys"
    with made(admin, *parted):
        table = reflected(admin, name)
        fill(admin, table, "name")
        index = search_index(table.c.name)
        with admin.begin() as connection:
            index.create(connection)
            assert index.state_in(connection) is State.CURRENT
        assert draw(admin, table, "zoe", [table.c.id, table.c.name]) == [2, 8]
        assert uses_index(admin, table, columns=[table.c.id, table.c.name])
        if admin.dialect.name == "postgresql":
            part = search_index(reflected(admin, "parted_low").c.name)
            with admin.connect() as connection:
                assert part.stored_in(connection)
        with admin.begin() as connection:
            index.drop(connection)
        if admin.dialect.name == "postgresql":
            sentence = refusal(admin, search_index(reflected(admin, "parted_low").c.name))
            assert sentence.startswith("parted_low is a part of another table")


def test_a_part_with_another_expression_makes_the_index_unused(admin: Engine) -> None:
    """Only PostgreSQL has tables of parts; on SQLite a trigger that differs is as bad."""
    if admin.dialect.name == "sqlite":
        with made(admin, NUMBERED["integer"]):
            table = reflected(admin, "keys")
            index = search_index(table.c.name)
            with admin.begin() as connection:
                index.create(connection)
                connection.exec_driver_sql("DROP TRIGGER keys_search_insert")
                connection.exec_driver_sql(
                    "CREATE TRIGGER keys_search_insert AFTER INSERT ON keys BEGIN "
                    'INSERT INTO "keys_search"(id, text) VALUES (NEW.id, NULL); END'
                )
                assert index.state_in(connection) is State.OUTDATED
                index.drop(connection)
        return
    with made(admin, *PARTITIONED):
        table = reflected(admin, "parted")
        index = search_index(table.c.name)
        with admin.begin() as connection:
            index.create(connection)
            found = postgresql_tables.parts(connection, "parted")
        assert [part.kind for part in found] == ["p", "r", "r"]
        assert postgresql_search._state(index, found) is State.CURRENT
        found[-1].generated[column_name(index)] = "upper(name)"
        assert postgresql_search._state(index, found) is State.OUTDATED
