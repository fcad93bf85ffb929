"""Engines that keep deadlines: psycopg waits no longer than there is time, connecting included.

psycopg waits in `Connection.wait`, which wakes up ten times a second to be interruptible. Each time
the deadline is looked at. No thread watches, and no connection is touched from outside of its own.
"""

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any
from weakref import ref

import sqlalchemy as sa

from .deadline import GRACE_SECONDS, STOP_SECONDS, Deadline, Statement, current_deadline

SILENCE_SECONDS = GRACE_SECONDS  # a server that is only busy answers sooner


def keep_deadlines(engine: sa.Engine, statement_seconds: float = 0) -> None:
    """Make an engine keep `time_limit`; where there is none, `statement_seconds` for each, if any.

    On PostgreSQL by psycopg. To be called before the engine connects.
    """
    if engine.dialect.driver != "psycopg" or engine.dialect.is_async:
        return

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: object, arguments: Any, options: Any) -> Any:
        return _connected(partial(dialect.connect, *arguments, **options), dialect.loaded_dbapi)

    @sa.event.listens_for(engine, "connect", insert=True)
    def bound(driver: Any, _record: object) -> None:
        driver.wait = _Wait(driver, statement_seconds)


class _Wait:
    """psycopg's `Connection.wait`, within the deadline of whoever waits."""

    def __init__(self, driver: Any, statement_seconds: float) -> None:
        self._driver_ref = ref(driver)  # which has this; a circle would keep it open
        self._statement_seconds = statement_seconds

    @property
    def _driver(self) -> Any:
        return self._driver_ref()

    def __call__(self, steps: Any, *arguments: Any, **options: Any) -> Any:
        deadline = current_deadline()
        if deadline is None and self._statement_seconds:
            deadline = Deadline(self._statement_seconds)
        if deadline is not None:
            steps = self._within(steps, deadline)
        driver = self._driver
        return type(driver).wait(driver, steps, *arguments, **options)

    def _within(self, steps: Any, deadline: Deadline) -> Generator[Any, Any, Any]:
        """Take the steps of one exchange with the server while there is time.

        What a server has sent is taken first: one that answers at once is never too late.
        """
        statement, asked = Statement(deadline), False
        since = time.monotonic()
        try:
            awaited = next(steps)
            while True:
                awaited = steps.send((yield awaited))
                if statement.is_to_stop and deadline.has_grace and not asked:
                    asked, since = True, time.monotonic()
                    self._ask_to_stop(deadline)
                elif deadline.is_over:
                    self._leave(deadline, since)
        except StopIteration as end:
            return end.value

    def _ask_to_stop(self, deadline: Deadline) -> None:
        deadline.sent_stop = True
        with suppress(self._driver.Error):  # it does not answer at all: the deadline will do
            self._driver.cancel_safe(timeout=min(STOP_SECONDS, deadline.seconds_left or 0.1))

    def _leave(self, deadline: Deadline, since: float) -> None:
        """Close the connection, unless the server was asked, or asked to stop, only just now."""
        if time.monotonic() - since < SILENCE_SECONDS:
            return
        deadline.met_silence = not deadline.given_up
        self._driver.pgconn.finish()
        raise self._driver.OperationalError("the server did not answer in time")


def _connected(connect: Callable[[], Any], dbapi: Any) -> Any:
    """Connect in a thread, and leave it alone where the deadline comes first.

    Looking up a name and connecting have limits of their own, in whole seconds, or none.
    """
    deadline = current_deadline()
    if deadline is None:
        return connect()
    attempt: Future[Any] = Future()
    since = time.monotonic()
    Thread(target=_settle, args=(attempt, connect), name="connect", daemon=True).start()
    try:
        return attempt.result(deadline.seconds_left)
    except TimeoutError:
        attempt.add_done_callback(_close_late)
        deadline.met_silence = time.monotonic() - since >= SILENCE_SECONDS
        raise dbapi.OperationalError("the server did not accept a connection in time") from None


def _settle(attempt: "Future[Any]", connect: Callable[[], Any]) -> None:
    try:
        attempt.set_result(connect())
    except Exception as error:  # noqa: BLE001 - raised again by whoever waits
        attempt.set_exception(error)


def _close_late(attempt: "Future[Any]") -> None:
    if attempt.exception() is None:
        attempt.result().close()
