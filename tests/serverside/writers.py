"""Writers that keep the books, and readers that tell from an answer alone if it is of one state.

Every commit leaves each version on exactly two entries, `left` and `right`. So in any one state
half of the entries are left, the offered versions are half as many as the entries, and where the
order is by version, the page at `start` holds the versions that stand there among the offered.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.connecting import exclusively
from app.serverside import Tuning
from app.serverside.dialects import dialect_for, drivers
from tests.serverside.books import CHANGES, Account, Entry, Seen, see

PAIRS = range(1, 40)
MOST = 80  # pairs
MOST_ROUNDS = 20
_FURTHER: list[list[dict[str, Any]]] = [  # what stands after the version in an order
    [],
    [{"column": 3, "dir": "desc"}],
    [{"column": 1, "dir": "desc"}, {"column": 3, "dir": "asc"}],
]
_REFUSED = ("40001", "40P01", "55P03")  # conflict with recovery, deadlock, no lock in time
_numbers = itertools.count(1000)
_versions = itertools.count(1000)


def keep_books(engine: Engine) -> None:
    """Replace all entries by pairs."""
    with engine.begin() as connection:
        connection.execute(delete(Entry))
        for _ in PAIRS:
            connection.execute(insert(Entry), list(_pair()))


def _pair() -> Iterator[dict[str, Any]]:
    version = next(_versions)
    for side in ("left", "right"):
        number = next(_numbers)
        account = number % 4 or None
        yield {
            "id": number, "text": f"{side} {number} é", "version": version,
            "tenant": 0, "account_id": account,
        }  # fmt: skip


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "sqlite":  # there, one at a time can write
        with exclusively(engine) as connection:
            yield connection
        return
    with engine.begin() as connection:
        yield connection


def write(engine: Engine, seed: int, until: float) -> int:
    """Commit, roll back, take back to savepoints, dawdle; return how many commits there were."""
    choose, commits = random.Random(seed), 0  # noqa: S311 - a game, not a secret
    while time.monotonic() < until:
        with _transaction(engine) as connection:
            change = choose.choice(_CHANGES)
            commits += change(connection, choose)
            if choose.random() < 0.2:
                connection.rollback()
        time.sleep(choose.random() * 0.02)
    return commits


def _add(connection: Connection, choose: random.Random) -> int:
    if (connection.scalar(select(func.count()).select_from(Entry)) or 0) > 2 * MOST:
        return 0
    left, right = _pair()
    connection.execute(insert(Entry).values(left))
    if choose.random() < 0.3:
        time.sleep(0.03)  # others commit in the meantime, with higher numbers
    connection.execute(insert(Entry).values(right))
    return 1


def _some_version(connection: Connection, choose: random.Random) -> int | None:
    """Choose a pair and lock it against other writers."""
    versions = connection.scalars(select(Entry.version).distinct().order_by(Entry.version)).all()
    if len(versions) < len(PAIRS) // 2:
        return None
    version = choose.choice(versions)
    both = select(Entry.id).where(Entry.version == version).order_by(Entry.id).with_for_update()
    return version if len(connection.scalars(both).all()) == 2 else None


def _remove(connection: Connection, choose: random.Random) -> int:
    version = _some_version(connection, choose)
    connection.execute(delete(Entry).where(Entry.version == version))
    return 1


def _renumber(connection: Connection, choose: random.Random) -> int:
    version = _some_version(connection, choose)
    changed = {"version": next(_versions), "account_id": choose.choice([None, 1, 2, 3])}
    connection.execute(update(Entry).where(Entry.version == version).values(changed))
    return 1


def _replace_all(connection: Connection, _: random.Random) -> int:
    """Empty the table, which on PostgreSQL leaves it a new file, and fill it again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("TRUNCATE entries"))
    connection.execute(delete(Entry))
    connection.execute(insert(Entry), [row for _ in PAIRS for row in _pair()])
    return 1


def _savepoint(connection: Connection, choose: random.Random) -> int:
    with connection.begin_nested() as inner:
        connection.execute(insert(Entry).values(next(_pair())))
        inner.rollback()
    return _add(connection, choose)


_CHANGES = [*[_add, _remove, _renumber, _savepoint] * 3, *[_add] * 3, _replace_all]
Ask = Callable[..., Seen]


def check_one_state(ask: Ask, choose: random.Random) -> None:
    """Check from an answer alone that all of it is of one state."""
    backwards = choose.random() < 0.5
    start = choose.choice([0, 0, 4, 6, 30, 40, 60, 70])
    term = choose.choice(["", "", "left", "left", "e"])
    panes: dict[str, Any] = choose.choice([{}, {}, {"searchPanes": {}}])
    by_version = {"column": 2, "dir": "desc" if backwards else "asc"}
    order = [by_version, *choose.choice(_FURTHER)]
    answer = ask(start=start, order=order, term=term, **panes)
    versions = answer.offered[::-1] if backwards else answer.offered
    each = 1 if term == "left" else 2
    assert answer.total == 2 * len(versions)
    assert answer.filtered == each * len(versions)
    expected = [version for version in versions for _ in range(each)][start : start + 5]
    assert answer.versions == set(expected)
    assert len(answer.ids) == len(expected)


def check_snapshot(session: Session, choose: random.Random, tuning: Tuning) -> None:
    """Compare answers with what the same transaction reads by brute force."""
    found = select(Entry.id, Entry.text, Account.owner).outerjoin(Entry.account)
    rows = session.execute(found.order_by(Entry.id)).all()
    for _ in range(4):
        start, term = choose.choice([0, 3, 20, 33, 61]), choose.choice(["", "left", "zoe", "right"])
        answer = see(session, tuning=tuning, start=start, term=term,
                     order=[{"column": 3, "dir": "desc"}, {"column": 0, "dir": "asc"}])  # fmt: skip
        owned = {"left": "text", "right": "text"}.get(term, "owner")
        matching = [
            r for r in rows if not term or (term in r.text if owned == "text" else r.owner == "Zoé")
        ]
        wanted = sorted(matching, key=lambda r: r.id)
        wanted.sort(key=lambda r: (r.owner is None, -"abz".index((r.owner or "z")[0].lower())))
        assert (answer.total, answer.filtered) == (len(rows), len(matching))
        assert answer.ids == [r.id for r in wanted][start : start + 5]


def hammer(jobs: list[Callable[[float], int]], seconds: float, each: int) -> list[int]:
    """Run jobs at once for so long; on a busy machine again, until each has counted so many.

    Returns what each has counted.
    """
    counted = [0] * len(jobs)
    for _ in range(MOST_ROUNDS):
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(len(jobs)) as pool:
            for place, job in enumerate([pool.submit(job, until) for job in jobs]):
                counted[place] += job.result()
        if min(counted) >= each:
            return counted
    raise AssertionError(f"Too little happened: {counted}")


def read(engine: Engine, seed: int, tuning: Tuning, until: float) -> int:
    """Ask in autocommit, a new session each time."""
    choose, answers = random.Random(seed), 0  # noqa: S311
    while time.monotonic() < until:
        with _unless_refused(), Session(engine) as session:
            check_one_state(lambda s=session, **parts: see(s, tuning=tuning, **parts), choose)
            answers += 1
    return answers


@contextmanager
def _unless_refused() -> Iterator[None]:
    """Pass over what a standby refuses for the sake of its primary: no answer is no wrong one."""
    try:
        yield
    except OperationalError as error:
        if not error.connection_invalidated and drivers.sqlstate(error.orig) not in _REFUSED:
            raise


def read_snapshots(engine: Engine, seed: int, tuning: Tuning, until: float) -> int:
    """Ask in transactions of one snapshot."""
    choose, answers = random.Random(seed), 0  # noqa: S311
    while time.monotonic() < until:
        with _unless_refused(), Session(engine) as session:
            check_snapshot(session, choose, tuning)
            answers += 1
    return answers


def purge(engine: Engine, until: float) -> int:
    """Fold the marks together, all the time."""
    purges = 0
    while time.monotonic() < until:
        with engine.begin() as connection:
            CHANGES.purge(connection)
            time.sleep(0.05)  # others write, while this is not committed
        purges += 1
    return purges


def read_marks(engine: Engine, until: float) -> int:
    """Read marks and rows in one statement: the number is right, and a version is of one state."""
    states: dict[str, tuple[int, int]] = {}
    reads = 0
    marks = CHANGES.tables[0]
    with engine.connect() as connection:
        dialect = dialect_for(connection)
        assert dialect.change_marks
        own = dialect.change_marks
        token = own.token(marks, dialect.schema_version(connection))
        rows = func.count(), func.coalesce(func.sum(Entry.id * 31 + Entry.version), 0)
        asked = select(token, own.total(marks), *rows).select_from(Entry)
        while time.monotonic() < until:
            with _unless_refused():
                version, total, number, checksum = connection.execute(asked).one()
                assert total in (None, number)
                if version is not None:
                    assert states.setdefault(version, (number, checksum)) == (number, checksum)
                    reads += 1
    return reads
