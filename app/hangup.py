"""Stop a request's statements when its client hangs up: nobody waits for the answer any more.

Only where the server hands out the client's socket (gunicorn does) and the system has epoll
(Linux); elsewhere the time limit alone ends a statement.
"""

import select
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from socket import socket
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Connection

from app import mysql

HUNG_UP = getattr(select, "EPOLLRDHUP", 0)
AGAIN_SECONDS = 0.2  # a request may start another statement before it ends
CANCEL_SECONDS = 2.0


class Watcher:
    """Watch the sockets of running requests, in one thread that sleeps until one hangs up."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watched: dict[int, Callable[[], None]] = {}
        self._gone: set[int] = set()
        self._epoll: Any = None

    def watch(self, client: socket | None, connection: Connection) -> int | None:
        """Watch a request's socket from now on; return what `end` wants to be given."""
        if client is None or not HUNG_UP:
            return None
        number = client.fileno()
        with self._lock:
            self._start()
            self._watched[number] = _stop(connection)
            self._epoll.register(number, HUNG_UP | select.EPOLLONESHOT)
        return number

    def end(self, number: int | None) -> bool:
        """Stop watching; tell whether the client is gone, and statements were stopped."""
        if number is None:
            return False
        with self._lock:
            self._watched.pop(number)
            with suppress(OSError):  # closed already
                self._epoll.unregister(number)
            gone = number in self._gone
            self._gone.discard(number)
        return gone

    def _start(self) -> None:
        if self._epoll is None:  # not before a worker was forked
            self._epoll = select.epoll()
            Thread(target=self._run, name="hangup", daemon=True).start()

    def _run(self) -> None:
        while True:
            events = self._epoll.poll(AGAIN_SECONDS if self._gone else None)
            with self._lock:
                self._gone |= {number for number, _ in events} & self._watched.keys()
                for number in self._gone:
                    self._watched[number]()


def _stop(connection: Connection) -> Callable[[], None]:
    """Return what stops whatever a connection runs then, if anything."""
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.interrupt
    if connection.dialect.name == "mysql":
        return partial(mysql.cancel, connection.engine, driver.thread_id(), CANCEL_SECONDS)
    return partial(_cancel, driver)


def _cancel(driver: Any) -> None:
    with suppress(Exception):  # the server is away, or full: the time limit will do
        driver.cancel_safe(timeout=CANCEL_SECONDS)
