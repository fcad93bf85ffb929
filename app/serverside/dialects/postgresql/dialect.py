"""PostgreSQL: fold and order as immutable expressions, so that indexes can serve them."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from ...columns.fold import fold
from ...columns.kinds import Kind
from ...naming import part_name
from .. import drivers
from ..base import BAD_PATTERN, PARENTS, TIMEOUT
from ..catalogue import TableFacts
from ..data_version import DataVersion
from ..expressions import Expression
from ..literals import selected
from ..search_text import SearchText
from . import change_marks, literals, search_index, types
from .facts import table_facts
from .fold import folded
from .text import Texts
from .version import token

# A date mask's tokens in the words of `to_char`, which truncates fractions of a second.
_TEMPLATES = {
    "YYYY": "YYYY", "MM": "MM", "DD": "DD", "hh": "HH24", "mm": "MI", "ss": "SS", "sss": "MS",
}  # fmt: skip


# An escape, or a bracket expression, in which escapes mean something else.
_ESCAPE = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_EDGES = {r"\b": r"\y", r"\B": r"\Y"}


def _edge(match: re.Match[str]) -> str:
    return _EDGES.get(match[0], match[0])


_PLANNING_MS = 10_000


def _lowered(milliseconds: int) -> Any:
    """Set the time limit of this transaction, unless it is lower already; 0 is none."""
    limit = sa.cast(sa.func.current_setting("statement_timeout"), sa.Interval())
    now = sa.func.nullif(sa.extract("epoch", limit) * 1000, 0)
    least = sa.cast(sa.func.least(now, milliseconds), sa.Integer())
    return sa.func.set_config("statement_timeout", sa.cast(least, sa.Text()), True)


class PostgreSQL(Texts):
    """PostgreSQL 13 and newer, UTF-8."""

    name = "PostgreSQL"
    nulls_are_high = True
    explain = "EXPLAIN (ANALYZE, BUFFERS)"
    hashes_joins = True  # of any size; a list only as far as it fits into `work_mem`
    has_distinct_on = True
    steps = True
    tells_types = True
    change_marks = change_marks

    def fold(self, expression: Expression) -> Expression:
        """Fold by built-in immutable functions: nothing to install."""
        return folded(expression)

    def contains(self, expression: Expression, text: str) -> Expression:
        """Look for the folded text in the folded text."""
        return self.fold(expression).contains(fold(text), autoescape=True)

    def matches(self, expression: Expression, pattern: str) -> Expression:
        """Match with PostgreSQL's own engine; a word's edge is written as everywhere else."""
        ours = "***:" + _ESCAPE.sub(_edge, pattern)
        return expression.bool_op("~*")(sa.literal(ours, sa.Text()))

    def pattern_test(self, pattern: str) -> Expression:
        """Match the empty text."""
        return self.matches(sa.literal("", sa.Text()), pattern)

    def order_text(self, expression: Expression) -> Expression:
        """Order by bytes, which in UTF-8 is by code point, after folding ASCII case."""
        return sa.func.lower(sa.collate(expression, "C"))

    def exact_text(self, expression: Expression) -> Expression:
        """Order by bytes."""
        return sa.collate(expression, "C")

    def moment(self, value: datetime | date, kind: Kind, zoned: bool) -> Expression:
        """Bind date-times with a zone where the column has one."""
        if isinstance(value, datetime):
            aware = value.replace(tzinfo=UTC) if zoned else value
            return sa.literal(aware, sa.DateTime(timezone=zoned))
        return sa.literal(value, sa.Date())

    def parts(
        self, expression: Expression, tokens: Sequence[str], kind: Kind, zoned: bool
    ) -> Expression:
        """Write the parts with `to_char`, whatever the session's time zone."""
        clock = sa.func.timezone("UTC", expression) if zoned else sa.cast(expression, sa.DateTime())
        template = "".join(_TEMPLATES[token] for token in tokens)
        return sa.cast(sa.func.to_char(clock, template), sa.BigInteger())

    def types_of(self, connection: sa.Connection, rows: sa.Select[Any]) -> list[Any]:
        """Ask in a transaction that is taken back; what can't be asked is unknown."""
        try:
            with self.within(connection, _PLANNING_MS):
                return types.types_of(connection, rows)
        except (sa.exc.DBAPIError, sa.exc.CompileError):  # the draw itself will tell why
            return super().types_of(connection, rows)

    orders = staticmethod(types.orders)
    as_shown = staticmethod(types.as_shown)
    shown_text = staticmethod(types.shown_text)

    def token(self, tables: Collection[Any], marks: Sequence[Any]) -> list[Any]:
        """Return the tables' marks or the snapshot, and what else decides what is seen and how.

        `pg_current_snapshot()` stands for the committed transactions a statement sees; not on a hot
        standby, where it omits running ones, and not for what is no table of this database's own,
        a view or a foreign table, nor for rows that a policy hides.
        """
        return token(tables, marks)

    def version(
        self, connection: sa.Connection, token: tuple[Any, ...], began: float
    ) -> DataVersion | None:
        """Compare snapshots by their text."""
        return None if token[0] is None else DataVersion(token[0], token[0].__eq__)

    def table_facts(self, connection: sa.Connection, table: sa.Table) -> TableFacts:
        """Read the catalogue."""
        return table_facts(connection, table)

    def own_writes(self, connection: sa.Connection) -> bool:
        """Ask for a transaction number: one that has written has one."""
        may_be_open = drivers.is_in_transaction(connection) is not False
        number = sa.func.pg_current_xact_id_if_assigned()
        return may_be_open and connection.scalar(sa.select(sa.cast(number, sa.Text()))) is not None

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
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            yield
        finally:
            if not connection.closed:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def streaming(self, connection: sa.Connection) -> Iterator[None]:
        """Open a transaction, which a cursor needs; by itself one is planned for its first tenth.

        https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-CURSOR-TUPLE-FRACTION
        """
        begun = self.has_begun(connection)
        with self.one_state(connection):
            if not begun:
                connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1")
            yield

    @contextmanager
    def within(self, connection: sa.Connection, milliseconds: int) -> Iterator[None]:
        """Lower the limit in a transaction, or a part of one, that is taken back whole."""
        begun = self.has_begun(connection)
        connection.exec_driver_sql("SAVEPOINT serverside" if begun else "BEGIN")
        try:
            connection.execute(sa.select(_lowered(milliseconds)))
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK TO serverside" if begun else "ROLLBACK")
            if begun:
                connection.exec_driver_sql("RELEASE serverside")

    def materialized(self, rows: sa.Select[Any], name: str) -> Any:
        """Keep the planner from walking the page's order in the hope of meeting matches."""
        return rows.cte(part_name(name)).prefix_with("MATERIALIZED")

    def listed(self, foreign: Any, keys: sa.Select[Any]) -> tuple[Expression, Any]:
        """List the keys in an array, which an index can look up even where OR joins conditions."""
        few = keys.correlate(None).limit(PARENTS + 1).cte(part_name("few"))
        array = sa.func.array(sa.select(few.c[0]).scalar_subquery())
        guard = sa.select(sa.func.count()).select_from(few).scalar_subquery()
        return foreign == sa.any_(array), guard

    literal = staticmethod(literals.literal)

    def plan_lines(self, rows: Sequence[Any]) -> list[str]:
        """PostgreSQL answers lines."""
        return [row[0] for row in rows]

    def in_order(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Ask for the plan of one who must not sort."""
        return not any("Sort" in line for line in self._planned(connection, rows, "sort"))

    def seeks(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Ask for the plan of one who must neither sort nor read a whole table, however small."""
        lines = self._planned(connection, rows, "sort", "seqscan")
        searched = any("Index Cond" in line for line in lines)
        return searched and not any("Sort" in line for line in lines)

    def _planned(self, connection: sa.Connection, rows: sa.Select[Any], *without: str) -> list[str]:
        with self.within(connection, _PLANNING_MS):
            for method in without:
                connection.exec_driver_sql(f"SET LOCAL enable_{method} = off")
            found = connection.exec_driver_sql(f"EXPLAIN {selected(connection, rows)}")
            return self.plan_lines(found.all())

    def order_code(self, column: str) -> str:
        """Write the expression that the planner knows again."""
        return f'func.lower({column}.collate("C"))'

    def exact_code(self, column: str) -> str:
        """Write the collation."""
        return f'{column}.collate("C")'

    search_index_state = staticmethod(search_index.state)
    search_index_trouble = staticmethod(search_index.trouble)
    suspend_search_index = staticmethod(search_index.drop_trigrams)
    drop_search_index = staticmethod(search_index.drop)

    def rebuild_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Make what is missing: the column keeps itself. In autocommit, others can write."""
        online = not self.has_begun(connection)
        search_index.make(connection, index, online=online)

    def indexed(self, index: SearchText, table: Any, text: str, form: str) -> Expression:
        """Leave the choice between index and scan to the planner, unless it is made."""
        test = search_index.found if form == "lookup" else search_index.contains
        return test(index, table, text)

    def indexed_part(
        self, index: SearchText, table: Any, column: Any, text: str
    ) -> Expression | None:
        """Cut the column's part out of the text."""
        return search_index.part_contains(index, table, column, text)

    def user_error(self, error: sa.exc.DBAPIError) -> str | None:
        """Read the SQLSTATE (PostgreSQL manual, appendix A)."""
        return {"2201B": BAD_PATTERN, "57014": TIMEOUT}.get(drivers.sqlstate(error.orig) or "")
