"""One attempt at a draw: what it assumes, until the version of the data tells otherwise."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..dialects.data_version import DataVersion
from ..sql.page import Window
from .remembered import Entry


@dataclass(slots=True)
class Attempt:
    """What one attempt assumes, what it knows so far, and from where it read its page."""

    numbers: dict[str, int] = field(default_factory=dict)
    stamps: list[Any] = field(default_factory=list)
    answers: dict[Hashable, Any] = field(default_factory=dict)
    anchors: list[tuple[Hashable, Entry]] = field(default_factory=list)
    may_assume: bool = True
    taken: tuple[Hashable, ...] = ()  # the names of what was remembered
    window: Window | None = None
    version: DataVersion | None = None

    def holds(self, version: DataVersion | None) -> bool:
        """Return whether all that was assumed is of the version that the page was read from."""
        stamps = [*self.stamps, *(entry.stamp for _, entry in self.anchors)]
        return not stamps or (version is not None and all(map(version.matches, stamps)))


def differ(version: DataVersion | None, others: Iterable[DataVersion | None]) -> bool:
    """Return whether some of these versions are known to be of another state."""
    known = [other.stamp for other in others if other is not None]
    return version is not None and not all(map(version.matches, known))
