"""While others write, every answer is exactly right for one state of the data."""

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine

from app.database import read_engine, write_engine
from app.serverside import Tuning
from tests import kinds
from tests.conftest import disposing
from tests.serverside.books import TINY, fill
from tests.serverside.writers import (
    hammer,
    keep_books,
    purge,
    read,
    read_marks,
    read_snapshots,
    write,
)

logger = logging.getLogger(__name__)

SECONDS = float(os.environ.get("TEST_WRITES_SECONDS") or 2)  # of each: for long, say how long
TUNINGS = {
    "tiny": TINY,
    "walking": replace(TINY, lookup=False),
    "default": Tuning(),
    "nothing remembered": replace(TINY, remember=False),
}


@pytest.fixture(scope="module", params=["marked", "unmarked"])
def writer(request: pytest.FixtureRequest, own_database: str) -> Iterator[Engine]:
    """Give an engine that writes the filled tables."""
    with disposing(write_engine(own_database)) as engine:
        fill(engine, marked=request.param == "marked")
        yield engine


@pytest.fixture(scope="module")
def reader(own_database: str, writer: Engine) -> Iterator[Engine]:
    """Give an engine whose every statement is a transaction."""
    with disposing(read_engine(own_database, 0)) as engine:
        yield engine


@pytest.mark.slow
@pytest.mark.parametrize("name", TUNINGS)
def test_every_answer_is_of_one_state(writer: Engine, reader: Engine, name: str) -> None:
    keep_books(writer)
    tuning = TUNINGS[name]
    snapshots = (
        writer
        if writer.dialect.name == "sqlite"
        else writer.execution_options(isolation_level="REPEATABLE READ")
    )
    hammer(
        [
            partial(write, writer, 1),
            partial(write, writer, 2),
            partial(write, writer, 3),
            partial(purge, writer),
            partial(read, reader, 4, tuning),
            partial(read, reader, 5, tuning),
            partial(read_snapshots, snapshots, 6, tuning),
        ],
        SECONDS,
        each=6,
    )


@kinds.marking
@pytest.mark.slow
def test_marks_tell_versions_and_numbers_of_rows(own_database: str) -> None:
    """Whatever is still open, taken back, emptied or folded together meanwhile."""
    with (
        disposing(write_engine(own_database)) as writer,
        disposing(read_engine(own_database, 0)) as reader,
    ):
        fill(writer)
        keep_books(writer)
        jobs = [*(partial(write, writer, seed) for seed in (1, 2, 3)), partial(purge, writer)]
        counted = hammer(
            [*jobs, partial(read_marks, reader), partial(read_marks, reader)], SECONDS, 6
        )
        logger.warning("%s: %d reads, 0 wrong", writer.dialect.name, sum(counted[-2:]))
