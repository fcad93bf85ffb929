"""What a database says of its own tables, not the model: asked once, and again after a minute.

A model may promise a key, a NOT NULL or an index that the database does not have. What the engine
does for speed rests on the database's word alone.
"""

from collections.abc import Callable, Collection, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import TTLCache

_SECONDS = 60  # a change of the schema is noticed after so long
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a database enforces for a stored table's rows, by the names of its columns.

    Empty for whatever else a name may mean: a view, a foreign table, one that others inherit from.
    `collates` tells that its texts may be equal under rules of their own.
    """

    keys: frozenset[frozenset[str]] = frozenset()
    filled: frozenset[str] = frozenset()
    collates: bool = False

    def is_key(self, names: Collection[str]) -> bool:
        """Tell whether no two rows have the same values, none of them NULL, in these columns."""
        return any(key <= set(names) for key in self.keys)


NO_FACTS = TableFacts()
T = TypeVar("T")
_Known = TTLCache[Hashable, object]

looking = ContextVar("looking", default=False)  # whether a statement is no part of a draw
_known: WeakKeyDictionary[sa.Engine, _Known] = WeakKeyDictionary()
_lock = Lock()


def told(connection: sa.Connection, question: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` finds out from the database, or found out within the last minute.

    `question` tells it from all others of this engine. Statements that `ask` sends are marked by
    `looking`, for whoever counts or shows a draw's own.
    """
    with _lock:
        known = _known.setdefault(connection.engine, TTLCache(_MOST, _SECONDS))
        if question in known:
            found: T = known[question]  # type: ignore[assignment]
            return found
    mark = looking.set(True)
    try:
        found = ask()
    finally:
        looking.reset(mark)
    with _lock:
        known[question] = found
    return found


def forget(engine: sa.Engine) -> None:
    """Ask anew from now on: for who has just changed the schema."""
    with _lock:
        _known.pop(engine, None)
