"""Leave a database alone that was silent, and try it again by itself."""

import time
from threading import Lock


class Circuit:
    """Say whether to ask one database: not for a while after it was silent, then one asks first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds  # for which a database is left alone
        self._lock = Lock()
        self._closed_from = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether the database is left alone now; false to one caller after each while."""
        now = time.monotonic()
        with self._lock:
            if not self._closed_from:
                return False
            if now < self._closed_from:
                return True
            self._closed_from = now + self._seconds  # the others wait for what this one finds
            return False

    @property
    def was_tripped(self) -> bool:
        """Return whether the database has not answered since."""
        return self._closed_from > 0

    def trip(self) -> bool:
        """Leave the database alone from now on; return whether it was not already."""
        with self._lock:
            was_closed = not self._closed_from
            self._closed_from = time.monotonic() + self._seconds
        return was_closed

    def close(self) -> None:
        """Ask the database again: it has answered."""
        self._closed_from = 0.0
