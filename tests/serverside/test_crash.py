"""A server that crashes, is promoted, or restored; tables that are partly elsewhere: the truth."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.connecting import read_engine, write_engine
from app.serverside import ColumnDT, DataTables
from tests.conftest import disposing
from tests.serverside.books import Entry, fill, row, seen
from tests.serverside.standby import Server, found_programs, running, running_standby

pytestmark = pytest.mark.slow

OLD = 30  # rows


@pytest.fixture(scope="module")
def bin_() -> Path:
    """Give the folder of PostgreSQL's programs."""
    return found_programs()


@pytest.fixture
def server(bin_: Path) -> Iterator[Server]:
    """Give a server that answers a commit before it is on disk."""
    with running(bin_, "-c synchronous_commit=off -c bgwriter_lru_maxpages=0") as server:
        yield server


@pytest.fixture(params=["marked", "unmarked"])
def marked(request: pytest.FixtureRequest) -> bool:
    """Run the test once with the tables' change marks, once without."""
    return bool(request.param == "marked")


def stored(engine: Engine) -> int:
    """Count the rows."""
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM entries")) or 0)


def after_crash(engine: Engine) -> int:
    """Return the total as soon as the server answers again."""
    until = time.monotonic() + 30
    while True:
        try:
            return seen(engine).total
        except OperationalError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_what_a_crash_lost_is_not_remembered(server: Server, marked: bool) -> None:
    with (
        disposing(write_engine(server.url)) as writer,
        disposing(read_engine(server.url, 0)) as reader,
    ):
        fill(writer, marked=marked)
        with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        lost = 0
        for turn in range(20):  # now and then something else writes the log to disk
            before = stored(writer)
            with server.crashing():
                with writer.begin() as connection:
                    connection.execute(insert(Entry).values(row(900 + turn)))
                assert {seen(reader).total for _ in range(3)} == {before + 1}
            after_crash(reader)
            with writer.begin() as connection:  # another transaction of the same number
                connection.execute(text("CREATE TABLE IF NOT EXISTS other (i integer)"))
            assert {seen(reader).total for _ in range(3)} == {stored(writer)}
            lost += stored(writer) == before
            if lost == 2:
                break
        assert lost == 2


def test_an_unlogged_table_is_empty_after_a_crash(server: Server, marked: bool) -> None:
    with (
        disposing(write_engine(server.url)) as writer,
        disposing(read_engine(server.url, 0)) as reader,
    ):
        fill(writer, marked=marked)
        with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER TABLE entries SET UNLOGGED"))
            connection.execute(text("CHECKPOINT"))
        assert {seen(reader).total for _ in range(3)} == {OLD}
        server.crash()
        assert after_crash(reader) == 0


def test_a_promoted_standby_tells_its_own_state(bin_: Path, server: Server, marked: bool) -> None:
    with disposing(write_engine(server.url)) as writer:
        fill(writer, marked=marked)
    with running_standby(bin_, server) as standby, disposing(read_engine(standby.url, 0)) as reader:
        assert after_crash(reader) == OLD
        server.stop()
        standby.promote()
        with disposing(write_engine(standby.url)) as writer, writer.begin() as connection:
            connection.execute(insert(Entry).values(row(901)))
        assert {after_crash(reader) for _ in range(3)} == {OLD + 1}


def test_a_server_restored_from_a_copy_is_another(bin_: Path, server: Server, marked: bool) -> None:
    with (
        disposing(write_engine(server.url)) as writer,
        disposing(read_engine(server.url, 0)) as reader,
    ):
        fill(writer, marked=marked)
        server.stop("fast")
        copy = server.data.with_name("copy")
        shutil.copytree(server.data, copy)
        if os.geteuid() == 0:
            shutil.chown(copy, "postgres")
            for path in copy.rglob("*"):
                shutil.chown(path, "postgres")
        copy.chmod(0o700)
        server.start()
        with writer.begin() as connection:
            connection.execute(insert(Entry).values(row(902)))
        assert {seen(reader).total for _ in range(3)} == {OLD + 1}
        server.stop("fast")
        shutil.rmtree(server.data)
        copy.rename(server.data)
        server.start()
        with writer.begin() as connection:
            connection.execute(text("CREATE TABLE other (i integer)"))
        assert {seen(reader).total for _ in range(3)} == {OLD}


class Parted(DeclarativeBase):
    """Collect the table whose rows are partly in a file."""


class Item(Parted):
    """A row of one partition or another."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


FILES = """
    CREATE EXTENSION file_fdw;
    CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
    CREATE FOREIGN TABLE high (id integer NOT NULL, name text)
        SERVER files OPTIONS (filename '{file}', format 'csv');
"""
WAYS = {
    "partition": """
        CREATE TABLE items (id integer, name text) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF items (PRIMARY KEY (id)) FOR VALUES FROM (1) TO (1000);
        ALTER TABLE items ATTACH PARTITION high FOR VALUES FROM (1000) TO (2000);
    """,
    "child": """
        CREATE TABLE items (id integer PRIMARY KEY, name text);
        ALTER FOREIGN TABLE high INHERIT items;
    """,
}


@pytest.mark.parametrize("way", WAYS)
def test_rows_of_a_foreign_part_are_counted_anew(server: Server, way: str) -> None:
    file = server.data / "rows.csv"
    with (
        disposing(write_engine(server.url)) as writer,
        disposing(read_engine(server.url, 0)) as reader,
    ):
        with writer.begin() as connection:
            connection.execute(text(FILES.format(file=file) + WAYS[way]))
            connection.execute(text("INSERT INTO items VALUES (1, 'one'), (2, 'two')"))
        for count in (2, 5, 3):
            file.write_text("".join(f"{1000 + n},name\n" for n in range(count)), encoding="utf-8")
            file.chmod(0o644)
            for _ in range(3):
                assert items(reader) == (2 + count, 2 + count)


def items(engine: Engine) -> tuple[int, int]:
    """Return the total and the number of rows shown."""
    columns = [ColumnDT(Item.id, mData="id"), ColumnDT(Item.name, mData="name")]
    asked = {"draw": 1, "length": 100, "columns": [{"data": "id"}, {"data": "name"}]}
    with Session(engine) as session:
        answer = DataTables(asked, select(Item), columns, session=session).output_result()
    return answer["recordsTotal"], len(answer["data"])
