"""`MatchingRows`: all rows that match a request, for a file of them; none is held in memory."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .answer import rows
from .columns.column import ColumnDT
from .datatables import DataTables
from .dialects import Dialect
from .errors import BadRequest, UserError
from .limits import DEFAULT_LIMITS, Limits
from .plan.lookup import Declaration, declared
from .run.runner import Runner
from .run.stream import Stream
from .tuning import DEFAULT_TUNING, Tuning
from .wire import decode, legacy
from .wire.request import ColumnRequest, DrawRequest


class MatchingRows:
    """Read all rows that match a request, in its order, while they are iterated over, once.

    The arguments are those of `DataTables`. The request's searches and order count, its page does
    not. Its columns are read in its order; where it has a list `visible`, those named there. All
    rows are of one state of the data, `Limits.max_rows` of them at most. Raises what `DataTables`
    raises, and `UserError` for what that answers as `error`; both before the first row.

        with MatchingRows(params(request), query, COLUMNS, session=session) as matching:
            for row in matching:
                print(json.dumps(row), file=file)
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
        tuning: Tuning = DEFAULT_TUNING,
    ) -> None:
        """Begin to read."""
        tree = decode.read(params, limits)
        if not ("columns" in tree or legacy.is_spoken(tree)):
            keys = enumerate(declared(tuple(columns)).keys)
            tree = {"columns": {str(n): {"data": key} for n, key in keys}} | tree
        draw = _Draw(
            tree, query, columns, allow_regex_searches,
            session=session, limits=limits, tuning=tuning,
        )  # fmt: skip
        if draw.error is not None:
            raise UserError(draw.error)
        self._read, self.matching = draw.read, draw.matching
        self.notices = draw.plan.notices
        self.columns = [draw.declaration.columns[n] for n in draw.numbers]
        self.names = [draw.declaration.keys[n] for n in draw.numbers]
        self.number = min(self.matching, limits.max_rows)

    @property
    def is_cut(self) -> bool:
        """Return whether more rows match than are read."""
        return self.number < self.matching

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield rows as `data` of an answer has them, with these columns alone."""
        return map(rows.builder(self.names), self.values())

    def values(self) -> Iterator[Sequence[Any]]:
        """Yield the same rows as values that are Python's own, in the order of `names`."""
        zoned = [n for n, column in enumerate(self.columns) if column.zoned]
        for values in self._read:
            yield rows.in_utc(values, zoned)

    def close(self) -> None:
        """End the statement, with whatever rows are left; at the last row it ends by itself."""
        self._read.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


class _Draw(DataTables):
    """A draw that reads all rows in place of a page."""

    numbers: list[int]  # of the columns that are read
    matching: int
    read: Generator[Any, None, None]

    def _run(self, runner: Runner, connection: sa.Connection, dialect: Dialect) -> None:
        self.numbers = _numbers(self.request, self.declaration, self.limits)
        stream = Stream(runner.statements, dialect, connection, self.tuning)
        self.read = stream.read(self.numbers, self.limits.max_rows)
        self.matching = next(self.read)

    def _total(self, dialect: Dialect) -> int:
        return 0  # the error is all that is told


def _numbers(request: DrawRequest, declaration: Declaration, limits: Limits) -> list[int]:
    """Return the numbers of the columns that a request lists and sees. Raises `BadRequest`."""
    visible = _visible(request, limits)
    seen = (entry for entry in request.columns if visible is None or _names(entry) & visible)
    found = dict.fromkeys(declaration.find(entry, "_") for entry in seen)
    numbers = [declaration.columns.index(column) for column in found if column is not None]
    if not numbers:
        raise BadRequest("columns", "names no column of this table")
    return numbers


def _visible(request: DrawRequest, limits: Limits) -> set[str] | None:
    """Return the names of `visible`, each of a column that the request lists; None without it."""
    listed = set().union(*map(_names, request.columns))
    entries = request.root["visible"].items(limits.max_columns)
    named = {entry.text(limits.max_term_length): entry for entry in entries}
    named.pop("", None)  # the page's own columns have no name
    for name, entry in named.items():
        if name not in listed:
            raise BadRequest(entry.name, "names a column that the request does not list")
    return set(named) if entries else None


def _names(entry: ColumnRequest) -> set[str]:
    return {*entry.sources.values(), entry.name} - {""}
