"""SQLite: fold and regular expressions as functions of ours, registered on each connection once."""

import time
from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import sqlalchemy as sa

from ...columns.fold import fold
from ...columns.kinds import Kind
from ...columns.shown import Natural, kind_of
from ...database_file import file_of
from .. import drivers
from ..base import TIMEOUT, Expression
from ..catalogue import TableFacts
from ..change_marks import together
from ..data_version import DataVersion
from ..search_text import SearchText
from . import change_marks, literals, plans, search_index, search_tables, types
from .facts import table_facts
from .functions import FUNCTIONS, compiled
from .snapshot import SPAN, of_one_snapshot
from .text import Texts
from .version import Seen, Stamp

_READY = "serverside_functions"
_SEEN = "serverside_seen"
_TEMPORARY = 1  # number of the database of temporary tables, after the main one
_VERSIONS = ("data_version", "schema_version")
_FAST_ROWS = 2_000_000
_LONGEST_INTEGER = 2**63 - 1

# Where the parts of a date and time stand in its text, and what completes a shorter text.
_MIDNIGHT = "0000-01-01 00:00:00.000"
_PLACES = {
    "YYYY": (1, 4), "MM": (6, 2), "DD": (9, 2), "hh": (12, 2), "mm": (15, 2), "ss": (18, 2),
    "sss": (21, 3),
}  # fmt: skip


class SQLite(Texts):
    """SQLite 3.35 and newer."""

    name = "SQLite"
    nulls_are_high = False
    explain = plans.EXPLAIN
    computes_doubles = True
    steps = True
    change_marks = change_marks

    def prepare(self, connection: sa.Connection) -> None:
        """Register the functions; the pool's record remembers that it is done."""
        if connection.info.get(_READY):
            return
        register = drivers.adapted(connection).create_function
        for name, (function, arguments) in FUNCTIONS.items():
            register(name, arguments, function, deterministic=True)
        file_of(connection)  # which is known from now on
        connection.info[_READY] = True

    def fold(self, expression: Expression) -> Expression:
        """Fold in Python; SQLite itself knows only ASCII."""
        return sa.func.serverside_folded(expression, type_=sa.Text())

    def contains(self, expression: Expression, text: str) -> Expression:
        """Ask SQLite's own search first: Python is called only for rows beyond ASCII."""
        text = fold(text)
        foreign = sa.func.length(expression) != sa.func.length(
            sa.cast(expression, sa.LargeBinary())
        )
        folded = sa.func.instr(self.fold(expression), text) > 0
        if not text.isascii():
            return sa.and_(foreign, folded)
        plain = sa.func.instr(sa.func.lower(expression), text) > 0
        return sa.or_(plain, sa.and_(foreign, folded))

    def matches(self, expression: Expression, pattern: str) -> Expression:
        """Match with RE2, in time linear in the text."""
        compiled(pattern)
        return sa.func.serverside_matches(pattern, expression, type_=sa.Boolean())

    def order_text(self, expression: Expression) -> Expression:
        """NOCASE folds ASCII and compares bytes, which in UTF-8 is by code point."""
        return sa.collate(expression, "NOCASE")

    def exact_text(self, expression: Expression) -> Expression:
        """Order by bytes."""
        return sa.collate(expression, "BINARY")

    def number(self, value: Decimal, kind: Kind) -> Decimal | float | int:
        """SQLite has no decimals: whole numbers are 64-bit integers, all else doubles."""
        if value == value.to_integral_value() and abs(value) <= _LONGEST_INTEGER:
            return int(value)
        return float(value)

    def moment(self, value: datetime | date, kind: Kind, zoned: bool) -> Expression:
        """Bind the shortest text of a date-time: SQLite compares texts, and longer ones follow."""
        if isinstance(value, datetime):
            short = value.date().isoformat() if value.time() == clock() else value.isoformat(" ")
            return sa.literal(short, sa.Text())
        return sa.literal(value.isoformat(), sa.Text())

    def parts(
        self, expression: Expression, tokens: Sequence[str], kind: Kind, zoned: bool
    ) -> Expression:
        """Cut the parts from the stored text: `strftime` rounds fractions of a second up."""
        text = sa.type_coerce(expression, sa.Text())
        whole = text + sa.func.substr(_MIDNIGHT, sa.func.length(text) + 1, type_=sa.Text())
        cut = (sa.func.substr(whole, *_PLACES[token], type_=sa.Text()) for token in tokens)
        return sa.cast(sum(cut, start=sa.literal("", sa.Text())), sa.BigInteger())

    def raw(self, expression: Any) -> Any:
        """Take values as SQLite stores them: a date's text has more than one form."""
        if kind_of(expression) == "text":
            return expression
        return sa.type_coerce(expression, sa.types.NullType())

    def natural(self, expression: Any) -> Expression:
        """Order numbers as numbers, before texts: here each value has a type, not its column."""
        return sa.type_coerce(sa.collate(expression, "NOCASE"), Natural())

    as_shown = staticmethod(types.as_shown)
    shown_text = staticmethod(types.shown_text)
    shown_scale = staticmethod(types.shown_scale)

    def token(self, tables: Collection[Any], marks: Sequence[Any]) -> list[Any]:
        """Return marks; what changes when others commit, this connection writes, a schema; a file.

        These speak of one file, so there is no token beside attached or temporary tables.
        """
        pragmas = [sa.table(f"pragma_{name}", sa.column(name)) for name in _VERSIONS]
        versions = [sa.select(*pragma.c).scalar_subquery() for pragma in pragmas]
        files = sa.table("pragma_database_list", sa.column("seq"), sa.column("file", sa.Text()))
        temporary = sa.select(sa.literal(1)).select_from(sa.table("sqlite_temp_master")).exists()
        alone = sa.and_(sa.func.max(files.c.seq) <= _TEMPORARY, ~temporary)
        only = sa.case((alone, sa.func.max(files.c.file)))
        return [
            together(marks) if marks else sa.null(),
            *versions,
            sa.func.total_changes(),
            sa.select(only).scalar_subquery(),
        ]

    def version(
        self, connection: sa.Connection, token: tuple[Any, ...], began: float
    ) -> DataVersion | None:
        """Follow one connection's token, and place what other connections read in time.

        Tokens compare within one connection only. But from when a connection first saw its token
        until it begins to read and still sees it, nobody committed: whatever another connection
        began and ended to read in that time is of the same state. In a transaction of the
        caller's, which reads what was there when it began, that time is unknown.
        """
        ended, marks, file = time.monotonic(), token[0], file_of(connection)
        if token[-1] is None:
            return None
        if marks is not None:  # a file that took this one's place has others, or the same rows
            return DataVersion(marks, lambda other: bool(other == marks))
        if file is not None and not file.is_current:
            return None  # what was read is of one file still, but others may read another
        token = token[1:]
        seen = connection.info.get(_SEEN)
        if seen is None or seen.token != token:
            seen = connection.info[_SEEN] = Seen(token, ended)
        if span := connection.info.get(SPAN):
            began, ended = span
        elif self.own_writes(connection):
            file = None
        stamp = Stamp(seen, file, began, ended)
        return DataVersion(stamp, stamp.is_of)

    def table_facts(self, connection: sa.Connection, table: sa.Table) -> TableFacts:
        """Read the schema."""
        return table_facts(connection, table)

    def own_writes(self, connection: sa.Connection) -> bool:
        """Look whether a transaction is open; one that only reads counts as well."""
        return self.has_begun(connection)

    def has_begun(self, connection: sa.Connection) -> bool:
        """Ask the driver."""
        return bool(drivers.own(connection).in_transaction)

    def one_state(
        self, connection: sa.Connection, tables: Collection[Any] = ()
    ) -> AbstractContextManager[None]:
        """Open a transaction, and note when it began to read."""
        return nullcontext() if self.has_begun(connection) else of_one_snapshot(connection)

    @contextmanager
    def within(self, connection: sa.Connection, milliseconds: int) -> Iterator[None]:
        """Interrupt from another thread; a connection's progress handler is its owner's."""
        driver, done = drivers.own(connection), Event()

        def watch() -> None:
            while not done.wait(milliseconds / 1000):  # again, should it not have begun by then
                drivers.interrupt(driver)

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def cheap_offset(self, plain: bool, keys: int) -> int:
        """Skip along an index of narrow keys: SQLite skips a hundred million a second."""
        return _FAST_ROWS if plain and keys > 1 else 0

    literal = staticmethod(literals.literal)
    remark = staticmethod(literals.remark)
    plan_lines = staticmethod(plans.lines)
    in_order = staticmethod(plans.in_order)
    seeks = staticmethod(plans.seeks)

    def order_code(self, column: str) -> str:
        """Write the collation."""
        return f'{column}.collate("NOCASE")'

    def schema_version(self, connection: sa.Connection) -> Hashable:
        """Ask the driver, which costs next to nothing."""
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA schema_version")
        return (file_of(connection), *(cursor.fetchone() or ()))

    search_index_state = staticmethod(search_tables.state)
    search_index_trouble = staticmethod(search_tables.trouble)
    rebuild_search_index = staticmethod(search_tables.make)
    suspend_search_index = staticmethod(search_tables.drop)
    drop_search_index = staticmethod(search_tables.drop)
    fold_pending = staticmethod(search_tables.fold_pending)

    def indexed(self, index: SearchText, table: Any, text: str, form: str) -> Expression:
        """Look few up in the index, scan the side table for many, test one by one on a walk."""
        if form == "walk":
            return search_index.contains(index, table, text)
        return search_index.found(index, table, text, by_index=form == "lookup")

    def user_error(self, error: sa.exc.DBAPIError) -> str | None:
        """Recognise a statement that the time limit stopped."""
        return TIMEOUT if str(error.orig) == "interrupted" else None
