"""`DataTables`: one draw from request to answer: parse, plan, run, answer."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .answer import facets, rows, yadcf
from .answer.draw import Draw
from .cache import CACHE, cache_of
from .columns.column import ColumnDT
from .dialects import Dialect, dialect_for, dialect_of
from .errors import UserError
from .explain.inspector import asks_for_plans, inspector
from .explain.schema_questions import noted
from .limits import DEFAULT_LIMITS, Limits
from .plan.lookup import declared
from .plan.plan import plan
from .run.executed import Executed, milliseconds, server_timing
from .run.executor import Executor
from .run.question import Result
from .run.recollection import Recollection, hindrance, recollections
from .run.runner import Runner
from .run.statements import all_there
from .sql.analysis import source_of
from .sql.change_marks import NOT_TRACKED
from .sql.count import count
from .sql.facets import Facets
from .sql.order import SortKey
from .sql.query import as_select, session_of
from .sql.resolved import resolved_before
from .sql.search_index import SearchIndex
from .sql.source import Source
from .stock import StockDataTables
from .tuning import DEFAULT_TUNING, Tuning
from .wire import decode, legacy
from .wire.request import parse

EXTENSIONS = (facets, yadcf)  # each has question(draw) and answer(draw, what was made of the rows)
_RECOUNT_MS = 500  # the user has waited for an error already
RowValue = rows.Member | None


class DataTables(StockDataTables):  # type: ignore[misc]  # the library has no types
    """Answer one DataTables draw; the arguments up to `allow_regex_searches` are the library's.

    `params` is a flat mapping of bracketed names or the nested dict of a JSON body; `query` a
    `select()` (with `session`) or a `session.query()`, whose restrictions no request can widen.
    `row_id`, `row_class`, `row_data` and `row_attr` take a row by its names and return its
    `DT_RowId` and so on. `arrays` answers rows as lists in the declared order; without it, a
    request that names every column by its number gets rows keyed by those numbers. `inspect` adds
    `inspector` to the answer: what the draw did, for developers to see. Only reads.
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
        inspect: bool = False,
    ) -> None:
        """Run the draw."""
        self.query, self.columns = query, columns
        self.session: Any = session_of(query, session)
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
        self.cardinality = self.cardinality_filtered = 0
        self.at_least = False  # whether more rows match than `cardinality_filtered` says
        self.error: str | None = None
        self.extras: dict[str, Any] = {}
        self.notices: list[str] = []
        self.executed: list[Executed] = []  # the statements of this draw
        self.looked: list[Executed] = []  # what it asked of the schema, if it is inspected
        self.remembered: list[Recollection] = []
        self.sorted_by: Sequence[SortKey] = ()

        tree = decode.read(params, limits)
        self.legacy = legacy.is_spoken(tree)
        self.request = parse(legacy.translated(tree, limits) if self.legacy else tree, limits)
        self.inspect, self._with_plans = inspect, inspect and asks_for_plans(self.request)
        self.run()

    @property
    def statements(self) -> int:
        """How many statements were sent for this draw; the schema's and transactions' are none."""
        return len(self.executed)

    @property
    def database_ms(self) -> float:
        """How many milliseconds these took, each until its last row was there."""
        return milliseconds(self.executed)

    @property
    def server_timing(self) -> str:
        """Both as the header `Server-Timing` has them."""
        return server_timing(self.executed)

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
        remarks = {"error": self.error, "notices": self.notices}
        answer |= self.extras | {name: said for name, said in remarks.items() if said}
        return legacy.answered(answer) if self.legacy else answer

    def run(self) -> None:
        """Read totals, page and what extensions ask, all from one state of the data.

        Within a minute of a search index or change marks being dropped, a draw can still rely on
        them. Then it is read once more without.
        """
        # What statements of no transaction's rely on.
        self._indexes, self._tracking = frozenset[SearchIndex](), NOT_TRACKED
        try:
            self._read()
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated or not self._lost_something():
                raise
            self._read()
        if self.inspect:
            connection = self._connection()
            told = inspector(self, connection, dialect_of(connection), plans=self._with_plans)
            self.extras["inspector"] = told

    def _lost_something(self) -> bool:
        """Return whether the draw failed for what is not there any more."""
        relies = self._indexes or self._tracking.marks
        return bool(relies) and not all_there(self._indexes, self._tracking, self._connection())

    def _connection(self) -> sa.Connection:
        connection: sa.Connection = self.session.connection(bind_arguments={"clause": self._clause})
        return connection

    def _read(self) -> None:
        session = self.session
        self._clause = as_select(self.query, self.columns)
        bind = session.get_bind(clause=self._clause)
        dialect_of(bind)  # refuses an unknown database before it is asked
        self._plan(resolved_before(self.columns, bind))  # so is an unsound request
        fresh = isinstance(bind, sa.Engine) and not session.in_transaction()
        connection = self._connection()
        dialect = dialect_for(connection)
        alone = fresh or not dialect.has_begun(connection)
        if session.autoflush:
            session.flush()
        try:
            with noted(connection, self.looked) if self.inspect else nullcontext():
                self._draw(connection, dialect, fresh=fresh, alone=alone)
        except (UserError, sa.exc.DBAPIError) as error:
            sentence = str(error) if isinstance(error, UserError) else dialect.user_error(error)
            session.rollback()  # the transaction may be aborted; the session stays usable
            if sentence is None:
                raise
            self.error, self.notices = sentence, self.plan.remarks(0)
            self.results, self.cardinality_filtered, self.extras = [], 0, {}
            self.cardinality = self._total(dialect)

    def _draw(
        self, connection: sa.Connection, dialect: Dialect, *, fresh: bool, alone: bool
    ) -> None:
        self.source = self._source(connection, dialect)
        if self.source.columns != self.declaration.columns:
            self._plan(self.source.columns)
        CACHE.resize(self.tuning.memory_bytes)
        forgets = hindrance(connection, dialect, self.source, self.tuning, fresh=fresh)
        cache = None if forgets else cache_of(connection)
        runner = Runner(self.source, self.plan, dialect, connection, cache, self.tuning)
        if alone:
            self._indexes, self._tracking = runner.statements.indexes, runner.statements.tracking
        self._run(runner, connection, dialect)
        if self.inspect:
            self.remembered = [*recollections(runner, forgets)]

    def _plan(self, columns: tuple[ColumnDT, ...]) -> None:
        """Look the request's names up in columns. Raises `BadRequest`."""
        self.declaration = declared(columns)
        regex = self.allow_regex_searches
        self.plan = plan(self.request, self.declaration, self.limits, regex=regex)

    def _source(self, connection: sa.Connection, dialect: Dialect) -> Source:
        quick = self.tuning.late_rows
        return source_of(self._clause, self.columns, self.session, connection, dialect, quick=quick)

    def _total(self, dialect: Dialect) -> int:
        """Count the source's rows after an error; 0 where even that takes too long."""
        connection = self._connection()
        try:
            with dialect.within(connection, _RECOUNT_MS):
                source, executor = self._source(connection, dialect), Executor(connection)
                statement = source.restricted(sa.select(count(source)))
                try:
                    [[number]] = executor.rows(statement, {}, "count")
                finally:
                    self.executed += executor.executed
                return int(number)
        except sa.exc.DBAPIError as error:
            self.session.rollback()
            if dialect.user_error(error) is None:
                raise
            return 0

    def _run(self, runner: Runner, connection: sa.Connection, dialect: Dialect) -> None:
        """Ask for the page, and for what extensions answer beside it."""
        steps = connection if self.tuning.loose_scan else None
        values = Facets(self.source, dialect, self.limits.max_options, steps)
        draw = Draw(self.request, self.declaration, self.plan, self.limits, values)
        questions = [(each, asked) for each in EXTENSIONS if (asked := each.question(draw))]
        self.sorted_by = runner.statements.keys
        try:
            result = runner.run([question for _, question in questions])
        finally:
            self.executed += runner.executed
        self._take(result)
        self.extras = {}
        for (extension, _), made in zip(questions, result.answers, strict=True):
            self.extras |= extension.answer(draw, made)

    def _take(self, result: Result) -> None:
        self.cardinality, self.cardinality_filtered = result.total, result.filtered
        self.at_least = result.at_least
        self.notices = self.plan.remarks(result.filtered, result.unmet)
        shape = rows.Shape(self.declaration, self.request, self.arrays, self.row_members)
        self.results = shape.of(result.rows)
