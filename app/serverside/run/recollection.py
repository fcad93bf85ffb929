"""What a draw took from memory, and why the rest had to be read."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..dialects import Dialect
from ..sql.analysis import TRANSLATED
from ..sql.page import Window
from ..sql.source import Source
from ..tuning import Tuning
from .attempt import Attempt
from .executed import Executed
from .runner import Runner

_NEW = "it was not asked before, or was forgotten since"
_CHANGED = "the data may have changed since"
_UNKNOWN = "it can't be told here whether the data has changed"
_OTHERS = "it depends on the other filters, and is read at each draw"


@dataclass(frozen=True, slots=True)
class Recollection:
    """One thing that can be remembered, whether it was, and why or why not."""

    what: str
    used: bool
    why: str


def hindrance(
    connection: sa.Connection, dialect: Dialect, source: Source, tuning: Tuning, *, fresh: bool
) -> str:
    """Say why nothing is remembered for a draw: the session may see what no other does."""
    if not tuning.remember:
        return "remembering is switched off"
    if source.hindrance:
        return f"the query stands as it is, because {source.hindrance}"
    if TRANSLATED in {**connection.get_execution_options(), **source.options}:
        return "the session gives tables another schema"
    if not fresh and dialect.own_writes(connection):
        return "the transaction may see writes of its own that nobody else sees"
    return ""


def recollections(runner: Runner, forgets: str) -> Iterator[Recollection]:
    """Yield what was taken from memory for a draw; `forgets` says why nothing can be."""
    attempts = runner.attempts
    yield _kept("recordsTotal", "total", "counted", attempts, forgets)
    if runner.statements.filtered:
        yield _kept("recordsFiltered", "filtered", "counted", attempts, forgets)
    if (window := attempts[-1].window) is not None:
        yield _anchor(window, runner.executed)
    for question in runner.questions:
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
    if window.backwards and not window.within:
        return Recollection("anchor", False, "the page is nearer to the end, and read from there")
    if window.anchor is None and not window.within:
        return Recollection("anchor", False, "the page is read from the beginning of its order")
    if any(each.purpose == "anchors" for each in executed):
        why = f"the anchors were made now; {window.start:,} rows were skipped from the nearest"
        return Recollection("anchor", False, why)
    why = f"the data is unchanged since it was made; {window.start:,} rows were skipped from it"
    return Recollection("anchor", True, why)
