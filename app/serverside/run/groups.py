"""Which value the rows of a page have: told by the numbers of rows of each value."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

_before, _end = attrgetter("before"), attrgetter("end")


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one value of a key: how many they are, and how many stand before them."""

    value: Any
    number: int
    before: int

    @property
    def end(self) -> int:
        """How many rows stand before the first one after these."""
        return self.before + self.number


@dataclass(frozen=True, slots=True)
class Groups:
    """Some groups in the ascending order of their values, in which NULL's is the first or the last.

    The order that is asked for may be the descending one, with NULL at either end.
    """

    rows: Sequence[Group]
    is_descending: bool = False
    nulls_first: bool = False

    def at(self, start: int, number: int) -> Group | None:
        """Return the last known group that begins at `start` of `number` rows, or before that.

        `before` is of the order that is asked for. None where no known one begins there.
        """
        ends = (*self.rows[:1], *self.rows[-1:])
        null = next((group for group in ends if group.value is None), None)
        valued = number - (null.number if null else 0)
        ahead = null.number if null and self.nulls_first else 0
        if null and not 0 <= start - ahead < valued:
            return replace(null, before=0 if self.nulls_first else valued)
        found = self._with_value(start - ahead, valued, null)
        return found and replace(found, before=found.before + ahead)

    def _with_value(self, start: int, number: int, null: Group | None) -> Group | None:
        """Return the group among those that have a value, as if there were no others."""
        first, last, below = 0, len(self.rows), 0
        if null is not None and null is self.rows[0]:
            first, below = 1, null.number
        elif null is not None:
            last -= 1
        if first >= last:
            return None
        if self.is_descending:
            left = number - start + below
            place = bisect_left(self.rows, left, first, last, key=_end)
            begins = number + below - self.rows[place].end if place < last else 0
        else:
            place = bisect_right(self.rows, start + below, first, last, key=_before) - 1
            begins = self.rows[place].before - below
        return replace(self.rows[place], before=begins) if first <= place < last else None
