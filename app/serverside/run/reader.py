"""Runs a draw's statements on one connection; each tells which version of the data it saw."""

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..cache import EngineCache
from ..dialects import Dialect
from ..dialects.data_version import DataVersion
from ..naming import part_name
from ..sql.count import Count
from ..sql.page import Page
from ..sql.source import Source
from ..sql.statements import Statements, labelled
from .executed import Executed
from .executor import Executor

_ROW_BYTES = 100


@dataclass(frozen=True, slots=True)
class Read:
    """The shown values of a page's rows, the numbers beside them, and the version of the data."""

    rows: Sequence[Sequence[Any]]
    numbers: dict[str, int]
    version: DataVersion | None


@dataclass(frozen=True, slots=True)
class Further:
    """The rows of a statement beside the draw's own, and the version that it saw."""

    rows: Sequence[Sequence[Any]]
    version: DataVersion | None

    @property
    def weight(self) -> int:
        """Bytes that the rows take in memory, roughly."""
        return weight_of(self.rows)


class Reader:
    """One draw's connection and statements; without a cache, no version is asked for."""

    def __init__(
        self,
        connection: sa.Connection,
        source: Source,
        dialect: Dialect,
        statements: Statements,
        cache: EngineCache | None,
    ) -> None:
        self._connection, self._source, self._dialect = connection, source, dialect
        self._statements, self._executor = statements, Executor(connection, dialect)
        self._token = statements.token if cache else []

    @property
    def executed(self) -> list[Executed]:
        """The statements that were run."""
        return self._executor.executed

    @property
    def tells_versions(self) -> bool:
        """Return whether statements can tell which version of the data they saw."""
        return bool(self._token)

    def page(self, page: Page, counts: Sequence[Count], window: dict[str, int]) -> Read:
        """Read a page, with the numbers that nobody remembers."""
        began = time.monotonic()
        statement = self._statements.statement(page, self._token, counts)
        found = self._execute(statement, window | page.parameters, "page")
        version = self._version(found[0], began)
        cells = found[0][len(self._token) : len(self._token) + len(counts)]
        numbers = {count.name: cell for count, cell in zip(counts, cells, strict=True)}
        width = len(self._source.columns)
        rows = [row[-width:] for row in found if row[-width - 1] is not None]
        self._executor.correct(len(rows))
        return Read(rows, numbers, version)

    def further(self, statement: Any, purpose: str) -> Further:
        """Run a statement beside the draw's own."""
        began = time.monotonic()
        if not self._token:
            return Further(self._execute(statement, {}, purpose), None)
        token = sa.select(*labelled(self._token)).subquery(part_name("token"))
        asked = statement.subquery(part_name("asked"))
        inner = sa.select(sa.literal(1).label("present"), *asked.c).subquery(part_name("present"))
        joined = sa.select(*token.c, *inner.c).select_from(token.outerjoin(inner, sa.true()))
        found = self._execute(joined, {}, purpose)
        width = len(self._token)
        rows = [tuple(row[width + 1 :]) for row in found if row[width] is not None]
        self._executor.correct(len(rows))
        return Further(rows, self._version(found[0], began))

    def _execute(self, statement: Any, parameters: dict[str, Any], purpose: str) -> Sequence[Any]:
        return self._executor.rows(self._source.restricted(statement), parameters, purpose)

    def _version(self, row: Sequence[Any], began: float) -> DataVersion | None:
        token = tuple(row[: len(self._token)])
        return self._dialect.version(self._connection, token, began) if token else None


def weight_of(rows: Iterable[Sequence[Any]]) -> int:
    """Return about how many bytes rows take in memory."""
    return sum(_ROW_BYTES + sum(map(sys.getsizeof, row)) for row in rows)
