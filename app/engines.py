"""One app's engines: one that writes, others that read, for a draw and for an export each."""

import itertools
import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from threading import BoundedSemaphore

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app import postgresql
from app.circuit import Circuit
from app.connecting import exclusively, read_engine, write_engine
from app.damage import Damage
from app.hangup import Watcher
from app.idle import PING_SECONDS
from app.serverside import current_deadline, time_limit
from app.settings import Settings

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0  # in which the primary has to accept a connection
REPLICA_SECONDS = 2.0  # ... and a replica, in whose place there are others
PRIMARY_AWAY_SECONDS = 1.0  # a primary that was silent is left alone for so long
REPLICA_AWAY_SECONDS = 10.0  # ... and a replica
LAG_SECONDS = 1.0  # for which a replica that was not too far behind is taken not to be
TURN_MS = 5_000  # a request that writes waits so long for others


class SilentDatabaseError(SQLAlchemyError):
    """The database was silent just now, and is left alone for a while."""


class Engines:
    """Hold one app's engines, and choose the one that a request reads from."""

    def __init__(self, settings: Settings) -> None:
        limit, longer = settings.statement_timeout_ms, settings.export_timeout_ms
        self.request_seconds = limit / 1000 or math.inf
        self.export_seconds = longer / 1000 or math.inf
        urls, prepares = settings.read_database_urls, settings.prepared_statements
        self.primary = write_engine(settings.database_url, prepares=prepares)
        connect = partial(read_engine, prepares=prepares)
        read = partial(connect, statement_timeout_ms=limit, pool_size=settings.max_draws + 1)
        self.replicas = [read(url) for url in urls]
        self.primary_reader = read(settings.database_url)
        read = partial(connect, statement_timeout_ms=longer, pool_size=settings.max_exports)
        self.export_replicas = [read(url) for url in urls]
        self.primary_exporter = read(settings.database_url)
        self.exports = BoundedSemaphore(settings.max_exports)
        self.watcher, self.damage = Watcher(), Damage()
        self._circuits = self._made_circuits()
        self._turn = itertools.count()
        is_server = self.primary.dialect.name == "postgresql"  # a file has no replicas that lag
        self._most_lag = settings.max_replica_lag_ms / 1000 if is_server else 0
        self._fresh_until: dict[Circuit, float] = {}
        for engine in self.all:
            event.listen(engine, "handle_error", self._note_silence)

    def _made_circuits(self) -> dict[Engine, Circuit]:
        """Give each database one circuit, whichever engine meets its silence."""
        primary = Circuit(PRIMARY_AWAY_SECONDS)
        made = dict.fromkeys((self.primary, self.primary_reader, self.primary_exporter), primary)
        for engines in zip(self.replicas, self.export_replicas, strict=True):
            made |= dict.fromkeys(engines, Circuit(REPLICA_AWAY_SECONDS))
        return made

    def connect_to_read(self) -> Connection:
        """Connect to the next replica, or the one after it, or to the primary if none answers.

        Raises `SilentDatabaseError`, or `OperationalError` where the primary refuses.
        """
        return self._connect_to_one(self.replicas, self.primary_reader)

    def connect_to_export(self) -> Connection:
        """Connect in the same way, for statements that may take longer."""
        return self._connect_to_one(self.export_replicas, self.primary_exporter)

    def connect_to_primary(self) -> Connection:
        """Connect to the primary: for what was written just now. Raises `SilentDatabaseError`."""
        return self._connect(self.primary)

    def write(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes, one at a time; others wait their turn, for a time."""
        self._look_at_circuit(self.primary)
        return exclusively(self.primary, lock=postgresql.WRITE_LOCK, wait_ms=TURN_MS)

    def leave_alone(self, engine: Engine) -> None:
        """Read from others for a while; the primary, which has none, stays."""
        if self._is_replica(engine) and self._circuits[engine].trip():
            logger.warning("The read replica %s does not answer, or is behind.", engine.url)

    def dispose(self) -> None:
        """Close all pooled connections, so that none is shared with a forked worker."""
        for engine in self.all:
            engine.dispose()

    @property
    def all(self) -> Sequence[Engine]:
        """All engines, the writing one first."""
        return tuple(self._circuits)

    def _connect_to_one(self, replicas: Sequence[Engine], primary: Engine) -> Connection:
        first = next(self._turn) % max(len(replicas), 1)
        for engine in (*replicas[first:], *replicas[:first]):
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
        return self._connect(primary)

    def _is_replica(self, engine: Engine) -> bool:
        return engine in self.replicas or engine in self.export_replicas

    def _is_fresh(self, connection: Connection) -> bool:
        """Return whether a replica is not too far behind; asked once a second of each."""
        now, replica = time.monotonic(), self._circuits[connection.engine]
        if not self._most_lag or now < self._fresh_until.get(replica, 0):
            return True
        self._fresh_until[replica] = now + LAG_SECONDS
        if postgresql.lag_seconds(connection) <= self._most_lag:
            return True
        self._fresh_until.pop(replica, None)
        return False

    def _connect(self, engine: Engine) -> Connection:
        """Connect; a replica has a part of the time, so that there is some left for another one."""
        was_away = self._look_at_circuit(engine)
        deadline, seconds = current_deadline(), CONNECT_SECONDS
        if self._is_replica(engine):
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


@contextmanager
def _closed_on_failure(connection: Connection) -> Iterator[None]:
    """Close a connection that turns out not to serve."""
    try:
        yield
    except SQLAlchemyError:
        connection.close()
        raise
