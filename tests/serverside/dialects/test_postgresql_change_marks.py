"""What PostgreSQL's marks could miss: each tries to have an answer that is not so."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.connecting import read_engine, write_engine
from app.serverside import ChangeMarksError, ColumnDT, DataTables, track_changes
from app.serverside.cache import forget_engine
from app.serverside.dialects.change_marks import MarkState
from app.serverside.dialects.postgresql.change_marks_sql import PURGED_AFTER
from tests.conftest import disposing, postgres_database
from tests.serverside import tracked
from tests.serverside.tracked import CHANGES, falsified, held, run, shown

CURRENT, OUTDATED = MarkState.CURRENT, MarkState.OUTDATED


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[str]:
    """Give the URL of a database of this file's own."""
    with postgres_database(postgres_url) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """Give an engine that writes the filled tables."""
    with disposing(write_engine(database)) as engine:
        tracked.fill(engine)
        yield engine
        run(engine, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


@pytest.fixture
def reader(database: str, engine: Engine) -> Iterator[Engine]:
    """Give an engine whose every statement is a transaction."""
    with disposing(read_engine(database, 0)) as reader:
        yield reader


INSERT = "INSERT INTO goods (id, name) SELECT n, 'new' FROM generate_series(100, 105) AS n"

# Changes that the marks see, each a list of transactions: they go on to hold.
SEEN: dict[str, list[list[str]]] = {
    "replica role": [
        [
            "SET LOCAL session_replication_role = replica",
            INSERT,
            "UPDATE goods SET name = 'other' WHERE id = 2",
            "DELETE FROM goods WHERE id IN (3, 4)",
        ]
    ],
    "truncate": [["TRUNCATE goods", INSERT]],
    "truncate in replica role": [
        ["SET LOCAL session_replication_role = replica", "TRUNCATE goods", INSERT]
    ],
    "truncate of a parent": [['TRUNCATE "Makers" CASCADE']],
    "truncate twice": [[INSERT, "TRUNCATE goods", INSERT, "TRUNCATE goods"], [INSERT]],
    "truncate taken back": [
        ["SAVEPOINT a", "TRUNCATE goods", INSERT, "ROLLBACK TO a", "DELETE FROM goods WHERE id = 1"]
    ],
    "truncate in a snapshot": [
        ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1", "TRUNCATE goods", INSERT]
    ],
    "serializable": [
        ["SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", INSERT, "DELETE FROM goods WHERE id = 2"]
    ],
    "a statement that writes twice": [
        [
            (
                "WITH gone AS (DELETE FROM goods WHERE id < 5 RETURNING name) "
                "INSERT INTO goods (id, name) SELECT 200, max(name) FROM gone"
            )
        ]
    ],
    "a trigger that writes": [
        [
            (
                "CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF NEW.id < 1000 THEN INSERT INTO goods (id, name) "
                "VALUES (NEW.id + 1000, NEW.name); END IF; RETURN NEW; END $$"
            ),
            "CREATE TRIGGER twice BEFORE INSERT ON goods FOR EACH ROW EXECUTE FUNCTION twice()",
        ],
        [INSERT],
    ],
    "a trigger that refuses": [
        [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            (
                "CREATE TRIGGER refuse BEFORE INSERT OR DELETE ON goods FOR EACH ROW "
                "WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse()"
            ),
        ],
        [INSERT, "DELETE FROM goods"],
    ],
    "a rule": [
        ['CREATE RULE more AS ON DELETE TO "Makers" DO ALSO INSERT INTO goods (id) VALUES (300)'],
        ['DELETE FROM "Makers" WHERE id = 3'],
    ],
    "an index": [["CREATE INDEX ix_name ON goods (name)"], [INSERT]],
    "a right": [["GRANT SELECT ON goods TO PUBLIC"], [INSERT]],
    "merge": [
        [
            (
                "MERGE INTO goods USING (SELECT n FROM generate_series(16, 30) AS n) AS more "
                "ON goods.id = n WHEN MATCHED AND n < 18 THEN DELETE "
                "WHEN MATCHED THEN UPDATE SET name = 'merged' "
                "WHEN NOT MATCHED THEN INSERT (id, name) VALUES (n, 'merged')"
            )
        ]
    ],
    "a view's write": [
        ["CREATE VIEW wares AS SELECT * FROM goods"],
        ["INSERT INTO wares (id) VALUES (100)"],
    ],
    "a table like it": [["CREATE TABLE likewise (LIKE goods)"], [INSERT]],
}

WRITE = ["UPDATE goods SET name = 'unseen' WHERE id = 2", "DELETE FROM goods WHERE id > 15"]

# Changes that they can't see, or that let others be unseen: they are not used any more.
UNSEEN: dict[str, list[list[str]]] = {
    "triggers off": [["ALTER TABLE goods DISABLE TRIGGER USER"], WRITE],
    "triggers off and on": [
        ["ALTER TABLE goods DISABLE TRIGGER USER"],
        WRITE,
        ["ALTER TABLE goods ENABLE TRIGGER USER"],
    ],
    "triggers off and on at once": [
        ["ALTER TABLE goods DISABLE TRIGGER USER", *WRITE, "ALTER TABLE goods ENABLE TRIGGER USER"]
    ],
    "one trigger off and on": [
        [
            "ALTER TABLE goods DISABLE TRIGGER goods_change_marks_delete",
            *WRITE,
            "ALTER TABLE goods ENABLE TRIGGER goods_change_marks_delete",
        ]
    ],
    "a trigger made anew": [
        [
            "DROP TRIGGER goods_change_marks_delete ON goods",
            *WRITE,
            (
                "CREATE TRIGGER goods_change_marks_delete AFTER DELETE ON goods "
                "REFERENCING OLD TABLE AS removed FOR EACH STATEMENT "
                "EXECUTE FUNCTION goods_change_marks_add()"
            ),
        ]
    ],
    "a function for a while": [
        [
            (
                "CREATE OR REPLACE FUNCTION goods_change_marks_add() RETURNS trigger "
                "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
            ),
            *WRITE,
        ],
    ],
    "a type": [["ALTER TABLE goods ALTER name TYPE text USING upper(name)"]],
    "names changed over": [
        [
            "ALTER TABLE goods RENAME name TO passing",
            "ALTER TABLE goods RENAME code TO name",
            "ALTER TABLE goods RENAME passing TO code",
        ]
    ],
    "a column made anew": [
        ["ALTER TABLE goods DROP name", "ALTER TABLE goods ADD name text DEFAULT 'anew'"]
    ],
    "a child": [
        ["CREATE TABLE special () INHERITS (goods)"],
        ["INSERT INTO special (id, name) VALUES (100, 'special')"],
    ],
    "unlogged and logged": [
        ["ALTER TABLE goods DROP CONSTRAINT goods_part_of_fkey"],
        ["ALTER TABLE goods SET UNLOGGED"],
        ["ALTER TABLE goods SET LOGGED"],
    ],
    "a parent for a while": [
        ["CREATE TABLE family (id int NOT NULL, name text)"],
        ["ALTER TABLE goods INHERIT family"],
        ["DELETE FROM family WHERE id > 15", "UPDATE family SET name = 'unseen' WHERE id = 2"],
        ["ALTER TABLE goods NO INHERIT family"],
    ],
    "a partition for a while": [
        ["CREATE TABLE whole (LIKE goods) PARTITION BY RANGE (id)"],
        ["ALTER TABLE whole ATTACH PARTITION goods FOR VALUES FROM (0) TO (1000)"],
        ["DELETE FROM whole WHERE id > 15", "UPDATE whole SET name = 'unseen' WHERE id = 2"],
        ["ALTER TABLE whole DETACH PARTITION goods"],
    ],
    "marks deleted": [["DELETE FROM goods_change_marks"], WRITE],
    "marks lost": [["TRUNCATE goods_change_marks"], WRITE],
    "another table of that name": [
        ["ALTER TABLE goods RENAME TO old", "CREATE TABLE goods AS SELECT * FROM old WHERE id < 9"]
    ],
}


def test_purging_happens_by_itself_and_loses_nothing(engine: Engine, reader: Engine) -> None:
    statements = ["UPDATE goods SET name = 'x' WHERE id = 1", "INSERT INTO goods DEFAULT VALUES"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ALTER TABLE goods ALTER id SET DEFAULT nextval('goods_id_seq')")
        connection.exec_driver_sql("SELECT setval('goods_id_seq', 1000)")
        CHANGES.create(connection)
        for number in range(PURGED_AFTER * 2):
            connection.exec_driver_sql(statements[number % 2])
        left = connection.exec_driver_sql("SELECT count(*) FROM goods_change_marks").scalar_one()
    assert left < PURGED_AFTER + 3
    assert shown(reader)[0] == held(engine)[0] == 20 + PURGED_AFTER
    with engine.begin() as connection:
        CHANGES.purge(connection)
        left = connection.exec_driver_sql("SELECT count(*) FROM goods_change_marks").scalar_one()
    assert left == 1
    forget_engine(reader)
    assert shown(reader)[0] == 20 + PURGED_AFTER
    forget_engine(reader)
    with falsified(engine):
        assert shown(reader)[0] == 1020 + PURGED_AFTER


@pytest.mark.parametrize("name", SEEN)
def test_what_writes_in_another_way_is_seen_all_the_same(
    engine: Engine, reader: Engine, name: str
) -> None:
    if name == "merge" and (engine.dialect.server_version_info or ()) < (15,):
        pytest.skip("PostgreSQL has MERGE from 15 on.")
    for transaction in SEEN[name]:
        shown(reader)
        run(engine, *transaction)
        assert shown(reader) == held(engine)
        forget_engine(reader)
        assert shown(reader) == held(engine)
    assert tracked.states(engine) == [CURRENT, CURRENT]
    forget_engine(reader)
    with falsified(engine):
        assert shown(reader)[0] == held(engine)[0] + 1000


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_seen_is_not_believed(engine: Engine, reader: Engine, name: str) -> None:
    for transaction in UNSEEN[name]:
        shown(reader)
        run(engine, *transaction)
        assert shown(reader) == held(engine)
        forget_engine(reader)
        assert shown(reader) == held(engine)
    assert tracked.states(engine)[0] in (OUTDATED, MarkState.ABSENT)


def test_a_copy_of_rows_into_it_is_seen(engine: Engine, reader: Engine) -> None:
    shown(reader)
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy("COPY goods (id, name) FROM STDIN") as copy:
            for number in range(100, 150):
                copy.write_row((number, "copied"))
    assert shown(reader) == held(engine)
    forget_engine(reader)
    with falsified(engine):
        assert shown(reader)[0] == 1070


MENDED = [n for n in UNSEEN if n not in ("a child", "another table of that name")]


@pytest.mark.parametrize("name", MENDED)
def test_a_call_lets_them_hold_again(engine: Engine, reader: Engine, name: str) -> None:
    for transaction in UNSEEN[name]:
        run(engine, *transaction)
    with engine.begin() as connection:
        CHANGES.create(connection)
    assert tracked.states(engine)[0] is CURRENT
    forget_engine(reader)
    with falsified(engine):
        assert shown(reader)[0] == held(engine)[0] + 1000


def test_labels_of_an_enum_can_change(engine: Engine, reader: Engine) -> None:
    table = sa.Table(
        "moods", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mood", sa.Enum("glad", "sad", name="mood")),
    )  # fmt: skip
    changes = track_changes(table)
    table.metadata.create_all(engine)
    run(engine, "INSERT INTO moods VALUES (1, 'glad'), (2, 'sad')")
    columns = [ColumnDT(sa.cast(table.c.mood, sa.Text()), mData="mood", options=True)]
    for label in ("happy", "merry", "glad"):
        with Session(reader) as session:
            request = {"draw": 1, "start": 0, "length": 5, "columns": [{"data": "mood"}]}
            answer = DataTables(
                request, sa.select().select_from(table), columns, session=session
            ).output_result()
        now = {row["mood"] for row in answer["data"]}
        assert {option["value"] for option in answer["columnControl"]["mood"]} == now
        with engine.begin() as connection:
            changes.create(connection)
        [old] = now - {"sad"}
        run(engine, f"ALTER TYPE mood RENAME VALUE '{old}' TO '{label}2'")
        with engine.connect() as connection:
            assert changes.states_in(connection) == [OUTDATED]
            version = changes.tables[0].stored_in(connection)
            assert not version


REFUSED = {
    "partitioned": ("CREATE TABLE odd (id int) PARTITION BY RANGE (id)", "no plain table"),
    "unlogged": ("CREATE UNLOGGED TABLE odd (id int)", "no plain table"),
    "temporary": ("CREATE TEMP TABLE odd (id int)", "no plain table"),
    "materialized": ("CREATE MATERIALIZED VIEW odd AS SELECT 1 AS id", "no plain table"),
    "a parent": ("CREATE TABLE odd (id int); CREATE TABLE child () INHERITS (odd)", "inherits"),
    "a child": ("CREATE TABLE family (id int); CREATE TABLE odd () INHERITS (family)", "inherits"),
    "a name of the catalogue": ("CREATE TABLE odd (id int, about regclass)", "regclass"),
    "a composite": ("CREATE TYPE two AS (a int); CREATE TABLE odd (id int, pair two)", "two"),
    "enums": (
        "CREATE TYPE hue AS ENUM ('red'); CREATE TABLE odd (id int, hues hue[])",
        "odd.hues is of the type",
    ),
    "a domain over an enum": (
        (
            "CREATE TYPE tint AS ENUM ('red'); CREATE DOMAIN shade AS tint; "
            "CREATE TABLE odd (id int, shade shade)"
        ),
        "shade",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_tables_that_can_change_unseen_are_refused(engine: Engine, name: str) -> None:
    statements, reason = REFUSED[name]
    odd = sa.Table("odd", sa.MetaData(), sa.Column("id", sa.Integer))
    changes = track_changes(odd)
    with engine.connect() as connection:
        for statement in statements.split("; "):
            connection.exec_driver_sql(statement)
        with pytest.raises(ChangeMarksError, match=reason) as raised:
            changes.create(connection)
        assert str(raised.value).endswith(".")


ACCEPTED = "int, text, varchar(9), numeric, date, timestamptz, jsonb, uuid, text[], int4range, inet"


def test_types_that_show_what_they_hold_are_accepted(engine: Engine) -> None:
    columns = ", ".join(f"c{n} {type_}" for n, type_ in enumerate(ACCEPTED.split(", ")))
    table = sa.Table("many", sa.MetaData(), sa.Column("c0", sa.Integer))
    changes = track_changes(table)
    run(
        engine,
        "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%%@%%')",
        "CREATE TYPE hue AS ENUM ('red')",
        f"CREATE TABLE many ({columns}, mail email, hue hue)",
    )
    with engine.begin() as connection:
        changes.create(connection)
        assert changes.states_in(connection) == [CURRENT]


def test_a_snapshot_can_t_be_counted_in(engine: Engine) -> None:
    snapshots = engine.execution_options(isolation_level="REPEATABLE READ")
    with snapshots.connect() as connection, pytest.raises(ChangeMarksError, match="READ COMMITTED"):
        CHANGES.tables[0].rebuild(connection)


def test_a_policy_hides_rows_from_who_asks(engine: Engine, database: str) -> None:
    clerk = f"clerk_{uuid.uuid4().hex}"
    run(
        engine,
        f"CREATE ROLE {clerk}",
        f'GRANT SELECT ON goods, "Makers" TO {clerk}',
        f"GRANT USAGE ON SCHEMA public TO {clerk}",
        "ALTER TABLE goods ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON goods USING (id < 5)",
    )
    alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_size": 1, "max_overflow": 0}
    try:
        with disposing(create_engine(database, **alone)) as reader, reader.connect() as connection:
            for _ in range(2):
                assert shown(connection)[0] == 20
                connection.exec_driver_sql(f"SET ROLE {clerk}")
                assert shown(connection)[:2] == (4, 4)
                connection.exec_driver_sql("RESET ROLE")
    finally:
        run(engine, f"DROP OWNED BY {clerk}", f"DROP ROLE {clerk}")


def test_who_may_write_the_table_needs_no_right_to_its_marks(engine: Engine) -> None:
    clerk = f"clerk_{uuid.uuid4().hex}"
    run(engine, f"CREATE ROLE {clerk}", f"GRANT INSERT, SELECT ON goods TO {clerk}",
        f"GRANT USAGE ON SCHEMA public TO {clerk}")  # fmt: skip
    try:
        run(
            engine,
            f"SET LOCAL ROLE {clerk}",
            *["INSERT INTO goods (id) SELECT max(id) + 1 FROM goods"] * PURGED_AFTER,
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET ROLE {clerk}")
            for forged in (
                "INSERT INTO goods_change_marks (delta) VALUES (5)",
                (
                    "CREATE TEMP TABLE mine (id int); CREATE TRIGGER forged AFTER UPDATE ON mine "
                    "FOR EACH STATEMENT EXECUTE FUNCTION goods_change_marks_add()"
                ),
            ):
                *before, last = forged.split("; ")
                for statement in before:
                    connection.exec_driver_sql(statement)
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    connection.exec_driver_sql(last)
                connection.rollback()
                connection.exec_driver_sql(f"SET ROLE {clerk}")
            connection.rollback()
        assert held(engine)[0] == 20 + PURGED_AFTER
        assert tracked.states(engine) == [CURRENT, CURRENT]
    finally:
        run(engine, f"DROP OWNED BY {clerk}", f"DROP ROLE {clerk}")


def test_a_copy_of_the_database_has_versions_of_its_own(engine: Engine, postgres_url: str) -> None:
    """Two copies that went on differently are never taken for one another."""
    source = engine.url.database
    copy = f"copy_{uuid.uuid4().hex}"
    tokens = []
    engine.dispose()
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with disposing(server), server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE {copy} TEMPLATE "{source}"')
        try:
            for name in (source, copy):
                with disposing(create_engine(engine.url.set(database=name))) as one:
                    assert tracked.states(one) == [CURRENT, CURRENT]
                    run(one, "UPDATE goods SET name = current_database() WHERE id = 1")
                    with one.connect() as asking:
                        found = "SELECT token FROM goods_change_marks_now('goods')"
                        tokens.append(asking.exec_driver_sql(found).scalar_one())
                    assert shown(one) == held(one)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {copy} WITH (FORCE)")
    assert tokens[0] != tokens[1]
