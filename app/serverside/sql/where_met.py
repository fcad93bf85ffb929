"""A condition over a query: what was picked and no row has any more filters nothing."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..dialects.base import Dialect
from ..plan.conditions import Either, Every, Predicate, WhereMet
from .source import Source


@dataclass(frozen=True, slots=True)
class _Unmet(Predicate):
    """Matches every row where no row of the query meets the part; else none."""

    part: Predicate
    source: Source

    def sql(self, dialect: Dialect) -> Any:
        """Look for one row, once for the whole statement."""
        return ~_met(self.part, self.source, dialect)

    def words(self) -> str:
        """Say it."""
        return f"no row has {self.part.words()}"


def over(where: Every | None, source: Source) -> Every | None:
    """Return a plan's conditions as they are meant over a query."""
    return where and Every(tuple(_over(part, source) for part in where.parts))


def _over(part: Predicate, source: Source) -> Predicate:
    if isinstance(part, WhereMet):
        return Either((part.part, _Unmet(part.part, source)))
    return part


def picks(where: Every | None) -> list[WhereMet]:
    """Return those of a plan's conditions that may be met by no row."""
    return [part for part in (where.parts if where else ()) if isinstance(part, WhereMet)]


def is_met(part: Predicate, source: Source, dialect: Dialect) -> Any:
    """Return the number 1 where some row of the query meets a condition, else 0."""
    return sa.case((_met(part, source, dialect), 1), else_=0)


def _met(part: Predicate, source: Source, dialect: Dialect) -> Any:
    one, test = sa.literal(1, sa.Integer()).label("one"), part.sql(dialect)
    if source.supports_late_fetch:
        rows = source.over(one, where=test)
    else:
        rows = source.rows(one).where(test)
    return rows.correlate(None).exists()
