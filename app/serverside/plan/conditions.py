"""The typed predicates that every kind of search becomes; with `operators.py` they write all SQL.

Comparisons never match NULL; `Not` matches wherever its part does not, NULL included.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from ..columns.column import ColumnDT
from ..dialects.base import Dialect
from ..wire.params import storable
from . import enums
from .compare import Operand
from .operators import OPERATORS, all_of, any_of, as_text

Expression = sa.ColumnElement[Any]

_VALUES = 5  # of a list cost as much as one test; SQLite binds at most 32766 in a statement


class Predicate:
    """A condition on a row."""

    def sql(self, dialect: Dialect) -> Expression:
        """Return the SQL expression."""
        raise NotImplementedError

    def words(self) -> str:
        """Say the condition in words."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Constant(Predicate):
    """Matches every row, or none."""

    value: bool

    def sql(self, dialect: Dialect) -> Expression:
        """Return true or false."""
        return sa.true() if self.value else sa.false()

    def words(self) -> str:
        """Say which."""
        return "every row" if self.value else "no row"


EVERY_ROW, NO_ROW = Constant(True), Constant(False)


@dataclass(frozen=True, slots=True)
class Every(Predicate):
    """Matches where all parts do; without parts, every row."""

    parts: tuple[Predicate, ...]

    def sql(self, dialect: Dialect) -> Expression:
        """Return the parts joined by AND."""
        return all_of([part.sql(dialect) for part in self.parts])

    def words(self) -> str:
        """Say the parts joined by "and"."""
        return _joined(" and ", (part.words() for part in self.parts)) or EVERY_ROW.words()


@dataclass(frozen=True, slots=True)
class Either(Predicate):
    """Matches where at least one part does; without parts, no row."""

    parts: tuple[Predicate, ...]

    def sql(self, dialect: Dialect) -> Expression:
        """Return the parts joined by OR."""
        return any_of([part.sql(dialect) for part in self.parts])

    def words(self) -> str:
        """Say the parts joined by "or", and a test of several columns once."""
        return _joined(" or ", _alike(self.parts)) or NO_ROW.words()


@dataclass(frozen=True, slots=True)
class Not(Predicate):
    """Matches where its part does not, rows without a value included."""

    part: Predicate

    def sql(self, dialect: Dialect) -> Expression:
        """Return the negation of the part, with unknown counted as not matching."""
        if isinstance(self.part, Constant):
            return Constant(not self.part.value).sql(dialect)
        return sa.not_(sa.func.coalesce(self.part.sql(dialect), sa.false()))

    def words(self) -> str:
        """Say the negation."""
        return f"not ({self.part.words()})"


@dataclass(frozen=True, slots=True)
class Raw(Predicate):
    """A project's own search method from the library's registry: an SQL expression as it is."""

    expression: Expression

    def sql(self, dialect: Dialect) -> Expression:
        """Return the expression."""
        return self.expression

    def words(self) -> str:
        """Say that it is the project's own."""
        return "the table's own condition"


def _alike(parts: Iterable[Predicate]) -> Iterator[str]:
    """Yield the parts in words; the same test of neighbouring columns is said once."""
    for test, same in groupby(parts, lambda p: p.test if isinstance(p, Condition) else None):
        if test is None:
            yield from (part.words() for part in same)
        else:
            *names, last = [part.name for part in same if isinstance(part, Condition)]
            yield f"{', '.join(names)} or {last} {test}" if names else f"{last} {test}"


def _joined(word: str, parts: Iterable[str]) -> str:
    said = list(parts)
    return f"({word.join(said)})" if len(said) > 1 else "".join(said)


@dataclass(frozen=True, slots=True)
class WhereMet(Predicate):
    """Matches where its part does, or every row where no row of the whole query meets the part.

    `source` says where it came from. One of a plan's conditions, never inside another. Only with
    the query at hand can it be written: see `sql/where_met.py`.
    """

    part: Predicate
    source: str

    def words(self) -> str:
        """Say the part."""
        return self.part.words()


@dataclass(frozen=True, slots=True)
class Condition(Predicate):
    """One test of one column: an operator of `OPERATORS` and its value."""

    column: ColumnDT
    operator: str
    value: Any = None

    def sql(self, dialect: Dialect) -> Expression:
        """Return the operator's SQL; a text that no database can hold matches nothing."""
        if isinstance(self.value, str) and not storable(self.value):
            return sa.false()
        expression, kind = self.column.search_expr, self.column.kind
        if kind == "enum" and self.operator in enums.TESTS:
            return enums.matching(expression, self.operator, self.value)
        if kind == "text":
            expression = as_text(expression, dialect)
        return OPERATORS[self.operator].sql(Operand(expression, kind, dialect), self.value)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.mData or self.column.column_name or str(self.column.sqla_expr)

    @property
    def test(self) -> str:
        """The test in words, without the column."""
        return OPERATORS[self.operator].words.format(self.value)

    def words(self) -> str:
        """Say the test."""
        return f"{self.name} {self.test}"


def conditions(predicate: Predicate | None) -> Iterator[Condition]:
    """Yield the tests of columns that a predicate is made of."""
    match predicate:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from conditions(part)
        case Not(part) | WhereMet(part):
            yield from conditions(part)
        case Condition():
            yield predicate


def size(predicate: Predicate) -> int:
    """Count the tests that a condition is made of."""
    match predicate:
        case Every(parts) | Either(parts):
            return sum(map(size, parts))
        case Not(part) | WhereMet(part):
            return size(part)
        case Condition(value=tuple(values)):
            return 1 + len(values) // _VALUES
    return 1
