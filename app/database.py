"""The database's sessions: one a request, which reads, and those of exports, which outlast it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from socket import socket
from typing import cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.engines import Engines
from app.serverside import Deadline, current_deadline, time_limit
from app.settings import Settings


class TooManyExportsError(Exception):
    """This process sends as many exports as it may at once."""


class Database:
    """Give the current app's engines and the current request's session."""

    def init_app(self, app: Flask, settings: Settings) -> None:
        """Make the app's engines, none of which connects yet, and bound each request's time."""
        app.extensions["database"] = Engines(settings)
        app.before_request(_begin_request)
        app.teardown_request(_end_request)
        app.teardown_appcontext(_close_session)

    @property
    def engines(self) -> Engines:
        """The engines of the current app."""
        return cast("Engines", current_app.extensions["database"])

    @property
    def engine(self) -> Engine:
        """The engine that writes, always on the primary."""
        return self.engines.primary

    def write(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes, one at a time; others wait their turn, for a time."""
        return self.engines.write()

    def connect_to_primary(self) -> Connection:
        """Connect to where was written just now; see `Engines.connect_to_primary`."""
        return self.engines.connect_to_primary()

    @property
    def session(self) -> Session:
        """The session that this request reads with; it can't write."""
        if "session" not in g:
            g.session = Session(self.engines.connect_to_read(), autoflush=False)
        return cast("Session", g.session)

    @contextmanager
    def exporting(self) -> Iterator[tuple[Session, Deadline]]:
        """Give a session that reads for longer, beyond the request's end, and its deadline.

        Whoever uses the session does so within `deadline.kept()`. Raises `TooManyExportsError`.
        """
        engines = self.engines
        if not engines.exports.acquire(blocking=False):
            raise TooManyExportsError
        with ExitStack() as stack:
            stack.callback(engines.exports.release)
            deadline = Deadline(engines.export_seconds)
            watched = engines.watcher.watch(client_socket(), deadline)
            stack.callback(engines.watcher.end, watched)
            with deadline.kept():
                connection = engines.connect_to_export()
            session = Session(connection, autoflush=False)
            stack.callback(_close, session, deadline)
            yield session, deadline

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


def _begin_request() -> None:
    """Bound the time of all that this request asks of a database, and watch its client."""
    stack = g.request_time = ExitStack()
    engines = db.engines
    deadline = stack.enter_context(time_limit(engines.request_seconds))
    stack.callback(engines.watcher.end, engines.watcher.watch(client_socket(), deadline))


def _end_request(_error: BaseException | None) -> None:
    """Close the request's session while its time still counts."""
    _close_session()
    if stack := g.pop("request_time", None):
        stack.close()


def _close_session(_error: BaseException | None = None) -> None:
    """Close the request's session, if there is one."""
    if session := g.pop("session", None):
        _close(session, current_deadline())


def _close(session: Session, deadline: Deadline | None) -> None:
    """Close a session, and give its connection back."""
    connection = cast("Connection", session.bind)
    session.close()
    if deadline is not None and (deadline.sent_stop or deadline.given_up):
        connection.invalidate()  # what is stopped late must not be another request's statement
    connection.close()


def client_socket() -> socket | None:
    """Return the client's socket where the server gives it to us."""
    if not has_request_context():
        return None
    return cast("socket | None", request.environ.get("gunicorn.socket"))


db = Database()
