"""What a database says of its own tables, not the model: asked once, and again after a minute.

A model may promise a key, a NOT NULL or an index that the database does not have. What the engine
does for speed rests on the database's word alone.
"""

import time
from collections.abc import Callable, Collection, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from ..cache import bytes_of, cache_of

_SECONDS = 60  # a change of the schema is noticed after so long
_BYTES = 500  # of an answer: names, mostly


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a database enforces for a stored table's rows, by the names of its columns.

    Empty for whatever else a name may mean: a view, a foreign table, one that others inherit from.
    `collates` tells that its texts may be equal under rules of their own. `ordered` are columns,
    each with the one in which the database keeps what orders it.
    """

    keys: frozenset[frozenset[str]] = frozenset()
    filled: frozenset[str] = frozenset()
    collates: bool = False
    ordered: tuple[tuple[str, str], ...] = ()

    def is_key(self, names: Collection[str]) -> bool:
        """Return whether no two rows have the same values, none of them NULL, in these columns."""
        return any(key <= set(names) for key in self.keys)


NO_FACTS = TableFacts()
T = TypeVar("T")

looking = ContextVar("looking", default=False)  # whether a statement is no part of a draw


@dataclass(frozen=True, slots=True)
class _Told:
    answer: Any
    until: float


def told(connection: sa.Connection, question: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` finds out from the database, or found out within the last minute.

    `question` tells it from all others of this engine. Statements that `ask` sends are marked by
    `looking`, for whoever counts or shows a draw's own.
    """
    cache = cache_of(connection)
    key = "catalogue", cache.schema, question
    known: _Told | None = cache.get(key)
    if known is not None and time.monotonic() < known.until:
        found: T = known.answer
        return found
    mark = looking.set(True)
    try:
        found = ask()
    finally:
        looking.reset(mark)
    cache.put(key, _Told(found, time.monotonic() + _SECONDS), _BYTES + bytes_of(question))
    return found


def schema_in(connection: sa.Connection, table: sa.Table) -> str | None:
    """Return the schema that a table's statements on this connection go to."""
    schemas = connection.get_execution_options().get("schema_translate_map") or {}
    schema: str | None = schemas.get(table.schema, table.schema)
    return schema


def forget(engine: sa.Engine) -> None:
    """Ask anew from now on: for who has just changed the schema."""
    cache_of(engine).schema += 1
