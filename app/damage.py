"""Whether the database is damaged, as far as this process knows: from its checks, or from draws."""

import time

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.serverside import time_limit

CHECK_SECONDS = 0.5  # a file too large to be checked in this time is taken to be sound
AGAIN_SECONDS = 60.0  # what was found holds for so long


class Damage:
    """Remember for a while whether damage was met."""

    def __init__(self) -> None:
        self._met_until = 0.0
        self._checked_until = 0.0

    def meet(self) -> None:
        """Take note that a statement met damaged pages."""
        self._met_until = time.monotonic() + AGAIN_SECONDS

    def is_known(self, connection: Connection) -> bool:
        """Return whether damage was met lately; SQLite is asked itself, now and then."""
        now = time.monotonic()
        if connection.dialect.name == "sqlite" and now >= self._checked_until:
            self._checked_until = now + AGAIN_SECONDS
            if not _is_sound(connection):
                self.meet()
        return now < self._met_until


def _is_sound(connection: Connection) -> bool:
    """Have SQLite look at all pages, for a time."""
    try:
        with time_limit(CHECK_SECONDS, grace=0):
            return bool(connection.scalar(text("PRAGMA quick_check(1)")) == "ok")
    except DBAPIError as error:
        return bool(getattr(error.orig, "sqlite_errorname", "") == "SQLITE_INTERRUPT")
