"""What is remembered of the data: each value with the version of the data that it is of."""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from ..cache import EngineCache
from ..dialects.data_version import DataVersion

NUMBER_BYTES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A remembered value, and the version of the data that it is of."""

    stamp: Any
    value: Any


class Remembered:
    """A cache of such values; without one, nothing is remembered."""

    def __init__(self, cache: EngineCache | None) -> None:
        self._cache = cache

    def __bool__(self) -> bool:
        return self._cache is not None

    def get(self, key: Hashable) -> Entry | None:
        """Return the entry of a key; its version has yet to be checked."""
        found: Entry | None = self._cache.get(key) if self._cache and key is not None else None
        return found

    def put(
        self, key: Any, version: DataVersion | None, value: Any, weight: int = NUMBER_BYTES
    ) -> Entry | None:
        """Remember a value of a known version; return what is remembered now."""
        if self._cache is None or key is None or version is None:
            return None
        entry = Entry(version.stamp, value)
        self._cache.put(key, entry, weight + getattr(key, "weight", NUMBER_BYTES))
        return entry

    def forget(self, key: Hashable, entry: Entry) -> None:
        """Drop an entry of another version."""
        if self._cache is not None:
            self._cache.forget(key, entry)

    def pause(self, key: Hashable, seconds: float) -> None:
        """Take note that something is not worth trying again for so long."""
        if self._cache is not None:
            self._cache.put(("pause", key), time.monotonic() + seconds, NUMBER_BYTES)

    def is_paused(self, key: Hashable) -> bool:
        """Return whether something is not worth trying yet."""
        until: float | None = self._cache.get(("pause", key)) if self._cache else None
        return until is not None and time.monotonic() < until
