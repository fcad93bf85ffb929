"""What counting and paging remember: bounded, and valid only while the data is what it was.

An entry carries the stamp of the state of the data that it was read from. Who reads an entry must
ask the `Reading` of its own statement whether that stamp still holds: see `dialects/`.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache, cached

from .purity import PURE, is_known, name_of
from .sqlalchemy_private import cache_key

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which state of the data a statement saw, and which stamps stand for that same state."""

    stamp: Any
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A remembered value, its state of the data and its weight in bytes, roughly."""

    stamp: Any
    value: Any
    weight: int


class Memory:
    """The entries of one database, least recently used forgotten first. Safe between threads."""

    def __init__(self, size: int) -> None:
        self._entries: LRUCache[Key, Entry] = LRUCache(size, getsizeof=_weight)
        self._lock = Lock()

    def get(self, key: Key) -> Entry | None:
        """Return the entry of a key; its stamp has yet to be checked."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: Key, stamp: Any, value: Any, weight: int = 0) -> None:
        """Remember a value; one that is larger than the whole memory is not kept."""
        entry = Entry(stamp, value, weight + _BASE + _VALUE_BYTES * len(key))
        if entry.weight <= self._entries.maxsize:
            with self._lock:
                self._entries[key] = entry

    def forget(self, entry: Entry) -> None:
        """Drop an entry that does not hold any more."""
        with self._lock:
            for key in [key for key, kept in self._entries.items() if kept is entry]:
                del self._entries[key]


_BASE = 4_000  # a key holds a statement's structure ...
_VALUE_BYTES = 500  # ... and its values, each with the part of the statement that holds it
_ROW_BYTES = 100
_memories: WeakKeyDictionary[sa.Engine, Memory] = WeakKeyDictionary()
_lock = Lock()


def memory_of(engine: sa.Engine, size: int) -> Memory:
    """Return the memory of an engine's database; the first caller decides its size."""
    with _lock:
        return _memories.setdefault(engine, Memory(size))


def key_of(statement: Any) -> Key | None:
    """Return what tells a statement with its values from others; None where that can't be told."""
    found = cache_key(statement)
    if found is None or not _repeatable(found[0], statement):
        return None
    values = [_frozen(value) for value in found[1]]
    return None if _UNTOLD in values else (found[0], *values)


_UNTOLD = object()
_PLAIN = (str, int, type(None))
_TOLD = (bool, float, bytes, Decimal, date, time, timedelta, UUID)


def _frozen(value: Any) -> Any:
    """Return what tells a value from others: moments of one instant are two texts in a database."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return type(value), value.name
    if isinstance(value, list | tuple):
        return (list, *map(_frozen, value)) if _UNTOLD not in map(_frozen, value) else _UNTOLD
    return (type(value), repr(value)) if isinstance(value, _TOLD) else _UNTOLD


_REPEATABLE = PURE | {"count", "row_number"}


@cached(LRUCache(1024), key=lambda structure, _: structure, lock=Lock())
def _repeatable(_structure: Key, statement: Any) -> bool:
    """Tell whether a statement, asked again of the same data, must give the same answer."""
    return all(map(_is_repeatable, sa.sql.visitors.iterate(statement)))


def _is_repeatable(part: Any) -> bool:
    if isinstance(part, sa.sql.functions.FunctionElement):
        return name_of(part) in _REPEATABLE
    return is_known(part)


def weight_of(rows: Iterable[Sequence[Any]]) -> int:
    """Return about how many bytes rows take in memory."""
    return sum(_ROW_BYTES + sum(map(sys.getsizeof, row)) for row in rows)


def _weight(entry: Entry) -> int:
    return entry.weight
