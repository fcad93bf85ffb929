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


class Watcher:
    """Watch the sockets of running requests, in one thread that sleeps until one hangs up."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watched: dict[int, Deadline] = {}
        self._epoll: Any = None

    def watch(self, client: socket | None, deadline: Deadline) -> int | None:
        """Watch a request's socket from now on; return what `end` wants to be given."""
        if client is None or not HUNG_UP:
            return None
        number = client.fileno()
        with self._lock:
            self._start()
            self._watched[number] = deadline
            self._epoll.register(number, HUNG_UP | select.EPOLLONESHOT)
        return number

    def end(self, number: int | None) -> None:
        """Stop watching."""
        if number is None:
            return
        with self._lock:
            self._watched.pop(number)
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
                    deadline = self._watched.get(number)
                if deadline is not None:
                    deadline.give_up()
