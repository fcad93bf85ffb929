"""What the engine asks of a database; this one serves databases nobody has tuned for."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ..columns import Kind
from ..fold import fold
from ..memory import Reading
from ..searchindex import SearchIndex
from ..shown import Natural, unwrapped

PARENTS = 500  # keys that an OR condition looks up one by one; more are searched row by row

TIMEOUT = "The search took too long and was stopped; please narrow it."
BAD_PATTERN = "The regular expression is not valid."

Expression = sa.ColumnElement[Any]

DECIMALS = 10  # SQLAlchemy's own for doubles that are read as decimals
_FIELDS = {"YYYY": "year", "MM": "month", "DD": "day", "hh": "hour", "mm": "minute"}


class Dialect:
    """Expressions for one kind of database. Stateless."""

    nulls_are_high = True
    explain = "EXPLAIN"  # what a statement's plan is asked for with
    parents = PARENTS
    hashes_joins = False  # whether a join to many keys costs less than a list of them
    computes_doubles = False  # whether all it computes but whole numbers are doubles
    tells_types = False  # whether it can be asked for the types of expressions
    steps = False  # whether values are read by `stepping.py`

    def prepare(self, connection: sa.Connection) -> None:
        """Make a connection ready: register functions where the database needs them."""

    def fold(self, expression: Expression) -> Expression:
        """Return the folded form of a text expression (see `fold.py`)."""
        return sa.func.lower(expression)

    def contains(self, expression: Expression, text: str) -> Expression:
        """Test whether a text expression contains `text`, folded on both sides."""
        return self.fold(expression).contains(fold(text), autoescape=True)

    def matches(self, expression: Expression, pattern: str) -> Expression:
        """Test a text expression against a regular expression, without regard to case."""
        return expression.regexp_match(pattern, flags="i")

    def pattern_test(self, pattern: str) -> Expression | None:
        """Return what fails for a pattern that is none, if nothing has failed by now.

        Where other conditions leave no row to test, a bad pattern would pass unnoticed.
        """
        return None

    def order_text(self, expression: Expression) -> Expression:
        """Return what orders a text: ASCII case folded, then by code point."""
        return sa.func.lower(expression)

    def exact_text(self, expression: Expression) -> Expression:
        """Return what orders a text by code point, so that no two are level."""
        return expression

    def number(self, value: Decimal, kind: Kind) -> Decimal | float | int:
        """Return the value as this database stores numbers of that kind."""
        return float(value) if kind == "float" else value

    def moment(self, value: datetime | date, kind: Kind, zoned: bool) -> Expression:
        """Return a bound of a span (UTC without zone) as this database compares it."""
        return sa.literal(value)

    def parts(
        self, expression: Expression, tokens: Sequence[str], kind: Kind, zoned: bool
    ) -> Expression:
        """Return parts of a date or date and time (UTC), one after the other, as one number.

        `tokens` are some of ``YYYY MM DD hh mm ss sss``, each as many digits as it has letters.
        """
        found: Expression = sa.literal(0, sa.BigInteger())
        for token in tokens:
            part: Expression = sa.extract(_FIELDS.get(token, "second"), expression)
            if token == "sss":  # noqa: S105 - a token of a date mask
                part = part * 1000 % 1000
            found = found * 10 ** len(token) + sa.cast(sa.func.floor(part), sa.BigInteger())
        return found

    def raw(self, expression: Any) -> Any:
        """Return an expression whose values come and go as the database has them, unconverted."""
        return sa.type_coerce(expression, unwrapped(expression.type))

    def types_of(
        self, connection: sa.Connection, select: sa.Select[Any], expressions: Sequence[Any]
    ) -> list[Any]:
        """Return the types that the database gives to expressions of a query, None for unknown."""
        return [None for _ in expressions]

    def natural(self, expression: Any) -> Expression:
        """Return what orders an expression of no known type as the database does by itself."""
        return sa.type_coerce(expression, Natural())

    def orders(self, type_: Any) -> bool:
        """Tell whether the database can order and compare values of a type."""
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

    def token(self, tables: Collection[Any]) -> list[Any]:
        """Return what tells which state of the data a statement sees; empty: unknown."""
        return []

    def reading(
        self, connection: sa.Connection, token: tuple[Any, ...], began: float
    ) -> Reading | None:
        """Return which state of the data a statement saw, by its token; None: don't remember."""
        return None

    def own_writes(self, connection: sa.Connection) -> bool:
        """Tell whether the connection may see writes of its own that nobody else sees."""
        return True

    def has_begun(self, connection: sa.Connection) -> bool:
        """Tell whether statements run in a transaction of the caller's."""
        return True

    @contextmanager
    def one_state(self, connection: sa.Connection) -> Iterator[None]:
        """Let several statements see one state of the data, unless a transaction has begun."""
        yield

    @contextmanager
    def within(self, connection: sa.Connection, milliseconds: int) -> Iterator[None]:
        """Run one statement for no longer than that; it fails as one that takes too long does."""
        yield

    def materialized(self, rows: sa.Select[Any], name: str) -> Any:
        """Return rows that are read once, before what is asked of them."""
        return rows.cte(name)

    def cheap_offset(self, plain: bool, keys: int) -> int:
        """Return how many rows are skipped sooner than anchors are made.

        `plain` are all rows of one table; `keys` order them.
        """
        return 0

    def listed(self, foreign: Any, keys: sa.Select[Any]) -> tuple[Expression, Any]:
        """Test a foreign key against few keys; also return their count, to be bounded."""
        return foreign.in_(keys), None

    def plan_lines(self, rows: Sequence[tuple[Any, ...]]) -> list[str]:
        """Return what `explain` answered as lines of text."""
        return [" ".join(map(str, row)) for row in rows]

    def in_order(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Tell whether an index gives rows in their order."""
        return True

    def seeks(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Tell whether an index is searched for rows, and gives them in their order."""
        return False

    def order_code(self, column: str) -> str:
        """Write what `order_text` compares as one does in an `Index`."""
        return f"func.lower({column})"

    def exact_code(self, column: str) -> str:
        """Write what `exact_text` compares as one does in an `Index`."""
        return column

    def create_search_index(self, connection: sa.Connection, index: SearchIndex) -> None:
        """Make a table's search index where the database can keep one."""

    def suspend_search_index(self, connection: sa.Connection, index: SearchIndex) -> None:
        """Stop keeping the index while many rows are written; it must be rebuilt after."""

    def rebuild_search_index(self, connection: sa.Connection, index: SearchIndex) -> None:
        """Make the index from the table's rows, faster than row by row."""

    def fold_pending(self, connection: sa.Connection, index: SearchIndex) -> None:
        """Take up rows that the database itself could not fold."""

    def indexed(self, index: SearchIndex, table: Any, text: str, form: str) -> Expression:
        """Test whether a row's search text contains a folded text, in a form of `placing.py`."""
        raise NotImplementedError

    def indexed_part(
        self, index: SearchIndex, table: Any, column: Any, text: str
    ) -> Expression | None:
        """Test one column's part of the search text; None where the column itself must be read."""
        return None

    def user_error(self, error: sa.exc.DBAPIError) -> str | None:
        """Return the sentence for an error that a user can cause, else None."""
        return None


def literal(connection: sa.Connection, rows: sa.Select[Any]) -> str:
    """Write a select of ours with its values in it."""
    return str(rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
