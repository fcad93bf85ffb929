"""What writers pay for change marks: the same writes to the demo's tables, with marks and without.

Both are done in turns on one connection; what was written is taken out again.
"""

import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from app.connecting import write_engine
from app.models import CHANGES, User

from .measure import Times

MOST = {"postgresql": 1.05, "sqlite": 1.15}  # times as long
_ROWS = 10_000
_SINGLE = 200
_FIRST = 1_000_000_000  # number of the first row written
_WITHOUT, _WITH = "without", "with"


def paid(url: str, turns: int) -> dict[str, Times]:
    """Return the milliseconds of each kind of write, with marks and without; none of a first turn.

    In that one, pages are read and files extended that the others find.
    """
    engine = write_engine(url)
    try:
        found: dict[str, Times] = {name: {_WITHOUT: [], _WITH: []} for name in _WRITES}
        for turn in range(turns + 1):
            for kind, change in ((_WITHOUT, CHANGES.drop), (_WITH, CHANGES.create)):
                with engine.begin() as connection:
                    change(connection)
                for name, write in _WRITES.items():
                    times = [*write(engine)]
                    found[name][kind] += times if turn else []
        return found
    finally:
        with engine.begin() as connection:
            connection.execute(sa.delete(User).where(User.id >= _FIRST))
            CHANGES.create(connection)
        engine.dispose()


def _copies(number: int, first: int, rows: int) -> sa.Insert:
    """Return the statement that writes copies of the first users, from a number on."""
    own = {
        "id": User.id + (number - first),
        "email": User.email + f".{number}",
    }
    columns = User.__table__.columns
    copies = sa.select(*(own.get(c.name, c).label(c.name) for c in columns))
    some = copies.where(User.id >= first, User.id < first + rows)
    return sa.insert(User).from_select([c.name for c in columns], some)


def _inserts(engine: Engine) -> Iterator[float]:
    """Insert row by row, each committed."""
    return _committed(engine, lambda n: _copies(_FIRST + n, n + 1, 1))


def _updates(engine: Engine) -> Iterator[float]:
    """Change row by row, each committed."""
    return _committed(
        engine,
        lambda n: sa.update(User).where(User.id == n + 1).values(balance=User.balance + 0),
    )


def _deletes(engine: Engine) -> Iterator[float]:
    """Delete the rows that were inserted, each committed."""
    return _committed(engine, lambda n: sa.delete(User).where(User.id == _FIRST + n))


def _bulk(engine: Engine) -> Iterator[float]:
    """Insert many rows by one statement."""
    with engine.connect() as connection:
        yield _timed(connection, _copies(_FIRST, 1, _ROWS))
        connection.execute(sa.delete(User).where(User.id >= _FIRST))
        connection.commit()


def _committed(engine: Engine, statement: Callable[[int], sa.Executable]) -> Iterator[float]:
    with engine.connect() as connection:
        for number in range(_SINGLE):
            yield _timed(connection, statement(number))


def _timed(connection: Connection, statement: sa.Executable) -> float:
    began = time.perf_counter()
    connection.execute(statement)
    connection.commit()
    return (time.perf_counter() - began) * 1000


_WRITES: dict[str, Callable[[Engine], Iterator[float]]] = {
    "insert of a user, committed": _inserts,
    "update of a user, committed": _updates,
    "delete of a user, committed": _deletes,
    f"insert of {_ROWS:,} users at once": _bulk,
}
