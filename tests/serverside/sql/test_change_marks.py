"""Change marks: made, dropped, found again; what draws take from them."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.database import read_engine, write_engine
from app.serverside import ChangeMarksError, DataTables, Tuning, track_changes
from app.serverside.cache import forget_engine
from app.serverside.dialects.change_marks import MarkState
from app.serverside.explain import explain
from app.serverside.sql.change_marks import marks_of
from tests import kinds
from tests.conftest import disposing
from tests.serverside import tracked
from tests.serverside.searched import recorded
from tests.serverside.tracked import CHANGES, GOODS, MAKERS, OF_GOODS, falsified, held, run, shown

pytestmark = kinds.marking

ABSENT, CURRENT = MarkState.ABSENT, MarkState.CURRENT


@pytest.fixture
def engine(own_database: str) -> Iterator[Engine]:
    """Give an engine that writes the filled tables."""
    with disposing(write_engine(own_database)) as engine:
        tracked.fill(engine)
        yield engine
        tracked.METADATA.drop_all(engine)


@pytest.fixture
def reader(own_database: str, engine: Engine) -> Iterator[Engine]:
    """Give an engine whose every statement is a transaction."""
    with disposing(read_engine(own_database, 0)) as reader:
        yield reader


def objects(engine: Engine) -> set[str]:
    """Return the names of the tables, functions and triggers that there are."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'",
        "postgresql": "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with engine.connect() as connection:
        return set(connection.scalars(sa.text(names[engine.dialect.name])))


def marks_in(engine: Engine) -> set[str]:
    return {name for name in objects(engine) if "change_marks" in name}


def test_tables_are_made_with_their_marks(engine: Engine) -> None:
    assert tracked.states(engine) == [CURRENT, CURRENT]
    assert shown(engine) == held(engine)


def test_dropped_tables_leave_nothing(engine: Engine) -> None:
    tracked.METADATA.drop_all(engine)
    assert marks_in(engine) == set()
    assert tracked.states(engine) == [ABSENT, ABSENT]
    tracked.METADATA.create_all(engine)
    assert tracked.states(engine) == [CURRENT, CURRENT]


@pytest.mark.parametrize("mode", ["transaction", "autocommit"])
def test_tables_that_are_there_get_theirs_by_a_call(engine: Engine, mode: str) -> None:
    with engine.begin() as connection:
        CHANGES.drop(connection)
        CHANGES.drop(connection)
        assert CHANGES.states_in(connection) == [ABSENT, ABSENT]
    assert marks_in(engine) == set()
    assert shown(engine) == held(engine)
    if mode == "transaction":
        with engine.begin() as connection:
            CHANGES.create(connection)
    else:
        alone = create_engine(engine.url, isolation_level="AUTOCOMMIT")
        with disposing(alone), alone.connect() as connection:
            CHANGES.create(connection)
        forget_engine(engine)  # another engine's change is noticed within a minute
    assert tracked.states(engine) == [CURRENT, CURRENT]
    with falsified(engine):
        assert shown(engine)[0] == 1020


def test_a_rollback_takes_all_of_it_back(engine: Engine) -> None:
    with engine.connect() as connection:
        CHANGES.drop(connection)
        assert shown(connection)[0] == 20
        connection.rollback()
        assert CHANGES.states_in(connection) == [CURRENT, CURRENT]
        assert shown(connection)[0] == 20


def test_a_second_call_changes_nothing(engine: Engine) -> None:
    with falsified(engine), engine.begin() as connection:
        CHANGES.create(connection)
        assert shown(connection)[0] == 1020


def test_a_total_is_not_counted(engine: Engine, reader: Engine) -> None:
    """Also at the first draw, and wherever all rows of the table are meant."""
    with falsified(engine):
        for query in (None, sa.select().select_from(GOODS.outerjoin(MAKERS)).order_by(GOODS.c.id)):
            assert shown(reader, query)[:2] == (1020, 1020)
            assert shown(reader, query, search={"value": '"good 7"'})[:2] == (1020, 1)


QUERIES = {
    "a condition": tracked.goods().where(GOODS.c.id > 0),
    "a join that leaves rows out": sa.select().select_from(GOODS.join(MAKERS)),
    "groups": sa.select().select_from(GOODS.outerjoin(MAKERS)).distinct(),
    "a part": sa.select().select_from(GOODS.outerjoin(MAKERS)).limit(10),
    "joined to many": sa.select().select_from(MAKERS.outerjoin(GOODS)),
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_is_not_the_whole_table_is_counted(engine: Engine, reader: Engine, name: str) -> None:
    with falsified(engine):
        assert shown(reader, QUERIES[name])[0] == (10 if name == "a part" else 20)


def test_the_switch_lets_it_count(engine: Engine, reader: Engine) -> None:
    with falsified(engine):
        assert shown(reader, tuning=Tuning(change_marks=False))[0] == 20
        assert shown(reader, tuning=Tuning(remember=False))[0] == 1020


def test_commits_elsewhere_leave_what_is_remembered(engine: Engine, reader: Engine) -> None:
    """In the same database and file, which unmarked tables' versions would see."""
    run(engine, "CREATE TABLE elsewhere (id INTEGER)")
    asked: dict[str, Any] = {"search": {"value": '"good 1"'}}
    shown(reader, **asked)
    with recorded(reader) as sent:
        for _ in range(5):
            run(engine, "INSERT INTO elsewhere VALUES (1)")
            assert shown(reader, **asked)[:2] == (20, 11)
    assert len(sent) == 5
    assert not any("count(" in statement.split("FROM")[0] for statement in sent)
    run(engine, "DROP TABLE elsewhere")


def test_other_connections_and_processes_see_the_same_version(
    engine: Engine, reader: Engine, own_database: str
) -> None:
    """What one connection counted, another of the engine need not count."""
    with reader.connect() as one, reader.connect() as two:
        shown(one, search={"value": "good 1"})
        with recorded(reader) as sent:
            shown(two, search={"value": "good 1"})
    assert len(sent) == 1
    assert not any("count(" in statement.split("FROM")[0] for statement in sent)


CHANGING = [
    "INSERT INTO goods (id, name) VALUES (100, 'new')",
    "INSERT INTO goods (id, name) SELECT id + 200, name FROM goods WHERE id < 6",
    "INSERT INTO goods (id, name) SELECT id + 500, name FROM goods WHERE id > 100000",
    "UPDATE goods SET name = 'changed' WHERE id IN (2, 3)",
    "UPDATE goods SET name = 'nobody' WHERE id = 100000",
    "UPDATE goods SET id = 300 WHERE id = 4",
    "DELETE FROM goods WHERE id IN (5, 6)",
    "DELETE FROM goods WHERE id = 100000",
    (
        "INSERT INTO goods (id, name) VALUES (7, 'met'), (107, 'x') "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    ),
    "INSERT INTO goods (id, name) VALUES (7, 'met'), (108, 'y') ON CONFLICT DO NOTHING",
    "UPDATE goods SET part_of = 8 WHERE id IN (9, 10)",
    "UPDATE goods SET part_of = 9 WHERE id = 11",
    "DELETE FROM goods WHERE id = 8",
    'DELETE FROM "Makers" WHERE id = 1',
    "UPDATE \"Makers\" SET name = 'other' WHERE id = 2",
    "DELETE FROM goods",
    "INSERT INTO goods (id, name) VALUES (1, 'one')",
]


def test_every_change_in_plain_sql_is_seen(engine: Engine, reader: Engine) -> None:
    """On the version that is remembered, and on the number of rows, which nobody counts."""
    for statement in CHANGING:
        before = shown(reader)
        run(engine, statement)
        assert shown(reader) == held(engine), statement
        forget_engine(reader)
        assert shown(reader) == held(engine), statement
        assert len(before) == 3


def test_a_total_is_known_after_all_of_that(engine: Engine) -> None:
    """SQLite's REPLACE and its like may take rows away unseen, so meeting one ends that."""
    for statement in CHANGING:
        if engine.dialect.name == "postgresql" or "CONFLICT" not in statement:
            run(engine, statement)
    assert tracked.states(engine) == [CURRENT, CURRENT]
    with falsified(engine):
        assert shown(engine)[0] == 1001


def test_a_rollback_and_a_savepoint_leave_the_version(engine: Engine, reader: Engine) -> None:
    shown(reader, search={"value": "good 1"})
    with engine.connect() as connection:
        connection.execute(sa.insert(GOODS).values(id=100))
        with connection.begin_nested() as inner:
            connection.execute(sa.delete(GOODS))
            inner.rollback()
        assert shown(connection)[0] == 21
        connection.rollback()
    with recorded(reader) as sent:
        assert shown(reader, search={"value": "good 1"})[0] == 20
    assert len(sent) == 1


def test_marks_that_were_dropped_are_missed_by_one_statement_only(
    engine: Engine, reader: Engine
) -> None:
    assert shown(reader)[0] == 20
    with disposing(create_engine(engine.url)) as other, other.begin() as connection:
        CHANGES.drop(connection)
    assert shown(reader) == held(engine)


def test_what_somebody_else_has_under_the_name_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        CHANGES.drop(connection)
        connection.exec_driver_sql("CREATE TABLE goods_change_marks (id INTEGER)")
    assert tracked.states(engine) == [MarkState.FOREIGN, ABSENT]
    with engine.connect() as connection, pytest.raises(ChangeMarksError, match="something else"):
        CHANGES.create(connection)
    with engine.begin() as connection:
        CHANGES.drop(connection)
    assert "goods_change_marks" in objects(engine)
    assert shown(engine) == held(engine)
    run(engine, "DROP TABLE goods_change_marks")


def test_marks_of_another_version_are_not_used(engine: Engine, reader: Engine) -> None:
    if engine.dialect.name == "sqlite":
        run(
            engine,
            "DROP TRIGGER goods_change_marks_delete",
            "CREATE TRIGGER goods_change_marks_delete AFTER DELETE ON goods BEGIN "
            "UPDATE goods_change_marks SET token = 1; END",
        )
    else:
        run(
            engine,
            "CREATE OR REPLACE FUNCTION goods_change_marks_purge() RETURNS void LANGUAGE sql AS ''",
        )
    assert tracked.states(engine)[0] is MarkState.OUTDATED
    with falsified(engine):
        assert shown(reader)[0] == 20
    with engine.begin() as connection:
        CHANGES.create(connection)
    assert tracked.states(engine) == [CURRENT, CURRENT]


REFUSED = {
    "a view": ("CREATE VIEW odd AS SELECT 1 AS id", "DROP VIEW odd"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_in_a_sentence(engine: Engine, name: str) -> None:
    make, drop = REFUSED[name]
    odd = sa.Table("odd", sa.MetaData(), sa.Column("id", sa.Integer))
    changes = track_changes(odd)
    if make:
        run(engine, make)
    with engine.connect() as connection, pytest.raises(ChangeMarksError) as raised:
        changes.create(connection)
    assert str(raised.value).endswith(".")
    assert "odd" in str(raised.value)
    if drop:
        run(engine, drop)


@pytest.mark.parametrize("what", ["text", GOODS.c.id, sa.select(GOODS).subquery(), 7])
def test_what_holds_no_rows_of_its_own_is_refused_when_declared(what: Any) -> None:
    with pytest.raises(TypeError, match="neither a model nor a table"):
        track_changes(what)


class Model(DeclarativeBase):
    """Collect this file's models."""


class Odd(Model):
    """A table whose names have to be quoted."""

    __tablename__ = 'odd {0} "%s" name'

    id: Mapped[int] = mapped_column("a {b} %(c)s", primary_key=True)


def test_names_may_hold_anything(engine: Engine) -> None:
    changes = track_changes(Odd)
    Model.metadata.create_all(engine)
    try:
        with engine.begin() as connection:
            connection.execute(sa.insert(Odd), [{"id": n} for n in range(3)])
            connection.execute(sa.delete(Odd).where(Odd.id == 1))
            assert changes.states_in(connection) == [CURRENT]
            dialect = changes.tables[0]
            assert dialect.stored_in(connection)
            changes.purge(connection)
            assert changes.states_in(connection) == [CURRENT]
    finally:
        Model.metadata.drop_all(engine)
    assert not [name for name in marks_in(engine) if name.startswith("odd")]


def test_copies_of_a_table_have_marks_of_their_own() -> None:
    copy = GOODS.to_metadata(sa.MetaData(), name="wares")
    own = marks_of(copy)
    assert own is not None
    assert own.name == "wares_change_marks"
    assert marks_of(GOODS) is OF_GOODS
    assert marks_of(GOODS.alias()) is OF_GOODS


def test_what_to_do_about_marks_is_said_by_explain(engine: Engine) -> None:
    request = {"draw": 1, "start": 0, "length": 5, "columns": [{"data": "id"}]}

    def said() -> list[str]:
        with Session(engine) as session:
            explained = explain(
                lambda: DataTables(request, tracked.goods(), tracked.COLUMNS, session=session),
                session,
            )
        return [line for line in explained.missing if "change marks" in line]

    assert said() == []
    with engine.begin() as connection:
        CHANGES.drop(connection)
    lines = said()
    assert [line.split(",")[0].split()[-1] for line in lines] == ["goods", "Makers"]
    assert all(line.endswith("make them anew by their create(connection).") for line in lines)
