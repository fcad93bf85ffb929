"""What the engine asks of a database. An answer stands here only where it is right for any."""

from abc import abstractmethod
from collections.abc import Collection, Hashable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from ..naming import part_name
from .catalogue import TableFacts
from .change_marks import Marks
from .data_version import DataVersion
from .expressions import Expression, Expressions
from .search_text import SearchText, State

PARENTS = 500  # keys that an OR condition looks up one by one; more are searched row by row
TIMEOUT = "The search took too long and was stopped; please narrow it."
BAD_PATTERN = "The regular expression is not valid."


class Dialect(Expressions):
    """What one kind of database says and does in its own way. Stateless.

    What is abstract has no answer that every database would understand in the same way.
    """

    name: str  # as people write it
    nulls_are_high: bool  # whether NULL is ordered as if larger than any value
    explain: str  # what a statement's plan is asked for with, and run
    explain_only = "EXPLAIN"  # what it is asked for with where that takes too long
    parents = PARENTS
    hashes_joins = False  # whether a join to many keys costs less than a list of them
    has_distinct_on = False  # whether DISTINCT may name columns
    computes_doubles = False  # whether all it computes but whole numbers are doubles
    tells_types = False  # whether it can be asked for the types of expressions
    limits_by_number = False  # whether LIMIT takes no expression
    reads_once = True  # whether what a statement names twice is read once
    steps = False  # whether values are read by `loose_scan.py`
    change_marks: Marks | None = None  # where changes can be marked

    def prepare(self, connection: sa.Connection) -> None:
        """Make a connection ready: register functions where the database needs them."""

    @abstractmethod
    def token(self, tables: Collection[Any], marks: Sequence[Any]) -> list[Any]:
        """Return what tells which state of the data a statement sees; empty: unknown.

        `marks` tell it of all these tables, or NULL; none where one is not marked.
        """

    @abstractmethod
    def version(
        self, connection: sa.Connection, token: tuple[Any, ...], began: float
    ) -> DataVersion | None:
        """Return which state of the data a statement saw, by its token; None: don't remember."""

    @abstractmethod
    def table_facts(self, connection: sa.Connection, table: sa.Table) -> TableFacts:
        """Return what the database enforces for a table's rows."""

    @abstractmethod
    def own_writes(self, connection: sa.Connection) -> bool:
        """Return whether the connection may see writes of its own that nobody else sees."""

    @abstractmethod
    def has_begun(self, connection: sa.Connection) -> bool:
        """Return whether statements run in a transaction of the caller's."""

    @abstractmethod
    def one_state(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Let several statements see one state of the data, unless a transaction has begun."""

    def streaming(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Let the rows of a statement be read as they come, and plan for reading all of them."""
        return self.one_state(connection)

    def leave(self, connection: sa.Connection, cursor: Any) -> None:
        """End a statement of which nobody will read the rows that are left."""

    @abstractmethod
    def within(self, connection: sa.Connection, milliseconds: int) -> AbstractContextManager[None]:
        """Run one statement for no longer than that; it fails as one that takes too long does."""

    def materialized(self, rows: sa.Select[Any], name: str) -> Any:
        """Return rows that are read once."""
        return rows.cte(part_name(name))

    def cheap_offset(self, plain: bool, keys: int) -> int:
        """Return how many rows are skipped sooner than anchors are made.

        `plain`: all rows of one table; `keys` order them.
        """
        return 0

    def listed(self, foreign: Any, keys: sa.Select[Any]) -> tuple[Expression, Any]:
        """Test a foreign key against few keys; also return their count, to be bounded."""
        return foreign.in_(keys), None

    @abstractmethod
    def literal(self, value: Any) -> str:
        """Write a value that a driver was given as SQL has it."""

    def remark(self, sql: str) -> str:
        """Say why a statement does not run in the database's own shell; nothing where it does."""
        return ""

    @abstractmethod
    def plan_lines(self, rows: Sequence[Any]) -> list[str]:
        """Return what `explain` answered as lines of text."""

    @abstractmethod
    def in_order(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Return whether an index gives rows in their order."""

    @abstractmethod
    def seeks(self, connection: sa.Connection, rows: sa.Select[Any]) -> bool:
        """Return whether an index is searched for rows, and gives them in their order."""

    @abstractmethod
    def order_code(self, column: str) -> str:
        """Write what `order_text` compares as one does in an `Index`."""

    def order_statement(self, column: sa.Column[Any]) -> str | None:
        """Write what makes the index that orders a text, where it is more than an `Index`."""
        return None

    def exact_code(self, column: str) -> str:
        """Write what `exact_text` compares as one does in an `Index`."""
        return column

    def schema_version(self, connection: sa.Connection) -> Hashable:
        """Return what changes with the schema, where that can be told at no cost; else None."""
        return None

    @abstractmethod
    def search_index_state(self, connection: sa.Connection, index: SearchText) -> State:
        """Return what the database has of a table's search index."""

    @abstractmethod
    def search_index_trouble(self, connection: sa.Connection, index: SearchText) -> str | None:
        """Say in a sentence why a table can't have the search index here; None where it can."""

    @abstractmethod
    def rebuild_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Make the index from the table's rows, faster than row by row."""

    @abstractmethod
    def suspend_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Stop keeping the index while many rows are written; it must be rebuilt after."""

    @abstractmethod
    def drop_search_index(self, connection: sa.Connection, index: SearchText) -> None:
        """Remove the index, whichever version or declaration made it."""

    def fold_pending(self, connection: sa.Connection, index: SearchText) -> None:
        """Take up rows that the database itself could not fold."""

    @abstractmethod
    def indexed(self, index: SearchText, table: Any, text: str, form: str) -> Expression:
        """Test whether a row's search text contains a folded text, by one of the access paths."""

    def indexed_part(
        self, index: SearchText, table: Any, column: Any, text: str
    ) -> Expression | None:
        """Test one column's part of the search text; None where the column itself must be read."""
        return None

    def finish(self, connection: sa.Connection, cursor: Any) -> None:
        """Raise `UserError` where the statement that has just ended was given up on the way."""

    @abstractmethod
    def user_error(self, error: sa.exc.DBAPIError) -> str | None:
        """Return the sentence for an error that a user can cause, else None."""
