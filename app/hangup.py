"""Stop a request's statements when its client hangs up: nobody waits for the answer any more.

Only where the server hands out the client's socket (gunicorn does) and the system has epoll
(Linux); elsewhere the time limit alone ends a statement. The thread that watches asks nothing of a
database: it tells the request's deadline, at which the request's own thread looks.
"""

import select
from contextlib import suppress
from socket import socket
from threading import Lock, Thread
from typing import Any

from app.serverside import Deadline

HUNG_UP = getattr(select, "EPOLLRDHUP", 0)
Watched = tuple[int, Deadline]


class Watcher:
    """Watch the sockets of running requests, in one thread that sleeps until one hangs up."""

    def __init__(self) -> None:
        self._lock = Lock()
        # An export has a deadline beside its request's, and is watched when that has ended.
        self._watched: dict[int, list[Deadline]] = {}
        self._epoll: Any = None

    def watch(self, client: socket | None, deadline: Deadline) -> Watched | None:
        """Watch a client's socket from now on; return what `end` wants to be given."""
        if client is None or not HUNG_UP:
            return None
        number = client.fileno()
        with self._lock:
            self._start()
            deadlines = self._watched.setdefault(number, [])
            tell = self._epoll.modify if deadlines else self._epoll.register
            deadlines.append(deadline)
            tell(number, HUNG_UP | select.EPOLLONESHOT)
        return number, deadline

    def end(self, watched: Watched | None) -> None:
        """Stop watching."""
        if watched is None:
            return
        number, deadline = watched
        with self._lock:
            deadlines = self._watched[number]
            deadlines.remove(deadline)
            if deadlines:
                return
            del self._watched[number]
            with suppress(OSError):  # closed already
                self._epoll.unregister(number)

    def _start(self) -> None:
        if self._epoll is None:  # not before a worker was forked
            self._epoll = select.epoll()
            Thread(target=self._run, name="hangup", daemon=True).start()

    def _run(self) -> None:
        while True:
            for number, _ in self._epoll.poll():
                with self._lock:
                    for deadline in self._watched.get(number, ()):
                        deadline.give_up()
