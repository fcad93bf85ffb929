"""Try a connection that was idle, or that has news, before a request gets it."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from app.serverside import time_limit

IDLE_SECONDS = 2.0  # a connection unused for longer is tried before it is handed out
PING_SECONDS = 1.0  # in which it has to answer


def try_idle_connections(engine: Engine) -> None:
    """Ping only connections that were idle or have news: a busy server pays no round trip."""

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        idle = time.monotonic() - record.info.get("idle_since", time.monotonic())
        if idle < IDLE_SECONDS and not _has_news(connection):
            return
        try:
            with time_limit(PING_SECONDS, grace=0):
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _has_news(connection: Any) -> bool:
    """Return whether a server has sent what nobody asked for: mostly, that it ends."""
    number = getattr(connection, "fileno", None)
    if number is None or not hasattr(select, "poll"):
        return False
    looking = select.poll()
    looking.register(number(), select.POLLIN)
    return bool(looking.poll(0))
