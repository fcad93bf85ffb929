"""All that the engine remembers in one process: one place, one budget of bytes.

What was put once is *on trial*; what is asked for again is *kept*. In both, what was not used for
longest is forgotten first, so that many things asked once push out nothing that is asked often
(segmented LRU: Karedla, Love and Wherry, "Caching strategies to improve disk system performance",
IEEE Computer 27:3, 1994).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

DEFAULT_BYTES = 64_000_000
KEPT_SHARE = 0.8  # of the budget, at most, for what was asked for again
_SHARED_LENGTH = 60
_ENTRY_BYTES = 400  # an entry's own: two references in a dict, a list, a key's frame

T = TypeVar("T")


@dataclass(slots=True)
class _Item:
    value: Any
    weight: int


class Cache:
    """Values by key, each with its weight in bytes. Safe between threads."""

    def __init__(self, budget: int = DEFAULT_BYTES) -> None:
        self._budget = budget
        self._trial: OrderedDict[Hashable, _Item] = OrderedDict()
        self._kept: OrderedDict[Hashable, _Item] = OrderedDict()
        self._weight = self._kept_weight = 0
        self._lock = Lock()

    def __repr__(self) -> str:
        entries = len(self._trial) + len(self._kept)
        return f"Cache({entries} entries, {self.weight:,} of {self._budget:,} bytes)"

    @property
    def weight(self) -> int:
        """Bytes that all entries are taken to need."""
        return self._weight

    def resize(self, budget: int) -> None:
        """Change the budget; where it is smaller, forget at once."""
        if budget != self._budget:
            with self._lock:
                self._budget = budget
                self._shrink()

    def get(self, key: Hashable) -> Any:
        """Return the value of a key, or None."""
        with self._lock:
            item = self._kept.get(key)
            if item is not None:
                self._kept.move_to_end(key)
                return item.value
            item = self._trial.pop(key, None)
            if item is None:
                return None
            self._kept[key] = item
            self._kept_weight += item.weight
            self._shrink()
            return item.value

    def put(self, key: Hashable, value: Any, weight: int) -> None:
        """Remember a value; one that is heavier than what is kept may be is not kept."""
        weight += _ENTRY_BYTES
        with self._lock:
            kept = key in self._kept
            self._drop(key)
            if weight > self._budget * KEPT_SHARE:
                return
            (self._kept if kept else self._trial)[key] = _Item(value, weight)
            self._weight += weight
            self._kept_weight += weight if kept else 0
            self._shrink()

    def forget(self, key: Hashable, value: Any) -> None:
        """Drop a value that does not hold any more, unless another one has taken its place."""
        with self._lock:
            item = self._kept.get(key) or self._trial.get(key)
            if item is not None and item.value is value:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if item := self._kept.pop(key, None):
            self._kept_weight -= item.weight
            self._weight -= item.weight
        elif item := self._trial.pop(key, None):
            self._weight -= item.weight

    def _shrink(self) -> None:
        """Put what is kept beyond its share on trial again, and forget beyond the budget."""
        while self._kept_weight > self._budget * KEPT_SHARE:
            key, item = self._kept.popitem(last=False)
            self._kept_weight -= item.weight
            self._trial[key] = item
        while self._weight > self._budget and self._trial:
            _, item = self._trial.popitem(last=False)
            self._weight -= item.weight


class EngineCache:
    """What is remembered of one engine's database; its keys meet no other's."""

    def __init__(self, whole: Cache) -> None:
        self._whole = whole
        self.schema = 0  # goes up when somebody has changed the schema

    def get(self, key: Hashable) -> Any:
        """Return the value of a key, or None."""
        return self._whole.get((self, key))

    def put(self, key: Hashable, value: Any, weight: int) -> None:
        """Remember a value of so many bytes."""
        self._whole.put((self, key), value, weight)

    def forget(self, key: Hashable, value: Any) -> None:
        """Drop a value that does not hold any more."""
        self._whole.forget((self, key), value)


CACHE = Cache()
_of_engine: WeakKeyDictionary[sa.Engine, EngineCache] = WeakKeyDictionary()
_lock = Lock()


def cache_of(bind: Any) -> EngineCache:
    """Return what is remembered of an engine's, or a connection's, database."""
    engine: sa.Engine = bind.engine
    with _lock:
        found = _of_engine.get(engine)
        if found is None:
            found = _of_engine[engine] = EngineCache(CACHE)
        return found


def forget_engine(engine: sa.Engine) -> None:
    """Remember nothing of an engine's database any more."""
    with _lock:
        _of_engine.pop(engine, None)


def remembered(key: Hashable, make: Callable[[], T], weight: Callable[[T], int]) -> T:
    """Return what `make` makes, or made before; it depends on nothing but the key."""
    found: T | None = CACHE.get(key)
    if found is None:
        found = make()
        CACHE.put(key, found, weight(found))
    return found


def bytes_of(value: Any) -> int:
    """Return about how many bytes nested tuples and lists take; what they refer to is others'.

    Names are shared by all that mention them, so a short text weighs nothing.
    """
    if isinstance(value, tuple | list):
        return 56 + 8 * len(value) + sum(map(bytes_of, value))
    return len(value) if isinstance(value, str | bytes) and len(value) > _SHARED_LENGTH else 0
