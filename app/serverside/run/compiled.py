"""What SQLAlchemy compiles of statements, remembered with everything else.

An engine's own cache keeps 500 statements whatever they weigh; that of a built filter weighs half a
megabyte.
"""

import time
from typing import Any

from ..cache import EngineCache

_BYTES_A_LETTER = 100  # of SQL: a compiled statement and its key, as tracemalloc sees them


class CompiledStatements:
    """A `compiled_cache` for `Connection.execute`, of which SQLAlchemy asks no more than this.

    https://docs.sqlalchemy.org/en/20/core/connections.html#sql-caching
    """

    def __init__(self, cache: EngineCache) -> None:
        self._cache = cache
        self.ready_at = 0.0  # when the last statement was there, by `time.perf_counter`

    def get(self, key: Any) -> Any:
        """Return what a statement was compiled to, or None."""
        found = self._cache.get(_Key(key))
        self.ready_at = time.perf_counter()
        return found

    def __setitem__(self, key: Any, compiled: Any) -> None:
        self._cache.put(_Key(key), compiled, _BYTES_A_LETTER * len(str(compiled)))
        self.ready_at = time.perf_counter()


class _Key:
    """SQLAlchemy's key of a statement, which is large, hashed once for each use."""

    __slots__ = ("_hash", "key")

    def __init__(self, key: Any) -> None:
        self.key = key
        self._hash = hash(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._hash == other._hash and self.key == other.key

    def __hash__(self) -> int:
        return self._hash
