"""Predicates written so that an index can answer: for a rare match, for a count, for a walk.

The same conditions, three ways. *Found*: few rows match, so look them up; conditions on a joined
table become a list of its keys. *Counted*: many match; the keys are read once and hashed. *Walked*:
many match and a page is soon full; rows are tested one by one along the order, joins in place.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from ..dialects.base import Dialect
from ..naming import part_name
from ..plan.conditions import Condition, Constant, Either, Every, Not, Predicate, conditions
from ..plan.operators import all_of
from ..sqlalchemy_private import element
from ..wire.params import storable
from . import joins
from .search_index import SearchIndex, index_of, searchable
from .source import Source

Expression = sa.ColumnElement[Any]
Form = Literal["lookup", "count", "walk"]
ACCESS_PATHS: tuple[Form, ...] = ("lookup", "count", "walk")

# Tests that imply that the folded text of the value occurs in the folded text of the column.
CONTAINING = ("contains", "starts", "ends", "same")


class AccessPath:
    """Write a predicate in one form.

    `bounds` collects counts that must stay within a bound, `matching` the keys of joined tables'
    matching rows, which the statement must join as well.
    """

    def __init__(
        self, source: Source, dialect: Dialect, form: Form, indexes: Collection[SearchIndex]
    ) -> None:
        self.dialect, self.form, self._indexes = dialect, form, indexes
        self._source = source
        self._links = {link.table: link for link in joins.links(source.from_clause)}
        self._driver: Predicate | None = None
        self.where: Expression | None = None
        self.bounds: list[Any] = []
        self.matching: list[joins.Link] = []

    @property
    def selective(self) -> bool:
        """Return whether looking rows up can be quick: not for a text too short for any index.

        Without an index it pays where all matches, read for the page, are counted without reading
        them again.
        """
        if self._driver is None or _length(self._driver) < _SHORTEST:
            return False
        return self.dialect.reads_once or not any(map(_is_part, conditions(self._driver)))

    def write(self, predicate: Predicate) -> None:
        """Write a predicate into `where`.

        Where rows are looked up, one condition is the driver, the one with the longest text; rows
        are tested for the others one by one.
        """
        self._driver = max(_positive(predicate), key=_length, default=None)
        self.where = self._write(predicate)

    def _write(self, predicate: Predicate) -> Expression:
        match predicate:
            case Every(parts):
                return all_of(list(map(self._write, parts)))
            case Either(parts):
                return sa.or_(sa.false(), *self._either(parts, predicate is self._driver))
            case Not(part) if not isinstance(part, Constant):
                return sa.not_(sa.func.coalesce(self._write(part), sa.false()))
            case Condition():
                return sa.or_(*self._either((predicate,), predicate is self._driver))
        return predicate.sql(self.dialect)

    def _either(self, parts: Sequence[Predicate], drives: bool) -> Iterator[Expression]:
        """Yield tests of which one must hold: the conditions on one table are one test."""
        by_table: dict[Any, list[Condition]] = {}
        for part in parts:
            table = self._table(part) if isinstance(part, Condition) else None
            if table is None:
                yield part.sql(self.dialect) if isinstance(part, Condition) else self._write(part)
            else:
                by_table.setdefault(table, []).append(part)  # type: ignore[arg-type]
        for table, own in by_table.items():
            test = sa.or_(*self._on_table(table, own, drives))
            yield self._linked(table, test, drives)

    def _table(self, condition: Condition) -> Any:
        """Return the one table that a condition can be answered from, None where it can't.

        A row that an outer join leaves without a partner must not meet it: a bare column is NULL
        there, what an expression makes of that is unknown.
        """
        expression = element(condition.column.search_expr)
        tables = joins.mentioned(expression)
        if len(tables) != 1 or condition.operator == "empty":
            return None
        if isinstance(expression, sa.Column) or not self._source.is_optional(expression):
            return tables.pop()
        return None

    def _linked(self, table: Any, test: Expression, drives: bool) -> Expression:
        link = self._links.get(table)
        if link is None or self.form == "walk":
            return test
        keys = sa.select(link.primary).where(test)
        if self.form == "count":
            return self._counted(link, keys.correlate(None))
        if not drives:
            own = keys.where(link.primary == link.foreign)
            return own.correlate(link.foreign.table).exists()
        listed, bound = self.dialect.listed(link.foreign, keys)
        if bound is not None:
            self.bounds.append(bound)
        return listed

    def _counted(self, link: joins.Link, keys: sa.Select[Any]) -> Expression:
        """Test a foreign key against many keys."""
        if not self.dialect.hashes_joins:
            tested: Expression = link.foreign.in_(keys)
            return tested
        table = keys.subquery(part_name("matching"))
        [key] = table.c
        self.matching.append(joins.Link(table, key, link.foreign))
        return key.is_not(None)

    def _on_table(
        self, table: Any, conditions: Sequence[Condition], drives: bool
    ) -> Iterator[Expression]:
        index = index_of(table)
        if index is None or index not in self._indexes:
            yield from (condition.sql(self.dialect) for condition in conditions)
            return
        by_text: dict[str, list[Condition]] = {}
        for condition in conditions:
            contained = condition.operator in CONTAINING and storable(condition.value)
            text = searchable(condition.value) if contained else None
            if text is None or index.position(element(condition.column.search_expr)) is None:
                yield condition.sql(self.dialect)
            else:
                by_text.setdefault(text, []).append(condition)
        for text, group in by_text.items():
            form = "walk" if self.form == "lookup" and not drives else self.form
            row = self.dialect.indexed(index, table, text, form)
            yield self._indexed(index, table, text, group, row)

    def _indexed(
        self,
        index: SearchIndex,
        table: Any,
        text: str,
        conditions: Sequence[Condition],
        row: Expression,
    ) -> Expression:
        columns = {
            element(condition.column.search_expr).name
            for condition in conditions
            if condition.operator == "contains"
        }
        if columns == {column.name for column in index.columns}:
            return row  # every column of the index is searched: the row's text is the answer
        exact = (self._exact(index, table, text, condition) for condition in conditions)
        return sa.and_(row, sa.or_(*exact))

    def _exact(self, index: SearchIndex, table: Any, text: str, condition: Condition) -> Expression:
        if condition.operator == "contains":
            column = element(condition.column.search_expr)
            part = self.dialect.indexed_part(index, table, column, text)
            if part is not None:
                return part
        return condition.sql(self.dialect)


def _positive(predicate: Predicate) -> Iterator[Predicate]:
    """Yield the conditions of which each must hold."""
    if isinstance(predicate, Every):
        for part in predicate.parts:
            yield from _positive(part)
    elif isinstance(predicate, Either | Condition):
        yield predicate


def _is_part(condition: Condition) -> bool:
    """Return whether a condition looks into texts."""
    return condition.operator in (*CONTAINING, "matches", "like", "ilike")


def _length(predicate: Predicate) -> int:
    """Guess how rare a condition's matches are: by its text's length; without one, rare."""
    if isinstance(predicate, Either):
        return min(map(_length, predicate.parts), default=0)
    value = predicate.value if isinstance(predicate, Condition) else ""
    return len(value) if isinstance(value, str) else _EXACT


_SHORTEST = 3  # letters: what trigrams are made of
_EXACT = 8  # what an exact value counts as, in characters
