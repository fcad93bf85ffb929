"""From where a page is read: from the order's beginning, from its end, or from an anchor."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..sql.page import Values, Window
from ..tuning import Tuning


@dataclass(frozen=True, slots=True)
class Anchors:
    """The sort keys of every `step`-th row of an order, from the first on."""

    step: int
    values: Sequence[Values]


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
