"""Who asks decides what is seen: roles, policies, paths, other schemas, temporary tables."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from tests.conftest import disposing, postgres_database
from tests.serverside.books import Entry, fill, row, seen

DEEP = {"start": 7, "order": [{"column": 3, "dir": "asc"}, {"column": 1, "dir": "desc"}]}
CLERK, AUDITOR = (f"{name}_{uuid.uuid4().hex}" for name in ("clerk", "auditor"))  # of the server
PARTS: tuple[dict[str, Any], ...] = ({}, {"term": "entry"}, DEEP)


@pytest.fixture(scope="module", params=["marked", "unmarked"])
def postgres(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[Engine]:
    """Give an engine in autocommit, on one connection, on the filled tables."""
    with (
        postgres_database(postgres_url) as url,
        disposing(
            create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0)
        ) as engine,
    ):
        fill(engine, marked=request.param == "marked")
        yield engine


def run(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def every_total(engine: Engine, *before: str) -> set[tuple[int, int]]:
    """Return the totals of several draws on one connection, which first runs statements."""
    with engine.connect() as connection:
        for statement in before:
            connection.execute(text(statement))
        answers = [seen(connection, **part) for part in PARTS for _ in range(2)]
        connection.execute(text("RESET ALL"))
        connection.execute(text("RESET ROLE"))
        return {(answer.total, answer.filtered) for answer in answers}


def test_a_policy_that_reads_a_setting_is_obeyed(postgres: Engine) -> None:
    run(
        postgres,
        f"CREATE ROLE {CLERK}",
        f"GRANT SELECT ON entries, accounts TO {CLERK}",
        "ALTER TABLE entries ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own ON entries USING (tenant = current_setting('ledger.tenant')::int"
        " AND id <= current_setting('ledger.least')::int)",
    )
    try:
        for least in (30, 20, 30, 10):
            limits = ["SET ledger.tenant = '1'", f"SET ledger.least = '{least}'"]
            clerk = every_total(postgres, f"SET ROLE {CLERK}", *limits)
            assert clerk == {(least // 2, least // 2)}
            assert every_total(postgres, *limits) == {(30, 30)}
    finally:
        run(
            postgres,
            "ALTER TABLE entries DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own ON entries",
            f"DROP OWNED BY {CLERK}",
            f"DROP ROLE {CLERK}",
        )


def test_a_policy_on_a_joined_table_is_obeyed(postgres: Engine) -> None:
    run(
        postgres,
        f"CREATE ROLE {AUDITOR}",
        f"GRANT SELECT ON entries, accounts TO {AUDITOR}",
        "ALTER TABLE accounts ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own ON accounts USING (owner = current_setting('ledger.owner'))",
    )
    try:
        with postgres.connect() as connection:
            connection.execute(text(f"SET ROLE {AUDITOR}"))
            for owner in ("Bob", "Ann", "Zoé", "Bob"):
                connection.execute(text(f"SET ledger.owner = '{owner}'"))
                for _ in range(2):
                    assert seen(connection, **DEEP).owners == [owner, ""]
                    assert seen(connection, term=owner).filtered in (7, 8)
            connection.execute(text("RESET ROLE"))
    finally:
        run(
            postgres,
            "ALTER TABLE accounts DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own ON accounts",
            f"DROP OWNED BY {AUDITOR}",
            f"DROP ROLE {AUDITOR}",
        )


def test_a_path_decides_which_table_is_meant(postgres: Engine) -> None:
    run(postgres, "CREATE SCHEMA other", "CREATE TABLE other.entries (LIKE entries INCLUDING ALL)")
    try:
        for _ in range(2):
            assert every_total(postgres) == {(30, 30)}
            assert every_total(postgres, "SET search_path = other, public") == {(0, 0)}
    finally:
        run(postgres, "DROP SCHEMA other CASCADE")


def test_a_translated_schema_is_another_table(postgres: Engine) -> None:
    run(
        postgres,
        "CREATE SCHEMA tenant",
        "CREATE TABLE tenant.accounts AS SELECT * FROM accounts",
        "CREATE TABLE tenant.entries AS SELECT id, text, version, tenant, account_id"
        " FROM entries WHERE id <= 12",
    )
    try:
        tenant = postgres.execution_options(schema_translate_map={None: "tenant"})
        for _ in range(2):
            for part in PARTS:
                assert seen(postgres, **part).filtered == 30
                assert seen(tenant, **part).filtered == 12
    finally:
        run(postgres, "DROP SCHEMA tenant CASCADE")


def test_a_view_may_read_anything(postgres: Engine) -> None:
    run(
        postgres,
        "CREATE VIEW mine AS SELECT * FROM entries"
        " WHERE id <= coalesce(current_setting('ledger.least', true), '30')::int",
    )
    table = sa.Table("mine", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                     sa.Column("text", sa.Text))  # fmt: skip
    columns = [ColumnDT(table.c.id, mData="id"), ColumnDT(table.c.text, mData="text")]
    try:
        with postgres.connect() as connection, Session(connection) as session:
            for least in (30, 20, 30, 10):
                session.execute(text(f"SET ledger.least = '{least}'"))
                request = {"draw": 1, "columns": [{"data": "id"}], "start": 0, "length": 5}
                answer = DataTables(request, select(table), columns, session=session)
                assert answer.output_result()["recordsTotal"] == least
    finally:
        run(postgres, "DROP VIEW mine")


def test_a_temporary_table_hides_the_real_one_from_its_owner_alone(postgres: Engine) -> None:
    two = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with disposing(two), two.connect() as a, two.connect() as b:
        a.execute(text("CREATE TEMP TABLE entries (LIKE public.entries INCLUDING ALL)"))
        for _ in range(3):
            assert seen(a).total == 0
            assert seen(b).total == 30


# SQLite.


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """Give an engine in autocommit on the filled tables in a file."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    with disposing(create_engine(url, isolation_level="AUTOCOMMIT")) as engine:
        fill(engine)
        yield engine


def test_sqlites_temporary_table_hides_the_real_one_too(sqlite: Engine) -> None:
    with sqlite.connect() as a, sqlite.connect() as b:
        a.execute(text("CREATE TEMP TABLE entries AS SELECT * FROM main.entries WHERE id < 8"))
        for _ in range(3):
            assert seen(a).total == 7
            assert seen(b).total == 30


def test_an_attached_file_has_versions_of_its_own(sqlite: Engine, tmp_path: Path) -> None:
    empty = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with disposing(empty), empty.connect() as connection:
        connection.execute(text(f"ATTACH '{sqlite.url.database}' AS books"))
        for number in range(100, 104):
            for _ in range(2):
                assert seen(connection).total == number - 70
            with sqlite.connect() as other:
                other.execute(insert(Entry).values(row(number)))


def test_every_thread_has_a_memory_database_of_its_own() -> None:
    with disposing(create_engine("sqlite://")) as engine:
        found: dict[int, set[int]] = {}
        turn = threading.Barrier(2)

        def work(count: int) -> None:
            fill(engine, count)
            turn.wait()
            found[count] = {seen(engine).total for _ in range(5) if turn.wait() >= 0}

        threads = [threading.Thread(target=work, args=(count,)) for count in (10, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {10: {10}, 20: {20}}
