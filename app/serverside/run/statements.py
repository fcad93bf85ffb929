"""The statements of earlier draws, used again by those that ask alike."""

import sqlalchemy as sa

from ..cache import cache_of
from ..dialects import Dialect
from ..plan.plan import Plan
from ..sql import joins
from ..sql.change_marks import NOT_TRACKED, Tracking, stored_marks
from ..sql.search_index import SearchIndex, all_stored, stored_indexes
from ..sql.source import Source
from ..sql.statements import Statements

_BYTES, _BYTES_A_TEST = 40_000, 20_000  # and of each test in them, as tracemalloc sees them


def statements_of(
    source: Source, plan: Plan, dialect: Dialect, connection: sa.Connection, *, tracked: bool
) -> Statements:
    """Return the statements of a draw, those of an earlier draw where there was one."""
    order = tuple((term.column, term.direction) for term in plan.order)
    where, indexes, tracking = plan.where(), frozenset[SearchIndex](), NOT_TRACKED
    if where is not None and source.supports_late_fetch:
        indexes = stored_indexes(joins.tables(source.from_clause), connection)
    if tracked and source.supports_late_fetch:
        tracking = stored_marks(joins.tables(source.from_clause), connection)
    key = "statements", source.identity, source.columns, where, order, indexes, tracking
    try:
        hash(key)
    except TypeError:  # a value that can't be compared
        return Statements(source, plan, dialect, indexes, tracking)
    if source.identity is None:
        return Statements(source, plan, dialect, indexes, tracking)
    cache = cache_of(connection)
    found: Statements | None = cache.get(key)
    if found is None:
        found = Statements(source, plan, dialect, indexes, tracking)
        cache.put(key, found, _BYTES + _BYTES_A_TEST * found.tests)
    return found


def all_there(
    indexes: frozenset[SearchIndex], tracking: Tracking, connection: sa.Connection
) -> bool:
    """Return whether the database still has what statements rely on; it is asked anew."""
    marked = [marks.table for marks in tracking.marks]
    return all_stored(indexes, connection) and (
        not marked or tracking.marks <= stored_marks(marked, connection).marks
    )
