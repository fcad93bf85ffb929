"""The database's connections: one engine that writes, others that read, a session per request."""

import itertools
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from socket import socket
from threading import BoundedSemaphore
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app import mysql, postgresql, sqlite
from app.hangup import Watcher
from app.serverside import reading_engine
from app.settings import Settings

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0  # a connection unused for longer is tried before it is handed out
AWAY_SECONDS = 10.0  # a replica that did not answer is left alone for so long
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "mysql": mysql.CONNECT_ARGS,
    "postgresql": postgresql.CONNECT_ARGS,
    "sqlite": sqlite.CONNECT_ARGS,
}
POOL_TIMEOUT_SECONDS = 5.0  # a request that finds no free connection within this gives up


class Database:
    """Give the current app's engines and the current request's session."""

    def init_app(self, app: Flask, settings: Settings) -> None:
        """Make the app's engines, none of which connects yet, and close sessions after requests."""
        app.extensions["database"] = Engines(settings)
        app.teardown_appcontext(_close_session)

    @property
    def engines(self) -> "Engines":
        """The engines of the current app."""
        return cast("Engines", current_app.extensions["database"])

    @property
    def engine(self) -> Engine:
        """The engine that writes, always on the primary."""
        return self.engines.primary

    @property
    def session(self) -> Session:
        """The session that this request reads with; it can't write."""
        if "session" not in g:
            connection = self.engines.connect_to_read()
            g.session = Session(connection, autoflush=False)
            g.watched = self.engines.watcher.watch(client_socket(), connection)
        return cast("Session", g.session)

    @contextmanager
    def exporting(self) -> Iterator[Session]:
        """Give a session that reads for longer, beyond the request's end. Raises `BusyError`."""
        engines = self.engines
        if not engines.exports.acquire(blocking=False):
            raise BusyError
        try:
            with engines.connect_to_export() as connection:
                watched = engines.watcher.watch(client_socket(), connection)
                try:
                    with Session(connection, autoflush=False) as session:
                        yield session
                finally:
                    if engines.watcher.end(watched):
                        connection.invalidate()
        finally:
            engines.exports.release()


class BusyError(Exception):
    """This process sends as many exports as it may at once."""


class Engines:
    """Hold one app's engines, and choose the one that a request reads from."""

    def __init__(self, settings: Settings) -> None:
        self.primary = write_engine(settings.database_url)
        limit = settings.statement_timeout_ms
        self.replicas = [read_engine(url, limit) for url in settings.read_database_urls]
        self.primary_reader = read_engine(settings.database_url, limit)
        longer = settings.export_timeout_ms
        self.export_replicas = [read_engine(url, longer) for url in settings.read_database_urls]
        self.primary_exporter = read_engine(settings.database_url, longer)
        self.exports = BoundedSemaphore(settings.max_exports)
        self.watcher = Watcher()
        self._away_until: dict[Engine, float] = {}
        self._turn = itertools.count()

    def connect_to_read(self) -> Connection:
        """Connect to the next replica, or the one after it, or to the primary if none answers."""
        return self._connect(self.replicas, self.primary_reader)

    def connect_to_export(self) -> Connection:
        """Connect in the same way, for statements that may take longer."""
        return self._connect(self.export_replicas, self.primary_exporter)

    def _connect(self, replicas: Sequence[Engine], primary: Engine) -> Connection:
        for engine in self._in_turn(replicas):
            try:
                return engine.connect()
            except OperationalError:
                self._away_until[engine] = time.monotonic() + AWAY_SECONDS
                logger.warning("The read replica %s does not answer.", engine.url)
        return primary.connect()

    def dispose(self) -> None:
        """Close all pooled connections, so that none is shared with a forked worker."""
        readers = (*self.replicas, self.primary_reader)
        for engine in (self.primary, *readers, *self.export_replicas, self.primary_exporter):
            engine.dispose()

    def _in_turn(self, replicas: Sequence[Engine]) -> Sequence[Engine]:
        first = next(self._turn) % max(len(replicas), 1)
        turn = [*replicas[first:], *replicas[:first]]
        return [e for e in turn if time.monotonic() >= self._away_until.get(e, 0)]


def write_engine(url: str) -> Engine:
    """Make an engine for changing data and schema; its statements may take their time."""
    if make_url(url).get_backend_name() == "sqlite":
        with suppress(OSError):  # where it can't be made, connecting says so
            Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(url, sqlite.CONNECT_ARGS)
        sqlite.prepare_for_writing(engine)
        return engine
    if make_url(url).get_backend_name() == "mysql":
        engine = _engine(url, mysql.CONNECT_ARGS)
        mysql.prepare_for_writing(engine)
        return engine
    return _engine(url, postgresql.WRITE_ARGS)


def read_engine(url: str, statement_timeout_ms: int) -> Engine:
    """Make an engine that can only read, each statement within a time limit (0: none)."""
    engine = reading_engine(
        url,
        statement_timeout_ms=statement_timeout_ms,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args=_ARGUMENTS[make_url(url).get_backend_name()],
    )
    _try_idle_connections(engine)
    return engine


@contextmanager
def exclusively(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction that only one process at a time can be in; others wait."""
    with (
        engine.connect().execution_options(exclusive=True) as connection,
        mysql.locked(connection) if connection.dialect.name == "mysql" else nullcontext(),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            postgresql.wait_for_lock(connection)
        yield connection


def is_away(error: Exception) -> bool:
    """Return whether an error of the database's means that it does not answer now."""
    number = next(iter(getattr(getattr(error, "orig", None), "args", ())), None)
    if isinstance(number, int) and number > 0:  # MariaDB's and MySQL's; 0 is a lost connection
        return number in mysql.AWAY
    return True


def _engine(url: str, connect_args: Mapping[str, Any]) -> Engine:
    """Make an engine; one lost connection empties its pool, so that only one draw meets it."""
    engine = create_engine(url, connect_args=dict(connect_args), pool_timeout=POOL_TIMEOUT_SECONDS)
    _try_idle_connections(engine)
    return engine


def _try_idle_connections(engine: Engine) -> None:
    """Ping only connections that were idle: a busy server pays no round trip for it."""

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _close_session(_error: BaseException | None) -> None:
    """Close the request's session and give its connection back."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        connection = cast("Connection", session.bind)
        gone = db.engines.watcher.end(g.pop("watched"))
        session.close()
        if gone:  # what is stopped late must not be another request's statement
            connection.invalidate()
        connection.close()


def client_socket() -> socket | None:
    """Return the client's socket where the server gives it to us."""
    if not has_request_context():
        return None
    return cast("socket | None", request.environ.get("gunicorn.socket"))


db = Database()
