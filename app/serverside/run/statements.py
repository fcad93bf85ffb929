"""The statements of earlier draws, used again by those that ask alike."""

from collections.abc import Callable, Hashable
from typing import Any

import sqlalchemy as sa

from ..cache import EngineCache, cache_of
from ..dialects import Dialect
from ..plan.plan import Plan
from ..sql import joins
from ..sql.search_index import SearchIndex, stored_indexes
from ..sql.source import Source
from ..sql.statements import Statements

# As measured with tracemalloc: see `tests/serverside/run/test_statements.py`.
_BYTES, _BYTES_A_TEST = 20_000, 3_000  # of what has no statement yet, and of each test in it
_MOST_COMPILED = 4
_BYTES_A_LETTER = 60  # of a compiled statement, its objects and its keys


def compiled_bytes(compiled: dict[Any, Any]) -> int:
    """Return about how many bytes compiled statements take, and what they were compiled from."""
    return _BYTES_A_LETTER * sum(len(str(statement)) for statement in compiled.values())


def compiled_under(cache: EngineCache, name: Hashable) -> dict[Any, Any]:
    """Return a dict for what SQLAlchemy makes of statements of one name, a few at most."""
    key = "compiled", name
    found: dict[Any, Any] | None = cache.get(key)
    if found is None or len(found) > _MOST_COMPILED:
        found = {}
    cache.put(key, found, compiled_bytes(found) or _BYTES)
    return found


def statements_of(
    source: Source, plan: Plan, dialect: Dialect, connection: sa.Connection
) -> tuple[Statements, Callable[[], None]]:
    """Return the statements of a draw, those of an earlier draw where there was one.

    Also what to call after running some: they weigh more by then.
    """
    order = tuple((term.column, term.direction) for term in plan.order)
    where, indexes = plan.where(), frozenset[SearchIndex]()
    if where is not None and source.supports_late_fetch:
        indexes = stored_indexes(joins.tables(source.from_clause), connection)
    key = "statements", source.identity, source.columns, where, order, indexes
    cache = cache_of(connection)
    try:
        hash(key)
    except TypeError:  # a value that can't be compared
        return Statements(source, plan, dialect, indexes), lambda: None
    if source.identity is None:
        return Statements(source, plan, dialect, indexes), lambda: None
    found: Statements | None = cache.get(key)
    if found is None:
        found = Statements(source, plan, dialect, indexes)
        cache.put(key, found, _BYTES + _BYTES_A_TEST * found.tests)
    return found, _weigher(found, key, cache)


def _weigher(found: Statements, key: Hashable, cache: EngineCache) -> Callable[[], None]:
    before = len(found.compiled)

    def weigh() -> None:
        if len(found.compiled) > before:
            fresh = dict(list(found.compiled.items())[before:])
            cache.grow(key, found, compiled_bytes(fresh))

    return weigh
