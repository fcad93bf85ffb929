"""The endpoint's own query: what it restricts, which row is which, and what may be missing.

*Source* is what the endpoint restricts; it changes both totals. A *filter* is what the client asks;
it changes `recordsFiltered` only.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..columns.column import ColumnDT
from ..sqlalchemy_private import element, where_criteria
from . import joins
from .own_order import OwnTerm
from .query import with_columns

Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A plain select that columns and filters can be added to.

    `columns` are the declared columns in terms of that select; `key` tells its rows apart, or
    leaves only rows level that show the same; `order` is the query's own. `from_clause` is the
    chain of joins whose rows can be found by the main table's key first and fetched after, where
    that is proved; `filled` are the columns that always hold a value, `ordered` those for which
    the database keeps what orders them.
    """

    select: sa.Select[Any]
    columns: tuple[ColumnDT, ...]
    key: tuple[Any, ...]
    order: tuple[OwnTerm, ...]
    from_clause: Any = None
    optional: frozenset[Any] = frozenset()
    filled: frozenset[tuple[Any, str]] = frozenset()
    ordered: Mapping[tuple[Any, str], Any] = field(default_factory=dict)
    identity: Hashable = None
    criteria: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    hindrance: str = ""

    def restricted(self, statement: Any) -> Any:
        """Return a statement made of the source with the query's own options.

        Its `with_loader_criteria` take effect on the outermost select only.
        """
        if self.criteria:
            statement = statement.options(*self.criteria)
        return statement.execution_options(**self.options) if self.options else statement

    @property
    def supports_late_fetch(self) -> bool:
        """Return whether rows can be found by the main table's key first and fetched after."""
        return self.from_clause is not None

    @property
    def conditions(self) -> tuple[Any, ...]:
        """The query's own conditions."""
        return where_criteria(self.select)

    def rows(self, *expressions: Any) -> sa.Select[Any]:
        """Return the select of these expressions over the source's rows."""
        return with_columns(self.select, *expressions)

    def over(
        self, *expressions: Any, where: Any = None, matching: Sequence[joins.Link] = ()
    ) -> sa.Select[Any]:
        """Return the select of these expressions from as few tables as they and `where` need.

        `matching` are further tables of keys, for each row of the source at most one.
        """
        criteria = self.conditions + (() if where is None else (where,))
        needed = joins.mentioned(*expressions, *criteria, *(link.foreign for link in matching))
        tree = joins.pruned(self.from_clause, needed)
        for link in matching:
            tree = sa.outerjoin(tree, link.table, link.primary == link.foreign)
        return sa.select(*expressions).select_from(tree).where(*criteria)

    def is_optional(self, expression: Any) -> bool:
        """Return whether an outer join may leave an expression without a row to come from."""
        return bool(joins.mentioned(expression) & self.optional)

    def never_null(self, expression: Any) -> bool:
        """Return whether an expression is a column that always holds a value here."""
        column = element(expression)
        return _is_column(column) and (column.table, column.name) in self.filled

    def order_column(self, expression: Any) -> Any:
        """Return the column in which the database keeps what orders a text, or None."""
        column = element(expression)
        return self.ordered.get((column.table, column.name)) if _is_column(column) else None


def _is_column(column: Any) -> bool:
    return isinstance(column, sa.Column)
