"""How many requests ask the database at once: a bounded number, and never all for one client."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition


class BusyError(Exception):
    """The server has too much to do right now."""


class ShareError(Exception):
    """One client asks for too much at once."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many requests may run and how many may wait, of all clients or of one."""

    running: int
    waiting: int


class Lanes:
    """Let requests run side by side; the others wait, for a time, or are turned away at once."""

    def __init__(self, everybody: Share, client: Share, seconds: float) -> None:
        self._everybody, self._client, self._seconds = everybody, client, seconds
        self._changed = Condition()
        self._running: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def enter(self, client: str) -> Iterator[None]:
        """Wait for a lane, and have it. Raises `ShareError` and `BusyError`."""
        self._wait(client)
        try:
            yield
        finally:
            with self._changed:
                _less(self._running, client)
                self._changed.notify_all()

    def _wait(self, client: str) -> None:
        with self._changed:
            if not self._is_free(client):
                self._refuse(client)
                self._waiting[client] += 1
                came = self._changed.wait_for(lambda: self._is_free(client), self._seconds)
                _less(self._waiting, client)
                if not came:
                    raise BusyError
            self._running[client] += 1

    def _refuse(self, client: str) -> None:
        """Raise where nobody else, or nobody else of this client's, may wait."""
        if self._waiting[client] >= self._client.waiting:
            raise ShareError
        if self._waiting.total() >= self._everybody.waiting:
            raise BusyError

    def _is_free(self, client: str) -> bool:
        all_run = self._running.total() >= self._everybody.running
        return not all_run and self._running[client] < self._client.running


def _less(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if not counter[client]:
        del counter[client]  # clients come and go
