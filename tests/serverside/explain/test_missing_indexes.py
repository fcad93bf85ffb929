"""`explain` advises only search indexes that can be made, and names what they are of rightly."""

import enum
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, ForeignKey, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from app.database import write_engine
from app.serverside import ColumnDT, DataTables, SearchIndex, search_index
from app.serverside.dialects.search_text import State
from app.serverside.explain import explain
from app.serverside.sql.search_index import INFO
from tests import kinds
from tests.conftest import disposing
from tests.serverside.searched import draw

pytestmark = kinds.searching

ADVICE = "; write beside its model: "


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Mood(enum.Enum):
    """A state of mind."""

    GLAD = "glad"
    SAD = "sad"


class Backwards(sa.types.TypeDecorator[str]):
    """Show a text backwards."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value and value[::-1]


# Every kind of column; on SQLite, what PostgreSQL alone has is kept as text.
PG = "postgresql"
TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "string": sa.String(40),
    "unicode": sa.Unicode(40),
    "char": sa.CHAR(10),
    "citext": sa.Text().with_variant(postgresql.CITEXT(), PG),
    "collated": sa.String(40).with_variant(sa.String(40, collation="C"), PG),
    "enum": sa.Enum(Mood, name="advised_mood"),
    "strings": sa.Enum("glad", "sad", name="advised_strings", native_enum=False),
    "backwards": Backwards(40),
    "uuid": sa.Uuid(),
    "number": sa.Numeric(8, 2),
    "whole": sa.Integer(),
    "day": sa.Date(),
    "moment": sa.DateTime(),
    "flag": sa.Boolean(),
    "json": sa.JSON(),
    "inet": postgresql.INET().with_variant(sa.Text(), "sqlite"),
    "jsonb": sa.JSON().with_variant(postgresql.JSONB(), PG),
}
TABLE = sa.Table(
    "advised",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, type_) for name, type_ in TYPES.items()),
)
WANTED = ["text", "string", "unicode"]


class Worker(Base):
    """A table that refers to itself."""

    __tablename__ = "advised_workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("Full Name")
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("advised_workers.id"))


@pytest.fixture(scope="module")
def own(own_database: str) -> Iterator[Engine]:
    """Give an engine on the filled tables."""
    with disposing(write_engine(own_database)) as engine:
        with engine.begin() as connection:
            if engine.dialect.name == PG:
                connection.execute(sa.text("CREATE EXTENSION citext"))
            Base.metadata.create_all(connection)
            workers = [
                {"id": n, "Full Name": f"Zoe {n}", "boss_id": n - 1 or None} for n in range(1, 9)
            ]
            connection.execute(insert(Worker), workers)
            texts = {name: f"Zoé {name}" for name in [*WANTED, "citext", "collated"]} | {
                "char": "Zoé"
            }
            connection.execute(insert(TABLE), {"id": 1, **texts})
        yield engine


def advised(
    engine: Engine, query: Any, shown: Sequence[Any], term: str = "zoe", **parts: Any
) -> list[str]:
    """Return the lines that `explain` advises to write, and other sentences as they are."""
    declared = [ColumnDT(column, mData=f"c{n}") for n, column in enumerate(shown)]
    request = {
        "draw": 1, "start": 0, "length": 5, "search": {"value": term},
        "columns": [{"data": column.mData} for column in declared],
    } | parts  # fmt: skip
    with Session(engine) as session:
        found = explain(lambda: DataTables(request, query, declared, session=session), session)
    return [sentence.partition(ADVICE)[2] or sentence for sentence in found.missing]


def made(line: str, **names: Any) -> SearchIndex:
    """Run a line of advice, as somebody does who writes it beside the model."""
    index: SearchIndex = eval(line, {"search_index": search_index, **names})  # noqa: S307
    return index


def test_only_what_can_be_made_is_advised_and_it_can(own: Engine) -> None:
    [line] = advised(own, select().select_from(TABLE), list(TABLE.c))
    named = line.removeprefix("search_index(").removesuffix(")").split(", ")
    expected = [name.removeprefix("advised.c.") for name in named]
    foreign = [] if own.dialect.name == PG else ["char", "citext", "collated"]  # texts as others
    assert set(expected) == {*WANTED, *foreign}
    columns = [TABLE.c.id, *(TABLE.c[name] for name in expected)]
    found = draw(own, TABLE, "zoe", columns)
    index = made(line, advised=TABLE)
    try:
        with own.begin() as connection:
            index.create(connection)
            assert index.state_in(connection) is State.CURRENT
        assert found == draw(own, TABLE, "zoe", columns) == [1]
        assert advised(own, select().select_from(TABLE), columns) == []
    finally:
        del TABLE.info[INFO]
        with own.begin() as connection:
            index.drop(connection)


@pytest.mark.parametrize("name", TYPES)
def test_a_column_alone_is_advised_only_if_its_index_can_be_made(own: Engine, name: str) -> None:
    query, column = select().select_from(TABLE), TABLE.c[name]
    searched = [{"data": "c0"}, {"data": "c1", "search": {"value": "glad"}}]
    lines = advised(own, query, [TABLE.c.id, column], "", columns=searched)
    assert lines in ([], [f"search_index(advised.c.{name})"])
    assert bool(lines) or name not in WANTED
    for line in lines:
        index = made(line, advised=TABLE)
        del TABLE.info[INFO]
        with own.begin() as connection:
            index.create(connection)
            assert index.state_in(connection) is State.CURRENT
            index.drop(connection)


def test_a_reflected_column_of_a_type_of_ones_own_is_advised_only_if_it_is_text(
    own: Engine,
) -> None:
    mood, words = "TEXT", "TEXT"
    with own.begin() as connection:
        if own.dialect.name == PG:
            mood, words = "advised_feeling", "advised_words"
            connection.exec_driver_sql("CREATE TYPE advised_feeling AS ENUM ('glad')")
            connection.exec_driver_sql("CREATE DOMAIN advised_words AS text")
        columns = f"id INTEGER PRIMARY KEY, mood {mood}, words {words}"
        connection.exec_driver_sql(f"CREATE TABLE advised_own ({columns})")
    table = sa.Table("advised_own", sa.MetaData(), autoload_with=own)
    allowed = {"mood", "words"} if own.dialect.name == "sqlite" else {"words"}
    for line in advised(own, select().select_from(table), list(table.c)):
        index = made(line, advised_own=table)
        assert {column.name for column in index.columns} <= allowed
        with own.begin() as connection:
            index.create(connection)
            assert index.state_in(connection) is State.CURRENT


def test_a_table_joined_to_itself_is_advised_once_by_its_model(own: Engine) -> None:
    boss = aliased(Worker, name="boss")
    query = select().select_from(Worker).outerjoin(boss, Worker.boss_id == boss.id)
    lines = advised(own, query, [Worker.id, Worker.name, boss.name])
    assert lines == ["search_index(Worker.name)"]


def test_an_alias_of_a_table_is_advised_by_the_table_s_name(own: Engine) -> None:
    alias = Worker.__table__.alias("somebody")
    lines = advised(own, select().select_from(alias), [alias.c.id, alias.c["Full Name"]])
    assert lines == ['search_index(advised_workers.c["Full Name"])']


def test_the_index_of_an_order_names_the_alias_s_model(own: Engine) -> None:
    boss = aliased(Worker, name="boss")
    query = select().select_from(Worker).outerjoin(boss, Worker.boss_id == boss.id)
    [line] = advised(own, query, [Worker.id, boss.name], "", order=[{"column": 1, "dir": "asc"}])
    assert line.startswith('Index("ix_advised_workers_')
    assert "Worker.name" in line
    assert "boss" not in line


INNER = select(Worker.id, Worker.name).subquery("inner_rows")
COMPUTED = {
    "an expression": lambda: (select().select_from(Worker), func.lower(Worker.name)),
    "a subquery": lambda: (select().select_from(INNER), INNER.c.name),
    "a grouped query": lambda: (
        select().select_from(Worker).group_by(Worker.name, Worker.id),
        Worker.name,
    ),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_no_column_of_a_table_is_not_advised(own: Engine, name: str) -> None:
    query, column = COMPUTED[name]()
    stands = "The query is asked as it stands, without the engine's indexes: "
    assert all(line.startswith(stands) for line in advised(own, query, [column]))


def test_a_view_is_not_advised(own: Engine) -> None:
    with own.begin() as connection:
        connection.exec_driver_sql('CREATE VIEW advised_view AS SELECT id, "text" FROM advised')
    view = sa.Table(
        "advised_view", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text),
    )  # fmt: skip
    query = select().select_from(view)
    sentence = (
        "The query is asked as it stands, without the engine's indexes: "
        "it reads what has no key in the database, or joins more than one row to another."
    )
    assert advised(own, query, list(view.c)) == [sentence]
    search_index(view.c.text)
    by_text = [{"column": 1, "dir": "asc"}]
    assert advised(own, query, list(view.c), "", order=by_text) == [sentence]


def test_a_table_whose_key_sqlite_can_t_use_is_advised_on_postgresql_only(own: Engine) -> None:
    table = sa.Table(
        "advised_pairs", sa.MetaData(), sa.Column("one", sa.Text, primary_key=True),
        sa.Column("two", sa.Text, primary_key=True), sa.Column("name", sa.Text),
    )  # fmt: skip
    table.create(own)
    lines = advised(own, select().select_from(table), [table.c.name])
    wanted = ["search_index(advised_pairs.c.name)"] if own.dialect.name == PG else []
    assert lines == wanted


def test_what_to_do_about_an_index_follows_from_what_the_database_has(own: Engine) -> None:
    table = sa.Table(
        "advised_states", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text), sa.Column("email", sa.Text),
    )  # fmt: skip
    table.create(own)
    query = select().select_from(table)
    former = search_index(table.c.name)
    [absent] = advised(own, query, list(table.c))
    assert absent == (
        "The database lacks the search index of advised_states, which the model declares; "
        "make it by the index's create(connection)."
    )
    with own.begin() as connection:
        former.create(connection)
    assert advised(own, query, list(table.c)) == []
    index = search_index(table.c.name, table.c.email)
    [outdated] = advised(own, query, list(table.c))
    assert "is of other columns, of another version or in part" in outdated
    assert "the index's rebuild(connection)" in outdated
    with own.begin() as connection:
        index.rebuild(connection)
        index.suspend(connection)
        suspended = index.state_in(connection)
    [sentence] = advised(own, query, list(table.c))
    trigrams = own.dialect.name == PG
    assert suspended is (State.UNINDEXED if trigrams else State.ABSENT)
    assert ("lacks its trigrams" in sentence) == trigrams
    assert "the index's create(connection)" in sentence
    with own.begin() as connection:
        index.drop(connection)
        connection.exec_driver_sql("CREATE TABLE advised_states_search (hits int)")
    [sentence] = advised(own, query, list(table.c))
    renamed = "something else under its name, which has to be renamed" in sentence
    assert renamed == (own.dialect.name == "sqlite")
