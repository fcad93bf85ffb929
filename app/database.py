"""The database's connections: one engine that writes, others that read, a session per request."""

import itertools
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from socket import socket
from typing import Any, cast

from flask import Flask, current_app, g, request
from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from app import postgresql, sqlite
from app.circuit import Circuit
from app.damage import Damage
from app.hangup import Watcher
from app.idle import PING_SECONDS, try_idle_connections
from app.serverside import current_deadline, follow_file, keep_deadlines, reading_engine, time_limit
from app.settings import Settings

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0  # in which the primary has to accept a connection
REPLICA_SECONDS = 2.0  # ... and a replica, in whose place there are others
PRIMARY_AWAY_SECONDS = 1.0  # a primary that was silent is left alone for so long
REPLICA_AWAY_SECONDS = 10.0  # ... and a replica
LAG_SECONDS = 1.0  # for which a replica that was not too far behind is taken not to be
SETUP_MS = 3_600_000  # a second seeder waits for the first, however many rows that writes
TURN_MS = 5_000  # a request that writes waits so long for others
POOL_TIMEOUT_SECONDS = 5.0  # a request that finds no free connection within this gives up


class SilentDatabaseError(SQLAlchemyError):
    """The database was silent just now, and is left alone for a while."""


class Database:
    """Give the current app's engines and the current request's session."""

    def init_app(self, app: Flask, settings: Settings) -> None:
        """Make the app's engines, none of which connects yet, and bound each request's time."""
        app.extensions["database"] = Engines(settings)
        app.before_request(_begin_request)
        app.teardown_request(_end_request)
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
            g.session = Session(self.engines.connect_to_read(), autoflush=False)
        return cast("Session", g.session)

    def renew(self, error: Exception) -> bool:
        """Return whether a draw is worth asking once more: only its connection was dead.

        A draw reads, so it may be asked twice; `session` then is another one, on the next replica
        if there is one.
        """
        session: Session | None = g.get("session")
        deadline = current_deadline()
        if deadline is None or deadline.is_over or deadline.given_up or g.get("renewed"):
            return False
        if session is None or not getattr(error, "connection_invalidated", False):
            return False
        self.engines.leave_alone(cast("Connection", session.bind).engine)
        _close_session()
        g.renewed = True
        return True


class Engines:
    """Hold one app's engines, and choose the one that a request reads from."""

    def __init__(self, settings: Settings) -> None:
        limit = settings.statement_timeout_ms
        self.request_seconds = limit / 1000 or math.inf
        self.primary = write_engine(settings.database_url)
        read = partial(read_engine, statement_timeout_ms=limit, pool_size=settings.max_draws + 1)
        self.replicas = [read(url) for url in settings.read_database_urls]
        self.primary_reader = read(settings.database_url)
        self.watcher, self.damage = Watcher(), Damage()
        self._circuits = {engine: Circuit(REPLICA_AWAY_SECONDS) for engine in self.replicas}
        primary = Circuit(PRIMARY_AWAY_SECONDS)
        self._circuits |= {self.primary: primary, self.primary_reader: primary}
        self._turn = itertools.count()
        is_server = self.primary.dialect.name == "postgresql"  # a file has no replicas that lag
        self._most_lag = settings.max_replica_lag_ms / 1000 if is_server else 0
        self._fresh_until: dict[Engine, float] = {}
        for engine in self._circuits:
            event.listen(engine, "handle_error", self._note_silence)

    def connect_to_read(self) -> Connection:
        """Connect to the next replica, or the one after it, or to the primary if none answers.

        Raises `SilentDatabaseError`, or `OperationalError` where the primary refuses.
        """
        for engine in self._replicas_in_turn():
            try:
                connection = self._connect(engine)
                with _closed_on_failure(connection):
                    is_fresh = self._is_fresh(connection)
                if is_fresh:
                    return connection
                connection.close()
                self.leave_alone(engine)
            except SilentDatabaseError:
                continue
            except OperationalError:
                self.leave_alone(engine)
        return self._connect(self.primary_reader)

    def connect_to_primary(self) -> Connection:
        """Connect to the primary: for what was written just now. Raises `SilentDatabaseError`."""
        return self._connect(self.primary)

    def write(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes, one at a time; others wait their turn, for a time."""
        self._look_at_circuit(self.primary)
        return exclusively(self.primary, lock=postgresql.WRITE_LOCK, wait_ms=TURN_MS)

    def leave_alone(self, engine: Engine) -> None:
        """Read from others for a while; the primary, which has none, stays."""
        if engine in self.replicas and self._circuits[engine].trip():
            logger.warning("The read replica %s does not answer, or is behind.", engine.url)

    def dispose(self) -> None:
        """Close all pooled connections, so that none is shared with a forked worker."""
        for engine in self.all:
            engine.dispose()

    @property
    def all(self) -> Sequence[Engine]:
        """All engines, the writing one first."""
        return self.primary, *self.replicas, self.primary_reader

    def _is_fresh(self, connection: Connection) -> bool:
        """Return whether a replica is not too far behind; asked once a second of each."""
        now, engine = time.monotonic(), connection.engine
        if not self._most_lag or now < self._fresh_until.get(engine, 0):
            return True
        self._fresh_until[engine] = now + LAG_SECONDS
        if postgresql.lag_seconds(connection) <= self._most_lag:
            return True
        self._fresh_until.pop(engine)
        return False

    def _replicas_in_turn(self) -> Sequence[Engine]:
        first = next(self._turn) % max(len(self.replicas), 1)
        return self.replicas[first:] + self.replicas[:first]

    def _connect(self, engine: Engine) -> Connection:
        """Connect; a replica has a part of the time, so that there is some left for another one."""
        was_away = self._look_at_circuit(engine)
        deadline, seconds = current_deadline(), CONNECT_SECONDS
        if engine in self.replicas:
            seconds = min(REPLICA_SECONDS, deadline.seconds_left / 2 if deadline else math.inf)
        with time_limit(PING_SECONDS if was_away else seconds, grace=0):
            connection = engine.connect()
            if was_away:
                with _closed_on_failure(connection):
                    connection.scalar(select(1))
                self._circuits[engine].close()
        return connection

    def _look_at_circuit(self, engine: Engine) -> bool:
        """Return whether the engine's database was away, and is to be tried now."""
        circuit = self._circuits[engine]
        if circuit.is_open:
            raise SilentDatabaseError("left alone")
        return circuit.was_tripped

    def _note_silence(self, context: ExceptionContext) -> None:
        """Leave a database alone that was silent until the deadline."""
        deadline = current_deadline()
        if deadline is None or not deadline.met_silence or context.engine is None:
            return
        if self._circuits[context.engine].trip():
            logger.warning("The database %s is silent.", context.engine.url)


def write_engine(url: str) -> Engine:
    """Make an engine for changing data and schema; its statements may take their time."""
    if make_url(url).get_backend_name() == "sqlite":
        with suppress(OSError):  # where it can't be made, connecting says so
            sqlite.make_file(Path(str(make_url(url).database)))
        engine = _engine(url, sqlite.CONNECT_ARGS)
        follow_file(engine)
        sqlite.prepare_for_writing(engine)
        return engine
    return _engine(url, postgresql.WRITE_ARGS)


def read_engine(url: str, statement_timeout_ms: int, pool_size: int = 5) -> Engine:
    """Make an engine that can only read, each statement within a time limit (0: none)."""
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    arguments = sqlite.read_args(statement_timeout_ms) if is_sqlite else postgresql.CONNECT_ARGS
    engine = reading_engine(
        url,
        statement_timeout_ms=statement_timeout_ms,
        pool_size=pool_size,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args=arguments,
    )
    try_idle_connections(engine)
    return engine


@contextmanager
def exclusively(
    engine: Engine, lock: int = postgresql.LOCK, wait_ms: int = SETUP_MS
) -> Iterator[Connection]:
    """Open a write transaction that only one process at a time can be in; others wait so long."""
    with engine.connect().execution_options(exclusive=wait_ms) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            postgresql.wait_for_lock(connection, lock, wait_ms)
        yield connection


def _engine(url: str, connect_args: Mapping[str, Any]) -> Engine:
    """Make an engine; one lost connection empties its pool, so that only one draw meets it."""
    engine = create_engine(url, connect_args=dict(connect_args), pool_timeout=POOL_TIMEOUT_SECONDS)
    keep_deadlines(engine)
    try_idle_connections(engine)
    return engine


@contextmanager
def _closed_on_failure(connection: Connection) -> Iterator[None]:
    """Close a connection that turns out not to serve."""
    try:
        yield
    except SQLAlchemyError:
        connection.close()
        raise


def _begin_request() -> None:
    """Bound the time of all that this request asks of a database, and watch its client."""
    stack = g.request_time = ExitStack()
    engines = db.engines
    deadline = stack.enter_context(time_limit(engines.request_seconds))
    watched = engines.watcher.watch(_client(), deadline)
    stack.callback(engines.watcher.end, watched)


def _end_request(_error: BaseException | None) -> None:
    """Close the request's session while its time still counts."""
    _close_session()
    if stack := g.pop("request_time", None):
        stack.close()


def _close_session(_error: BaseException | None = None) -> None:
    """Close the session, if there is one, and give its connection back."""
    session: Session | None = g.pop("session", None)
    if session is None:
        return
    connection, deadline = cast("Connection", session.bind), current_deadline()
    session.close()
    if deadline is not None and (deadline.sent_stop or deadline.given_up):
        connection.invalidate()  # what is stopped late must not be another request's statement
    connection.close()


def _client() -> socket | None:
    """Return the client's socket where the server gives it to us."""
    return cast("socket | None", request.environ.get("gunicorn.socket"))


db = Database()
