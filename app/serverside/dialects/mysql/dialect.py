"""MySQL and MariaDB: what they lack, written with what they have; what differs between the two."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.expression import ClauseList

from ...columns.kinds import Kind
from ...columns.shown import kind_of
from ...errors import SearchIndexError, UserError
from .. import drivers
from ..applied import argument_of
from ..base import BAD_PATTERN, TIMEOUT
from ..catalogue import TableFacts
from ..data_version import DataVersion
from ..expressions import Expression
from ..search_text import SearchText, State
from . import literals, plans, types
from .exact import CaselessBytes, Exact, Spelled, exact
from .facts import table_facts
from .order import order_statement
from .regular import regular
from .text import Texts

# What `date_format` writes of the parts of a date and time.
_FORMATS = {
    "YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%i", "ss": "%s", "sss": "%f",
}  # fmt: skip
_THOUSANDTHS = 3  # digits of the six that `%f` writes

# Numbers of errors that a user can cause; a server's own are all above a thousand.
_GAVE_UP = 1139  # MariaDB: a bad regular expression, and as a warning one that took too long
_BAD_PATTERNS = {_GAVE_UP, *range(3685, 3698), 3700}
_TIMEOUTS = {
    1317,  # somebody stopped the statement
    1969,  # max_statement_time
    3024,  # max_execution_time
    3698, 3699,  # a regular expression's own limits
}  # fmt: skip
_NO_INDEX = "MySQL and MariaDB have no search index that finds every text; searches read the rows."


class MySQL(Texts):
    """MySQL 8.0.17 and newer, MariaDB 10.11 and newer; tables of InnoDB."""

    name = "MariaDB or MySQL"
    nulls_are_high = False
    explain = plans.EXPLAIN
    explain_only = plans.ONLY_PLAN
    limits_by_number = True
    reads_once = False  # by MariaDB

    def text(self, expression: Any) -> Expression:
        """Compare it exactly, whatever the connection's collation."""
        return exact(super().text(expression))

    def matches(self, expression: Expression, pattern: str) -> Expression:
        """Match with the database's own engine; MariaDB's may give up: see `finish`."""
        return exact(expression).bool_op("REGEXP")(sa.literal(regular(pattern), sa.Text()))

    def pattern_test(self, pattern: str) -> Expression:
        """Match the empty text."""
        return self.matches(sa.literal("", sa.Text()), pattern)

    def order_text(self, expression: Expression) -> Expression:
        """Order by bytes, which in UTF-8 is by code point, after folding ASCII case."""
        return CaselessBytes(argument_of(expression))

    def exact_text(self, expression: Expression) -> Expression:
        """Order by code point."""
        return exact(expression)

    def order_other(self, expression: Expression) -> Expression:
        """Order MariaDB's own UUIDs as they are shown."""
        return Spelled(expression) if kind_of(expression) == "uuid" else expression

    def equal_text(self, expression: Expression, text: Expression) -> Expression:
        """Let an index find what its collation takes for equal, and compare that exactly."""
        exactly: Expression = exact(expression) == text
        if not isinstance(expression, Exact):
            return exactly
        return sa.and_(expression.argument == text, exactly)

    def placed(self, term: Expression, nulls: Literal["first", "last"]) -> Expression:
        """Order by whether there is a value, first."""
        expression: Any = getattr(term, "element", term)
        missing = expression.is_(None)
        return ClauseList(missing.desc() if nulls == "first" else missing, term, group=False)  # type: ignore[return-value]

    def moment(self, value: datetime | date, kind: Kind, zoned: bool) -> Expression:
        """Bind moments without a zone: no column has one."""
        type_ = sa.DateTime() if isinstance(value, datetime) else sa.Date()
        return sa.literal(value, type_)

    def parts(
        self, expression: Expression, tokens: Sequence[str], kind: Kind, zoned: bool
    ) -> Expression:
        """Write the parts with `date_format`; of a fraction's digits, the first three."""
        written = sa.func.date_format(expression, "".join(_FORMATS[token] for token in tokens))
        if tokens[-1] == "sss":
            surplus = _THOUSANDTHS
            written = sa.func.left(written, sa.func.char_length(written) - surplus)
        return sa.cast(written, sa.BigInteger())

    def null(self, type_: Any) -> Expression:
        """Say nothing of the type: few can be cast to, and none has to be told."""
        return sa.type_coerce(sa.null(), type_)

    orders = staticmethod(types.orders)
    as_shown = staticmethod(types.as_shown)
    shown_text = staticmethod(types.shown_text)

    def token(self, tables: Collection[Any], marks: Sequence[Any]) -> list[Any]:
        """Return nothing: neither database tells which state of the data a statement sees."""
        return []

    def version(
        self, connection: sa.Connection, token: tuple[Any, ...], began: float
    ) -> DataVersion | None:
        """Remember nothing."""
        return None

    def table_facts(self, connection: sa.Connection, table: sa.Table) -> TableFacts:
        """Ask for the columns and indexes."""
        return table_facts(connection, table)

    def own_writes(self, connection: sa.Connection) -> bool:
        """Look whether a transaction is open; one that only reads counts as well."""
        return self.has_begun(connection)

    def has_begun(self, connection: sa.Connection) -> bool:
        """Ask the driver: any statement begins one, but in autocommit."""
        begun = drivers.is_in_transaction(connection)
        return bool(begun) or not drivers.is_autocommit(connection)

    @contextmanager
    def one_state(self, connection: sa.Connection) -> Iterator[None]:
        """Open a transaction of one snapshot on a connection in autocommit."""
        if self.has_begun(connection):
            yield
            return
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")

    def leave(self, connection: sa.Connection, cursor: Any) -> None:
        """Kill it from another connection, or the driver would read all the rows that are left."""
        drivers.kill(connection)
        with suppress(Exception):  # what the driver reads last is that it was killed
            cursor.close()
        with suppress(Exception), closing(drivers.adapted(connection).cursor()) as next_one:
            next_one.execute("DO 0")  # should it have ended before, that this meets the kill

    @contextmanager
    def within(self, connection: sa.Connection, milliseconds: int) -> Iterator[None]:
        """Lower the session's limit, unless it is lower already, and set it as it was."""
        name, limit = "max_execution_time", f"{milliseconds:d}"
        if drivers.is_mariadb(connection):
            name, limit = "max_statement_time", f"{milliseconds / 1000:f}"
        before = connection.exec_driver_sql(f"SELECT @@SESSION.{name}").scalar()
        lower = f"LEAST(COALESCE(NULLIF({before}, 0), {limit}), {limit})"
        connection.exec_driver_sql(f"SET SESSION {name} = {lower}")
        try:
            yield
        finally:
            if not connection.invalidated:
                connection.exec_driver_sql(f"SET SESSION {name} = {before}")

    literal = staticmethod(literals.literal)

    def plan_lines(self, rows: Sequence[Any]) -> list[str]:
        """Write a step a line."""
        return plans.lines(rows)

    in_order = staticmethod(plans.in_order)
    seeks = staticmethod(plans.seeks)

    def order_code(self, column: str) -> str:
        """Write the column: no index has the order of texts, see `order_statement`."""
        return column

    order_statement = staticmethod(order_statement)

    def search_index_state(self, connection: sa.Connection, index: SearchText) -> State:
        """Find none."""
        return State.ABSENT

    def search_index_trouble(self, connection: sa.Connection, index: SearchText) -> str:
        """Say that there is none: full texts are found by words, and by no more than a collation.

        MySQL's ngrams are of two letters and its own collation; MariaDB has none.
        """
        return _NO_INDEX

    def rebuild_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Refuse."""
        raise SearchIndexError(_NO_INDEX)

    def suspend_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Do nothing: there is none."""

    def drop_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Do nothing: there is none."""

    def indexed(self, index: SearchText, table: Any, text: str, form: str) -> Expression:
        """Refuse: there is none."""
        raise SearchIndexError(_NO_INDEX)

    def finish(self, connection: sa.Connection, cursor: Any) -> None:
        """Raise `UserError` where MariaDB gave a regular expression up, and warns that it did.

        It takes the row for one that does not match.
        """
        if drivers.has_warnings(connection, cursor) and drivers.is_mariadb(connection):
            warnings = connection.exec_driver_sql("SHOW WARNINGS").all()
            if any(code == _GAVE_UP for _, code, _ in warnings):
                raise UserError(TIMEOUT)

    def user_error(self, error: sa.exc.DBAPIError) -> str | None:
        """Read the error's number."""
        number = drivers.error_number(error.orig)
        if number in _TIMEOUTS:
            return TIMEOUT
        return BAD_PATTERN if number in _BAD_PATTERNS else None
