"""SQLite: which state of the data a statement saw, told by what its connection saw and when."""

from dataclasses import dataclass
from typing import Any

from ...database_file import DatabaseFile


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A token that a connection saw, and since when at the latest."""

    token: tuple[Any, ...]
    since: float


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """What a statement's connection saw; the span of time in which it began to read, if known."""

    seen: Seen
    file: DatabaseFile | None
    began: float
    ended: float

    def is_of(self, other: Any) -> bool:
        """Return whether an earlier statement read the same state (see `SQLite.version`)."""
        if not isinstance(other, Stamp):  # that of a table's marks
            return False
        if self.seen is other.seen:
            return True
        within = self.seen.since < other.began and other.ended < self.began
        return within and self.file is not None and self.file == other.file
