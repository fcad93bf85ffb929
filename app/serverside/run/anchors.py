"""Anchors: the sort keys of every so many rows of an order, from which deep pages are read."""

import time
from collections.abc import Hashable, Sequence
from typing import Any

from ..sql.statements import Statements
from .reader import Reader
from .remembered import Entry, Remembered

MOST_ANCHORS = 5_000
_REST = 10  # times what making anchors took: where data changes all the time, they don't pay


def anchors_of(
    statements: Statements, reader: Reader, remembered: Remembered, step: int
) -> tuple[Hashable, Entry] | None:
    """Return the remembered anchors of an order and their cache key, made now where there are none.

    None where they can't be remembered, or were made not long ago for nothing.
    """
    if statements.anchors_key is None:
        return None
    key = "anchors", statements.anchors_key, step
    found = remembered.get(key)
    if found is None and not remembered.is_paused(key):
        began = time.monotonic()
        further = reader.further(statements.anchors(step), "anchors")
        remembered.pause(key, _REST * (time.monotonic() - began))
        values = [row[:-1] for row in sorted(further.rows, key=_last)]
        found = remembered.put(key, further.version, values, further.weight)
    return None if found is None else (key, found)


def _last(row: Sequence[Any]) -> Any:
    return row[-1]
