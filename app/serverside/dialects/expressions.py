"""What the engine asks of a database's expressions: how they compare, order and show values."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from ..columns.kinds import Kind
from ..columns.patterns import complete
from ..columns.shown import Natural, unwrapped

Expression = sa.ColumnElement[Any]
DECIMALS = 10  # SQLAlchemy's own for doubles that are read as decimals


class Expressions(ABC):
    """What one kind of database writes in its own way where values are tested, ordered, shown."""

    @abstractmethod
    def contains(self, expression: Expression, text: str) -> Expression:
        """Test whether a text expression contains `text`, folded on both sides (see `fold.py`)."""

    @abstractmethod
    def starts(self, expression: Expression, text: str) -> Expression:
        """Test whether a text expression starts with `text`, folded on both sides."""

    @abstractmethod
    def ends(self, expression: Expression, text: str) -> Expression:
        """Test whether a text expression ends with `text`, folded on both sides."""

    @abstractmethod
    def same(self, expression: Expression, text: str) -> Expression:
        """Test whether a text expression is `text`, folded on both sides."""

    @abstractmethod
    def matches(self, expression: Expression, pattern: str) -> Expression:
        """Test a text expression against a regular expression, without regard to case."""

    def like(self, expression: Expression, pattern: str) -> Expression:
        """Test a whole text against a pattern (see `patterns.py`); case counts."""
        return expression.like(complete(pattern), escape="\\")

    @abstractmethod
    def ilike(self, expression: Expression, pattern: str) -> Expression:
        """Test a whole text against a pattern; case does not count."""

    def written(self, expression: Expression, kind: Kind, zoned: bool) -> Expression:
        """Return a value as text, written alike in every database."""
        return sa.cast(expression, sa.Text())

    def pattern_test(self, pattern: str) -> Expression | None:
        """Return what fails for a pattern that is none, if nothing has failed by now.

        Where other conditions leave no row to test, a bad pattern would pass unnoticed.
        """
        return None

    @abstractmethod
    def order_text(self, expression: Expression) -> Expression:
        """Return what orders a text: ASCII case folded, then by code point."""

    def order_other(self, expression: Expression) -> Expression:
        """Return what orders a value that is no text."""
        return expression

    def equal_text(self, expression: Expression, text: Expression) -> Expression:
        """Test whether two texts are the same; such stand together in the order's index."""
        level: Expression = self.order_text(expression) == self.order_text(text)
        return sa.and_(level, expression == text)

    @abstractmethod
    def exact_text(self, expression: Expression) -> Expression:
        """Return what orders a text by code point, so that no two are level."""

    def placed(self, term: Expression, nulls: Literal["first", "last"]) -> Expression:
        """Return a term of ORDER BY with its NULLs at one end, where they are not by themselves."""
        return term.nulls_first() if nulls == "first" else term.nulls_last()

    def number(self, value: Decimal, kind: Kind) -> Decimal | float | int:
        """Return the value as this database stores numbers of that kind."""
        return float(value) if kind == "float" else value

    @abstractmethod
    def moment(self, value: datetime | date, kind: Kind, zoned: bool) -> Expression:
        """Return a bound of a span (UTC without zone) as this database compares it."""

    @abstractmethod
    def parts(
        self, expression: Expression, tokens: Sequence[str], kind: Kind, zoned: bool
    ) -> Expression:
        """Return parts of a date or date and time (UTC), one after the other, as one number.

        `tokens` are some of ``YYYY MM DD hh mm ss sss``, each as many digits as it has letters.
        """

    def raw(self, expression: Any) -> Any:
        """Return an expression whose values come and go as the database has them, unconverted."""
        return sa.type_coerce(expression, unwrapped(expression.type))

    def types_of(self, connection: sa.Connection, rows: sa.Select[Any]) -> list[Any]:
        """Return the types that the database gives to a query's columns, None for unknown."""
        return [None for _ in rows.selected_columns]

    def natural(self, expression: Any) -> Expression:
        """Return what orders an expression of no known type as the database does by itself."""
        return sa.type_coerce(expression, Natural())

    def text(self, expression: Any) -> Expression:
        """Return what an expression of another type, or of none, is as a text."""
        return sa.cast(expression, sa.Text())

    def null(self, type_: Any) -> Expression:
        """Return NULL of a type."""
        return sa.cast(sa.null(), type_)

    def orders(self, type_: Any) -> bool:
        """Return whether the database can order and compare values of a type."""
        return True

    def as_shown(self, expression: Any, type_: Any) -> Expression | None:
        """Return an expression of a kind that is compared as its cells show it; None: it is."""
        return None

    def shown_text(self, expression: Any, type_: Any) -> Expression | None:
        """Return the text that cells of one of the rarer types show; None where it has none."""
        return sa.cast(expression, sa.Text()) if isinstance(type_, sa.JSON) else None

    def shown_scale(self, type_: Any) -> int | None:
        """Return after how many decimals cells round a double; None where they don't."""
        if isinstance(type_, sa.Float) and type_.asdecimal:
            return type_.decimal_return_scale or DECIMALS
        return None
