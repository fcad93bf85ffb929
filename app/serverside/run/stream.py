"""Reading all rows that match: by one statement, whose rows come as they are asked for."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..cache import cache_of
from ..dialects import Dialect
from ..sql.all_rows import all_rows, found_up_to
from ..sql.statements import MOST, Statements
from ..tuning import Tuning
from .compiled import CompiledStatements

_AT_ONCE = 1000  # rows that are fetched in one round trip, and held in memory


@dataclass(frozen=True, slots=True)
class Stream:
    """How to read all rows that a draw's statements match."""

    statements: Statements
    dialect: Dialect
    connection: sa.Connection
    tuning: Tuning

    def read(self, columns: Sequence[int], most: int) -> Generator[Any, None, None]:
        """Yield how many rows match, then the values of `most` of them, from one state of the data.

        `columns` are numbers of declared columns. Whoever leaves before the end closes this.
        """
        has_begun = self.dialect.has_begun(self.connection)
        with self.dialect.streaming(self.connection):
            if tests := list(self.statements.pattern_tests()):
                self._execute(sa.select(*tests)).close()
            rare = self._is_rare(one_state=not has_begun)
            rows = all_rows(self.statements, columns, rare=rare)
            with closing(self._execute(rows, {MOST.key: most}, yield_per=_AT_ONCE)) as result:
                cursor = result.cursor
                try:
                    yield from _number_first(result)
                except GeneratorExit:
                    self.dialect.leave(self.connection, result.cursor)
                    raise
                self.dialect.finish(self.connection, cursor)

    def _is_rare(self, *, one_state: bool) -> bool:
        """Return whether few rows match, so that they are looked up by an index.

        What a lookup finds is all only within its bounds, in the state that they were read in.
        """
        if not (self.tuning.lookup and self.statements.selective):
            return False
        few = self.tuning.few
        if self.statements.lookup(few).bounds and not one_state:
            return False
        found, *bounds = tuple[int, ...](self._execute(found_up_to(self.statements, few)).one())
        return found <= few and all(bound <= self.dialect.parents for bound in bounds)

    def _execute(
        self, statement: Any, parameters: dict[str, Any] | None = None, **options: Any
    ) -> sa.CursorResult[Any]:
        options["compiled_cache"] = CompiledStatements(cache_of(self.connection))
        restricted = self.statements.source.restricted(statement)
        return self.connection.execute(restricted, parameters, execution_options=options)


def _number_first(result: sa.CursorResult[Any]) -> Iterator[Any]:
    """Yield the number that comes last in every row, then the rows without it."""
    first = result.fetchone()
    yield 0 if first is None else first[-1]
    if first is not None:
        yield first[:-1]
    for rows in result.partitions():
        for row in rows:
            yield row[:-1]
