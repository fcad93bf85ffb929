"""Where the rows of each value of an order's key begin: counted, not sorted.

No index has an order by several keys, or by a joined column. Its rows of one first value still
stand together, and the counts of all values, added up in their order, say where. So a page is
looked for among the rows of one value: these are few, or an index on the next key orders them.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import Join

from ..columns.kinds import DATES, NUMBERS, TEXTS
from ..columns.shown import kind_of
from ..naming import part_name
from . import joins
from .order import SortKey
from .source import Source

_ALIKE = {*TEXTS, *NUMBERS, *DATES, "boolean", "uuid"} - {"float"}  # come back as they went
_MOST_INTEGER = 2**31


def can_group(key: SortKey) -> bool:
    """Return whether rows of one value can be told by a value that was read."""
    return kind_of(key.expression) in _ALIKE


def groups(
    source: Source,
    where: Any,
    matching: Sequence[joins.Link],
    keys: Sequence[SortKey],
    inside: tuple[Any, ...],
    size: tuple[int, int],
) -> sa.Select[Any]:
    """Return the values `k0` of a key, how many rows have each, and how many stand before it.

    The key is that after those of which the rows have the values `inside`. `size` is the step, and
    how many rows match at most. Of the values come NULL, and those whose rows reach or pass a
    multiple of the step. They are counted in ascending order, which an index may have; NULL stands
    where the database puts it.
    """
    key, (step, number) = keys[len(inside)], size
    tests = [own.same(value) for own, value in zip(keys, inside, strict=False)]
    tests += [] if where is None else [where]
    rows = None if tests else _by_reference(source, key)
    if rows is None:
        own = key.ordered(key.raw).label("k0")
        rows = source.over(own, where=sa.and_(*tests) if tests else None, matching=matching)
    value, *times = rows.subquery(part_name("valued")).c
    counting = sa.func.sum(times[0]) if times else sa.func.count()
    # A sum of integers is not a decimal, which takes PostgreSQL much longer to add up.
    found = sa.cast(counting, sa.Integer() if number < _MOST_INTEGER else sa.BigInteger())
    up_to = sa.func.sum(found).over(order_by=value, rows=(None, 0))
    counted = sa.select(value, found.label("n"), (up_to - found).label("before")).group_by(value)
    each = counted.subquery(part_name("groups")).c
    kept = sa.or_(each.before % step + each.n >= step, each.k0.is_(None))
    whole = (sa.cast(column, sa.BigInteger()) for column in (each.n, each.before))
    return sa.select(each.k0, *whole).where(kept)


def _by_reference(source: Source, key: SortKey) -> sa.Select[Any] | None:
    """Return the values with a number of rows, which are counted before they are joined.

    None where the value is not that of a row that each row of the main table refers to.
    """
    tree = joins.pruned(source.from_clause, joins.mentioned(key.expression))
    if source.conditions or source.criteria or not isinstance(tree, Join):
        return None
    found = list(joins.links(tree))
    if isinstance(tree.left, Join) or len(found) != 1 or tree.full:
        return None
    [link] = found
    whole = kind_of(link.foreign) == kind_of(link.primary) == "integer"  # equal means the same
    if not whole or joins.mentioned(key.expression) != {link.table}:
        return None
    times = sa.select(link.foreign.label("key"), sa.func.count().label("times"))
    counted = times.select_from(tree.left).group_by(link.foreign).subquery(part_name("counted"))
    joined = Join(counted, tree.right, counted.c.key == link.primary, tree.isouter)
    return sa.select(key.ordered(key.raw).label("k0"), counted.c.times).select_from(joined)
