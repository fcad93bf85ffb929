"""Sends statements on one connection, and notes what each was for and how long it took."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ..cache import cache_of
from ..dialects import Dialect
from .compiled import CompiledStatements
from .executed import Executed


class Executor:
    """One draw's connection; `executed` are the statements that were sent, failed ones included."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        self._connection, self._compiled = connection, CompiledStatements(cache_of(connection))
        self._dialect = dialect
        self.executed: list[Executed] = []

    def rows(self, statement: Any, parameters: Mapping[str, Any], purpose: str) -> Sequence[Any]:
        """Send a statement and return its rows."""
        options = {"compiled_cache": self._compiled}
        self._compiled.ready_at = time.perf_counter()
        try:
            found = self._connection.execute(statement, parameters, execution_options=options)
            cursor, rows = found.cursor, found.all()
        except sa.exc.DBAPIError as error:
            self._note(purpose, error.statement or "", error.params, 0)
            raise
        self._note(purpose, found.context.statement, found.context.parameters[0], len(rows))
        self._dialect.finish(self._connection, cursor)
        return rows

    def correct(self, rows: int) -> None:
        """Take back the rows of the last statement that stand for none."""
        if self.executed[-1].rows != rows:
            self.executed[-1] = self.executed[-1]._replace(rows=rows)

    def _note(self, purpose: str, sql: str, parameters: Any, rows: int) -> None:
        took = (time.perf_counter() - self._compiled.ready_at) * 1000
        self.executed.append(Executed(purpose, sql, parameters, took, rows))
