"""The statements that make anchors: the sort keys of every so many rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..naming import part_name
from .order import SortKey


def anchors(rows: sa.Select[Any], keys: Sequence[SortKey], step: int) -> sa.Select[Any]:
    """Return the sort keys of every so many rows, as the database has them, and a number."""
    if len(keys) == 1 and keys[0].nulls is None and rows.whereclause is None:
        return _stepped(rows, keys[0], step)
    return _numbered(rows, keys, step)


def _numbered(rows: sa.Select[Any], keys: Sequence[SortKey], step: int) -> sa.Select[Any]:
    """Read and number all rows once."""
    number = sa.func.row_number().over(order_by=[key.placed(key.expression) for key in keys])
    raw = [key.raw.label(f"k{n}") for n, key in enumerate(keys)]
    numbered = rows.with_only_columns(*raw, number.label("number")).subquery(part_name("numbered"))
    return sa.select(*numbered.c).where((numbered.c.number - 1) % step == 0)


def _stepped(rows: sa.Select[Any], key: SortKey, step: int) -> sa.Select[Any]:
    """Walk the index of an order by one unique key, and keep nothing."""
    some = rows.with_only_columns(key.raw).order_by(key.placed(key.expression)).limit(1)
    first = sa.select(some.scalar_subquery().label("k0"), sa.literal(0).label("number"))
    steps: sa.CTE = first.cte(part_name("steps"), recursive=True)
    further = some.where(key.beyond(steps.c.k0)).offset(step - 1).correlate(steps)
    following = sa.select(further.scalar_subquery(), steps.c.number + 1)
    steps = steps.union_all(following.where(steps.c.k0.is_not(None)))
    return sa.select(*steps.c).where(steps.c.k0.is_not(None))
