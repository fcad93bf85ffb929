"""What MariaDB and MySQL need of the demo: names, a lock for who seeds, what their errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event, text

CONNECT_SECONDS = 5
NAME = "datatables-demo"  # by which the server knows our connections
# Read and write moments in UTC, refuse values that don't fit, and take a zero for a number.
WRITING = "SET time_zone = '+00:00', sql_mode = 'TRADITIONAL,NO_AUTO_VALUE_ON_ZERO'"
LOCK_SECONDS = 3_600  # a second seeder waits for the first, however many rows that writes

CONNECT_ARGS = {"program_name": NAME, "connect_timeout": CONNECT_SECONDS}

# The driver calls nearly every error an operational one. These are: the server is away, starting,
# stopping or full, or others hold what is needed; the rest are defects.
AWAY = frozenset({
    1021, 1037, 1038, 1040, 1041, 1043, 1044, 1045, 1049, 1053, 1080, 1114, 1129, 1130, 1135, 1152,
    1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1927, 2002, 2003, 2005, 2006, 2013, 2014,
    2026, 2055, 3118, 4031,
})  # fmt: skip

_LOCK = text("SELECT GET_LOCK(CONCAT(:name, MD5(DATABASE())), :seconds)")
_UNLOCK = text("SELECT RELEASE_LOCK(CONCAT(:name, MD5(DATABASE())))")


def prepare_for_writing(engine: Engine) -> None:
    """Set what sessions that write have in common."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(WRITING)


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """Let one process at a time in; others wait. A change of the schema ends transactions here."""
    connection.execute(_LOCK, {"name": NAME, "seconds": LOCK_SECONDS})
    connection.rollback()
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.execute(_UNLOCK, {"name": NAME})


def analyze(engine: Engine) -> None:
    """Count what the planner wants to know."""
    with engine.connect() as connection:
        connection.execute(text("ANALYZE TABLE users, addresses")).close()


def cancel(engine: Engine, thread: int, seconds: float) -> None:
    """Stop what another connection of an engine runs now, from a connection of its own."""
    arguments, options = engine.dialect.create_connect_args(engine.url)
    with suppress(Exception):  # the server is away, or full: the time limit will do
        own: Any = engine.dialect.connect(*arguments, **{**options, "connect_timeout": seconds})
        with own, own.cursor() as cursor:
            cursor.execute(f"KILL QUERY {thread:d}")
