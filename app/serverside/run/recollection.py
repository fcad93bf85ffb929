"""What a draw took from memory, and why the rest had to be read."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from ..sql.page import Window
from .attempt import Attempt
from .executed import Executed
from .question import Question

_NEW = "it was not asked before, or was forgotten since"
_CHANGED = "the data may have changed since"
_UNKNOWN = "the database can't tell here whether the data has changed"
_OTHERS = "it depends on the other filters, and is read at each draw"


@dataclass(frozen=True, slots=True)
class Recollection:
    """One thing that can be remembered, whether it was, and why or why not."""

    what: str
    used: bool
    why: str


def recollections(
    attempts: Sequence[Attempt],
    filters: bool,
    questions: Sequence[Question],
    executed: Sequence[Executed],
    forgets: str,
) -> Iterator[Recollection]:
    """Yield what was taken from memory for a draw; `forgets` says why nothing can be."""
    yield _kept("recordsTotal", "total", "counted", attempts, forgets)
    if filters:
        yield _kept("recordsFiltered", "filtered", "counted", attempts, forgets)
    if (window := attempts[-1].window) is not None:
        yield _anchor(window, executed)
    for question in questions:
        reason = forgets or ("" if question.key else _OTHERS)
        yield _kept("options", question.name, "read", attempts, reason)


def _kept(
    what: str, name: Hashable, verb: str, attempts: Sequence[Attempt], forgets: str
) -> Recollection:
    first, last = attempts[0], attempts[-1]
    if name in last.taken:
        return Recollection(what, True, f"the data is unchanged since it was {verb}")
    changed = _CHANGED if name in first.taken else ""
    unknown = _UNKNOWN if last.version is None else ""
    return Recollection(what, False, forgets or changed or unknown or _NEW)


def _anchor(window: Window, executed: Sequence[Executed]) -> Recollection:
    """Say from where the page was read; the anchors of an order are made at the first deep page."""
    if window.backwards:
        return Recollection("anchor", False, "the page is nearer to the end, and read from there")
    if window.anchor is None:
        return Recollection("anchor", False, "the page is read from the beginning of its order")
    if any(each.purpose == "anchors" for each in executed):
        why = f"the anchors were made now; {window.start:,} rows were skipped from the nearest"
        return Recollection("anchor", False, why)
    why = f"the data is unchanged since it was made; {window.start:,} rows were skipped from it"
    return Recollection("anchor", True, why)
