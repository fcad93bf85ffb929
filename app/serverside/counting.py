"""Totals, each a scalar subquery: a draw's statement carries those it does not remember."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .joins import Link
from .naming import part_name
from .scope import Scope


def count(scope: Scope, where: Any = None, matching: Sequence[Link] = ()) -> sa.ScalarSelect[int]:
    """Return the number of the scope's rows, or of those that match.

    Joins that can't change the number are left out: an outer join to a unique key never does.
    """
    if scope.narrow:
        number = sa.func.count().label("rows")
        return scope.over(number, where=where, matching=matching).scalar_subquery()
    rows = scope.rows(sa.func.count())
    return (rows if where is None else rows.where(where)).scalar_subquery()


def count_up_to(scope: Scope, where: Any, most: Any) -> sa.ScalarSelect[int]:
    """Return the number of rows that match, or `most` where more do."""
    rows = scope.over(sa.literal(1, sa.Integer()).label("row"), where=where).limit(most)
    return (
        sa.select(sa.func.count()).select_from(rows.subquery(part_name("some"))).scalar_subquery()
    )
