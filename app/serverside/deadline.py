"""The time that a request's statements have together, kept by the client as well as by the server.

A database that hangs does not keep its own time limit. So whoever waits for it looks at this: at
the deadline, a statement is asked to stop; a grace later, nobody waits for it any more.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import TIMEOUT_MAX

GRACE_SECONDS = 0.7  # for a database to say that it has stopped
STOP_SECONDS = 0.3  # of it, which a statement that begins within the grace leaves


class Deadline:
    """Know when what is asked from now on has to stop, and when waiting for it ends."""

    def __init__(self, seconds: float, *, grace: float = GRACE_SECONDS) -> None:
        self.stops_at = time.monotonic() + seconds
        self.ends_at = self.stops_at + grace
        self.given_up = False  # whether nobody waits for the answer any more
        self.sent_stop = False  # whether a server was asked to stop, which may reach it late
        self.met_silence = False  # whether a server did not even say that it stops

    @property
    def has_grace(self) -> bool:
        """Return whether there is time for a server to say that it has stopped."""
        return self.ends_at > self.stops_at

    @property
    def is_over(self) -> bool:
        """Return whether nobody may wait any longer."""
        return time.monotonic() >= self.ends_at

    @property
    def seconds_left(self) -> float:
        """Return how long may still be waited."""
        return min(max(0.0, self.ends_at - time.monotonic()), TIMEOUT_MAX)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep this deadline alone, in place of the one that there is: for work done in pieces."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def give_up(self) -> None:
        """Stop everything now, from another thread."""
        now = time.monotonic()
        self.stops_at = min(self.stops_at, now)
        self.ends_at = min(self.ends_at, now + GRACE_SECONDS)
        self.given_up = True


_current: ContextVar[Deadline | None] = ContextVar("serverside_deadline", default=None)


class Statement:
    """One statement's part of a deadline: what begins too late cleans up, and has the grace."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        late = time.monotonic() >= deadline.stops_at
        self._stops_at = deadline.ends_at - STOP_SECONDS if late else deadline.stops_at

    @property
    def is_to_stop(self) -> bool:
        """Return whether its time is over, or nobody waits for it."""
        return self.deadline.given_up or time.monotonic() >= self._stops_at


def current_deadline() -> Deadline | None:
    """Return the deadline of what runs in this thread, if it has one."""
    return _current.get()


@contextmanager
def time_limit(seconds: float, *, grace: float = GRACE_SECONDS) -> Iterator[Deadline]:
    """Give all statements within so many seconds together, and never more than there were before.

    Kept by engines that `reading_engine` made or `keep_deadlines` was called with. On PostgreSQL, a
    server that does not answer costs its connection; SQLite is a library, which stops by itself
    unless the file's own system hangs.

        with time_limit(10):
            answer = DataTables(params(request), query, COLUMNS, session=session).output_result()
    """
    outer, deadline = _current.get(), Deadline(seconds, grace=grace)
    if outer is not None:
        deadline.stops_at = min(deadline.stops_at, outer.stops_at)
        deadline.ends_at = min(deadline.ends_at, outer.ends_at)
    with deadline.kept():
        yield deadline
