"""From where a page is read: from the order's beginning, from its end, or from an anchor."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from ..sql.page import Values, Window
from ..tuning import Tuning


@dataclass(frozen=True, slots=True)
class Anchors:
    """The sort keys of every `step`-th row of an order, from the first on."""

    step: int
    values: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one value of a key: how many they are, and how many stand before them."""

    value: Any
    number: int
    before: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups in their order, some left out. NULL's stands where the database puts it by itself.

    It is to stand at the other end where `null_moves`.
    """

    rows: Sequence[Group]
    null_moves: bool

    def at(self, start: int, number: int) -> Group | None:
        """Return the last known group that begins at `start` of `number` rows, or before that."""
        null = next((group for group in self._ends if group.value is None), None)
        if null is None or not self.null_moves:
            return self._last(start, range(len(self.rows)), 0)
        if null is self.rows[0]:
            ahead = number - null.number
            others = range(1, len(self.rows))
            if start >= ahead:
                return replace(null, before=ahead)
            return self._last(start, others, -null.number)
        if start < null.number:
            return replace(null, before=0)
        return self._last(start, range(len(self.rows) - 1), null.number)

    @property
    def _ends(self) -> tuple[Group, Group]:
        return self.rows[0], self.rows[-1]

    def _last(self, start: int, among: range, moved: int) -> Group | None:
        """Look in some rows, all moved by so many."""
        at, to = among.start, among.stop
        place = bisect_right(self.rows, start - moved, at, to, key=attrgetter("before")) - 1
        if place < at:
            return None
        found = self.rows[place]
        return replace(found, before=found.before + moved)


def window_of(
    start: int, length: int, number: int | None, anchors: Anchors | None, tuning: Tuning
) -> Window:
    """Return the window of a page that begins after `start` rows; `number` rows match, if known.

    Without anchors, the nearer end is read from; with them, the end only where it is near.

        >>> window_of(95, 10, 100, None, Tuning())
        Window(start=0, length=5, anchor=None, backwards=True)
    """
    if number is not None and tuning.from_the_end:
        left = number - start
        if left > 0 and (left < start if anchors is None else left <= tuning.deep):
            length = min(length, left)
            return Window(left - length, length, backwards=True)
    if anchors is not None:
        nearest = min(start // anchors.step, len(anchors.values) - 1)
        return Window(start - nearest * anchors.step, length, anchors.values[nearest])
    return Window(start, length)


def is_deep(start: int, number: int, tuning: Tuning) -> bool:
    """Return whether a page lies far from both ends, so that anchors are worth making."""
    left = number - start
    return left > 0 and min(start, left) >= tuning.deep
