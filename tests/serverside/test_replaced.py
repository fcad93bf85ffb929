"""A SQLite file that is replaced, restored, or gone for a while: the truth, and never two."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.connecting import read_engine, write_engine
from tests.conftest import disposing
from tests.serverside.books import fill, seen

pytestmark = pytest.mark.slow

OLD, NEW = 30, 60  # rows of the two databases


def url_of(path: Path) -> str:
    """Return the URL of a file."""
    return make_url("sqlite://").set(database=str(path)).render_as_string()


def make_file(path: Path, count: int, *, marked: bool = True) -> None:
    """Make a database of so many rows in one file."""
    with disposing(write_engine(url_of(path))) as engine:
        fill(engine, count, marked=marked)
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not path.with_name(f"{path.name}-wal").exists()


@pytest.fixture(params=["marked", "unmarked"])
def marked(request: pytest.FixtureRequest) -> bool:
    """Run the test once with the tables' change marks, once without."""
    return bool(request.param == "marked")


@pytest.fixture
def file(tmp_path: Path, marked: bool) -> Path:
    """Give a database of the old rows, beside which another one lies."""
    make_file(tmp_path / "served.sqlite3", OLD, marked=marked)
    make_file(tmp_path / "backup.sqlite3", NEW, marked=marked)
    return tmp_path / "served.sqlite3"


@pytest.fixture
def reader(file: Path) -> Iterator[Engine]:
    """Give an engine that reads it."""
    with disposing(read_engine(f"sqlite:///{file}", 0)) as engine:
        yield engine


def replace(file: Path) -> None:
    """Move the backup to the name, as the docs say."""
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.with_name("backup.sqlite3").replace(file)


def test_a_replaced_file_is_noticed_by_the_next_draw(reader: Engine, file: Path) -> None:
    assert [seen(reader).total for _ in range(3)] == [OLD] * 3
    replace(file)
    assert [seen(reader).total for _ in range(3)] == [NEW] * 3


def test_no_answer_mixes_two_files(reader: Engine, file: Path) -> None:
    answers: list[tuple[int, int]] = []

    def draw() -> None:
        for _ in range(40):
            answer = seen(reader, start=12, order=[{"column": 1, "dir": "asc"}])
            answers.append((answer.total, answer.filtered))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    replace(file)
    for thread in threads:
        thread.join()
    assert len(answers) == 160
    assert set(answers) <= {(OLD, OLD), (NEW, NEW)}
    assert seen(reader).total == NEW


def test_a_draw_that_began_before_is_of_the_old_file_alone(reader: Engine, file: Path) -> None:
    with reader.connect() as before:
        replace(file)
        assert seen(reader).total == NEW
        assert before.scalar(text("SELECT count(*) FROM entries")) == OLD
        assert seen(reader).total == NEW


def test_a_file_that_is_gone_for_a_moment_is_missed_and_not_made(
    reader: Engine, file: Path
) -> None:
    assert seen(reader).total == OLD
    away = file.with_name("away.sqlite3")
    file.replace(away)
    for _ in range(2):
        with pytest.raises(OperationalError):
            seen(reader)
    assert not file.exists()
    away.replace(file)
    assert seen(reader).total == OLD


def test_neither_reader_nor_writer_makes_a_file_later(tmp_path: Path) -> None:
    file = tmp_path / "later.sqlite3"
    url = f"sqlite:///{file}"
    with disposing(read_engine(url, 0)) as reader, pytest.raises(OperationalError):
        reader.connect()
    with disposing(write_engine(url)) as writer:
        assert file.exists(), "who sets up a database makes its file, at once"
        file.unlink()
        with pytest.raises(OperationalError):
            writer.connect()
    assert not file.exists()


def test_a_backup_that_is_copied_back_by_sqlite_is_seen_at_once(reader: Engine, file: Path) -> None:
    assert seen(reader).total == OLD
    with (
        disposing(write_engine(f"sqlite:///{file.with_name('backup.sqlite3')}")) as backup,
        disposing(write_engine(f"sqlite:///{file}")) as served,
        backup.connect() as source,
        served.connect() as target,
    ):
        source.connection.driver_connection.backup(target.connection.driver_connection)  # type: ignore[union-attr]
    assert [seen(reader).total for _ in range(3)] == [NEW] * 3


def test_a_path_with_odd_characters_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "a b%41#d é.sqlite3"
    make_file(file, OLD)
    with disposing(read_engine(url_of(file), 0)) as engine:
        assert seen(engine).total == OLD
    assert sorted(p.name for p in tmp_path.iterdir()) == [file.name]
