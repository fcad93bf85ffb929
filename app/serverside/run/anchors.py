"""From where a deep page is read: from an anchor, or among the rows of one value.

Anchors are the sort keys of every so many rows of an order. Where the order has several keys, rows
are counted by the first one's value instead, and the page is looked for within one value: there, by
the next key, in the same way.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..dialects.catalogue import told
from ..sql.page import Values, Window
from ..sql.statements import Statements
from ..tuning import Tuning
from .groups import Group, Groups
from .reader import Reader
from .remembered import Entry, Remembered
from .window import Anchors, is_deep, window_of

MOST_ANCHORS = 5_000
_REST = 10  # times what making anchors took: where data changes all the time, they don't pay


class Seeker:
    """Looks for the rows of one draw's page; `used` is what was remembered of their order."""

    def __init__(
        self,
        statements: Statements,
        reader: Reader,
        remembered: Remembered,
        tuning: Tuning,
        connection: sa.Connection,
    ) -> None:
        self._statements, self._reader, self._connection = statements, reader, connection
        self._remembered, self._tuning = remembered, tuning
        self.used: list[tuple[Hashable, Entry]] = []

    def window(self, start: int, length: int, number: int) -> Window:
        """Return the window of a page that begins after `start` of `number` rows."""
        inside: Values = ()
        while is_deep(start, number, self._tuning) and (inside or not self._skips(start)):
            step = max(self._tuning.anchor_step, number // MOST_ANCHORS)
            if not self._statements.can_group(inside):
                anchors = self._anchors(step, inside)
                found = window_of(start, length, number, anchors, self._tuning)
                return replace(found, within=inside)
            group = self._group(start, number, step, inside)
            if group is None:
                break
            if start - group.before + length > group.number:  # it ends in another one
                return Window(start - group.before, length, (group.value,), within=inside)
            inside = (*inside, group.value)
            start, number = start - group.before, group.number
        return replace(window_of(start, length, number, None, self._tuning), within=inside)

    def _skips(self, start: int) -> bool:
        """Return whether rows are skipped sooner than anchors are made: along an index."""
        if start >= self._statements.cheap_offset:
            return False
        return _in_order(self._statements, self._connection)

    def _anchors(self, step: int, inside: Values) -> Anchors | None:
        def make() -> Any:
            return self._statements.anchors(step, inside)

        found = self._kept("anchors", (step, inside), make, lambda rows: [row[:-1] for row in rows])
        return Anchors(step, found) if found else None  # none where all rows have gone meanwhile

    def _group(self, start: int, number: int, step: int, inside: Values) -> Group | None:
        def make() -> Any:
            return self._statements.groups(step, number, inside)

        found = self._kept("groups", (step, inside), make, lambda rows: [Group(*r) for r in rows])
        key = self._statements.keys[len(inside)]
        groups = Groups(found or (), key.direction == "desc", key.nulls == "first")
        return groups.at(start, number)

    def _kept(
        self,
        what: str,
        which: Hashable,
        make: Callable[[], Any],
        made: Callable[[Sequence[Any]], Sequence[Any]],
    ) -> Sequence[Any] | None:
        """Return what is remembered of an order, made now where there is nothing.

        None where it was made not long ago for nothing. The order must have an `anchors_key`.
        """
        key = what, self._statements.anchors_key, which
        found = self._remembered.get(key)
        if found is None and not self._remembered.is_paused(key):
            began = time.monotonic()
            further = self._reader.further(make(), "anchors")
            self._remembered.pause(key, _REST * (time.monotonic() - began))
            rows = made(sorted(further.rows, key=_last))
            found = self._remembered.put(key, further.version, rows, further.weight)
        if found is None:
            return None
        self.used.append((key, found))
        values: Sequence[Any] = found.value
        return values


def _in_order(statements: Statements, connection: sa.Connection) -> bool:
    """Return whether an index gives the rows in their order: asked at most once a minute."""

    def ask() -> bool:
        try:
            return statements.dialect.in_order(connection, statements.leading)
        except sa.exc.SQLAlchemyError:  # a draw does not fail for want of a plan
            return False

    return told(connection, ("in order", statements.anchors_key), ask)


def _last(row: Sequence[Any]) -> Any:
    return row[-1]
