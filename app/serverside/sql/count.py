"""Totals, each a scalar subquery: a draw's statement carries those it does not remember."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..naming import part_name
from . import joins, proof
from .joins import Link
from .source import Source
from .statement_key import Key


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a statement can carry, and its cache key; None: it can't be remembered."""

    name: str
    select: Any
    key: Key | None = None


def count(source: Source, where: Any = None, matching: Sequence[Link] = ()) -> sa.ScalarSelect[int]:
    """Return the number of the source's rows, or of those that match, whatever it stands in.

    Joins that can't change the number are left out: an outer join to a unique key never does.
    """
    if source.supports_late_fetch:
        number = sa.func.count().label("rows")
        rows = source.over(number, where=where, matching=matching)
    else:
        rows = source.rows(sa.func.count())
        rows = rows if where is None else rows.where(where)
    return rows.scalar_subquery().correlate(None)


def counted_table(source: Source) -> sa.Table | None:
    """Return the table of which each row is one of the source's; None where rows are left out."""
    if not source.supports_late_fetch or source.conditions or source.criteria or source.options:
        return None
    whole = joins.pruned(source.from_clause, set())
    return proof.stored(whole) if len(list(joins.tables(whole))) == 1 else None


def count_up_to(source: Source, where: Any, most: Any) -> sa.ScalarSelect[int]:
    """Return the number of rows that match, or `most` where more do."""
    rows = source.over(sa.literal(1, sa.Integer()).label("row"), where=where).limit(most)
    return (
        sa.select(sa.func.count()).select_from(rows.subquery(part_name("some"))).scalar_subquery()
    )
