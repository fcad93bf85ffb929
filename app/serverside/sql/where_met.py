"""A condition over a query: what was picked and no row has any more filters nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..dialects.base import Dialect
from ..plan.conditions import Either, Every, Not, Predicate, WhereMet
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


def over(predicate: Predicate | None, source: Source) -> Predicate | None:
    """Return a plan's condition as it is meant over a query."""
    match predicate:
        case WhereMet(part):
            return Either((part, _Unmet(part, source)))
        case Every(parts):
            return Every(tuple(_all_over(parts, source)))
        case Either(parts):
            return Either(tuple(_all_over(parts, source)))
        case Not(part):
            return Not(next(_all_over((part,), source)))
    return predicate


def parts_of(predicate: Predicate | None) -> Iterator[WhereMet]:
    """Yield the conditions that may be met by no row."""
    match predicate:
        case WhereMet():
            yield predicate
        case Every(parts) | Either(parts):
            for part in parts:
                yield from parts_of(part)
        case Not(part):
            yield from parts_of(part)


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


def _all_over(parts: tuple[Predicate, ...], source: Source) -> Iterator[Predicate]:
    for part in parts:
        if (found := over(part, source)) is not None:
            yield found
