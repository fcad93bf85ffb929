"""`DataTables`: one draw from request to answer: parse, plan, run, answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from . import catalogue, joins, legacy, options, rows, wire, yadcf
from .asking import SeveralStatementsError
from .columns import ColumnDT
from .counting import count
from .dialects import Dialect, dialect_for, dialect_of
from .draw import Draw, Drawn
from .errors import UserError
from .limits import DEFAULT_LIMITS, Limits
from .memory import Memory, memory_of
from .offers import Source
from .plan import declared, plan
from .query import as_select
from .request import parse
from .resolved import resolved_before
from .scope import Scope
from .scoping import TRANSLATED, scope_of
from .searchindex import SearchIndex, stored_indexes
from .searchpanes import drop_stale
from .stock import StockDataTables
from .tuning import DEFAULT_TUNING, Tuning

_RECOUNT_MS = 1000  # the user has waited for an error already
_ATTEMPTS = 5  # in a transaction of the caller's, where every statement may see another state
RowValue = Callable[[rows.Row], Any] | None


class DataTables(StockDataTables):  # type: ignore[misc]  # the library has no types
    """Answer one DataTables draw; the arguments up to `allow_regex_searches` are the library's.

    `params` is a flat mapping of bracketed names or the nested dict of a JSON body; `query` a
    `select()` (with `session`) or a `session.query()`, whose restrictions no request can widen.
    `row_id`, `row_class`, `row_data` and `row_attr` take a row by its names and return its
    `DT_RowId` and so on. `arrays` answers rows as lists in the declared order; without it, a
    request that names every column by its number gets rows keyed by those numbers. Only reads.
    Raises `BadRequest` for an unsound request, `UnsupportedDatabase` for a database other than
    PostgreSQL and SQLite; an error that a user can cause is in `error`.
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        query: Any,
        columns: Sequence[ColumnDT],
        allow_regex_searches: bool = False,
        *,
        session: Session | None = None,
        limits: Limits = DEFAULT_LIMITS,
        row_id: RowValue = None,
        row_class: RowValue = None,
        row_data: RowValue = None,
        row_attr: RowValue = None,
        arrays: bool = False,
        tuning: Tuning = DEFAULT_TUNING,
    ) -> None:
        """Run the draw."""
        self.query, self.columns = query, columns
        self.session: Any = session or getattr(query, "session", None)
        if self.session is None:
            raise TypeError("A select() needs session=.")
        if hasattr(self.session, "run_sync"):
            raise TypeError("An AsyncSession can't be used here; call this within its run_sync().")
        if isinstance(self.session, scoped_session):
            self.session = self.session()
        members = {
            "DT_RowId": row_id, "DT_RowClass": row_class,
            "DT_RowData": row_data, "DT_RowAttr": row_attr,
        }  # fmt: skip
        self.row_members = {name: member for name, member in members.items() if member}
        if arrays and self.row_members:
            raise TypeError(
                "Rows as arrays have no place for row_id and its like; drop one of them."
            )
        self.arrays, self.tuning = arrays, tuning
        self.limits, self.allow_regex_searches = limits, allow_regex_searches
        self.results: list[rows.Row] = []
        self._relied: frozenset[SearchIndex] | None = None  # to be looked for, should it fail
        self.cardinality = self.cardinality_filtered = 0
        self.at_least = False  # whether more rows match than `cardinality_filtered` says
        self.error: str | None = None
        self.extras: dict[str, Any] = {}

        tree = wire.read(params, limits)
        self.legacy = legacy.is_spoken(tree)
        self.request = parse(legacy.translated(tree, limits) if self.legacy else tree, limits)
        self.run()

    def output_result(self) -> dict[str, Any]:
        """Return the answer: `draw`, totals, `data`; `error` and `notices` when there are any."""
        answer = {
            "draw": self.request.draw,
            "recordsTotal": self.cardinality,
            "recordsFiltered": self.cardinality_filtered,
            "data": self.results,
        }
        if self.at_least and not self.error:
            answer["recordsFilteredRelation"] = "gte"
        remarks = {"error": self.error, "notices": self.plan.notices}
        answer |= self.extras | {name: said for name, said in remarks.items() if said}
        return legacy.answered(answer) if self.legacy else answer

    def run(self) -> None:
        """Read totals, page and options, all from one state of the data.

        Within a minute of a search index being dropped, a draw can still rely on it. Then it is
        read once more without.
        """
        try:
            self._read()
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated or not self._lost_index():
                raise
            self._read()

    def _lost_index(self) -> bool:
        """Tell whether the draw failed for a search index that is not there any more."""
        if not self._relied:
            return False
        connection = self.session.connection(bind_arguments={"clause": self._clause})
        catalogue.forget(connection.engine)
        return not self._relied <= stored_indexes(joins.tables(self.scope.source), connection)

    def _read(self) -> None:
        session = self.session
        self._clause = as_select(self.query, self.columns)
        bind = session.get_bind(clause=self._clause)
        dialect_of(bind)  # refuses an unknown database before it is asked
        self._plan(resolved_before(self.columns, bind))  # so is an unsound request
        fresh = isinstance(bind, sa.Engine) and not session.in_transaction()
        connection = session.connection(bind_arguments={"clause": self._clause})
        dialect = dialect_for(connection)
        alone = fresh or not dialect.has_begun(connection)
        if session.autoflush:
            session.flush()
        try:
            self.scope = self._scope(connection, dialect)
            if self.scope.columns != self.declaration.columns:
                self._plan(self.scope.columns)
            memory = self._memory(connection, dialect, fresh)
            self._run(connection, dialect, memory, alone)
            self.plan.tell_of_cut(self.cardinality_filtered)
        except (UserError, sa.exc.DBAPIError) as error:
            sentence = str(error) if isinstance(error, UserError) else dialect.user_error(error)
            session.rollback()  # the transaction may be aborted; the session stays usable
            if sentence is None:
                raise
            self.error = sentence
            self.results, self.cardinality_filtered, self.extras = [], 0, {}
            self.cardinality = self._total(dialect)

    def _plan(self, columns: tuple[ColumnDT, ...]) -> None:
        """Look the request's names up in columns. Raises `BadRequest`."""
        self.declaration = declared(columns)
        regex = self.allow_regex_searches
        self.plan = plan(self.request, self.declaration, self.limits, regex=regex)

    def _scope(self, connection: sa.Connection, dialect: Dialect) -> Scope:
        quick = self.tuning.late_rows
        return scope_of(self._clause, self.columns, self.session, connection, dialect, quick=quick)

    def _total(self, dialect: Dialect) -> int:
        """Count the scope's rows after an error; 0 where even that takes too long."""
        connection = self.session.connection(bind_arguments={"clause": self._clause})
        try:
            with dialect.within(connection, _RECOUNT_MS):
                scope = self._scope(connection, dialect)
                return int(connection.scalar(scope.restricted(sa.select(count(scope)))) or 0)
        except sa.exc.DBAPIError as error:
            self.session.rollback()
            if dialect.user_error(error) is None:
                raise
            return 0

    def _run(
        self, connection: sa.Connection, dialect: Dialect, memory: Memory | None, alone: bool
    ) -> None:
        """Draw; where that takes several statements, they all see one state of the data."""
        draw = Draw(self.scope, self.plan, dialect, connection, memory, self.tuning)
        self._relied = draw.shape.indexes if alone else None
        draw.offers = bool(options.offering(self.declaration))
        begun = dialect.has_begun(connection)
        several = options.counts(self.request) or (draw.offers and draw.is_forgetful)
        if not (begun or several):
            try:
                self._draw(draw)
            except SeveralStatementsError:
                pass  # what is counted by now is remembered
            else:
                return
        with dialect.one_state(connection):
            draw.alone = not begun
            for _ in range(_ATTEMPTS):
                draw.settled, draw.torn = True, False
                self._draw(draw)
                if not draw.torn:
                    break

    def _draw(self, draw: Draw) -> None:
        self._answer(draw.run())
        steps = draw.connection if self.tuning.late_rows and self.tuning.loose_scan else None
        source = Source(self.scope, draw.dialect, self.limits, draw.fetch, draw.recall, steps)
        if not self.cardinality_filtered and drop_stale(self.plan, source):
            draw.reshape()
            self._answer(draw.run())
        self.extras = options.answer(self.request, self.declaration, self.plan, source)
        self.extras |= yadcf.data(self.declaration, self.plan, source)

    def _memory(self, connection: sa.Connection, dialect: Dialect, fresh: bool) -> Memory | None:
        """Return the memory, unless the session may see what no other does."""
        options = {**connection.get_execution_options(), **self.scope.options}
        if not self.tuning.remember or TRANSLATED in options:
            return None
        if not fresh and dialect.own_writes(connection):
            return None
        return memory_of(connection.engine, self.tuning.memory_bytes)

    def _answer(self, drawn: Drawn) -> None:
        self.cardinality, self.cardinality_filtered = drawn.total, drawn.filtered
        self.at_least = drawn.at_least
        named = rows.builder(self.declaration.keys)
        build, zoned = self._builder(named), self.declaration.zoned
        self.results = [build(rows.in_utc(values, zoned)) for values in drawn.rows]
        if self.row_members:
            for row, values in zip(self.results, drawn.rows, strict=True):
                source = row if build is named else named(values)
                row |= {name: member(source) for name, member in self.row_members.items()}

    def _builder(self, named: rows.Builder) -> rows.Builder:
        """Return what makes a row: by names, or as the page asks that has only numbers."""
        if self.arrays:
            return rows.array
        by_number = self.declaration.numbered(self.request.columns)
        return rows.builder([str(n) for n in range(len(self.columns))]) if by_number else named
