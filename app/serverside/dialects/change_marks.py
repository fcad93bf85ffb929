"""Change marks: the version of a table's data, and its number of rows, kept by the database."""

from collections.abc import Hashable, Sequence
from enum import Enum
from typing import Any, Protocol

import sqlalchemy as sa

from .catalogue import schema_in


class MarkState(Enum):
    """What a database has of a table's change marks; only what is as declared is ever used."""

    ABSENT = "nothing"
    CURRENT = "all of it"
    UNCOUNTED = "the version of its data, but not its number of rows"
    OUTDATED = "those of another version, or from before the table was altered"
    FOREIGN = "something of somebody else's under their name"

    @property
    def is_usable(self) -> bool:
        """Return whether draws may take the version of the data from it."""
        return self in (MarkState.CURRENT, MarkState.UNCOUNTED)


class Tracked:
    """A table whose changes are marked."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table
        self.name = f"{table.name}_change_marks"

    def schema_in(self, connection: sa.Connection) -> str | None:
        """Return the schema that the table's statements on this connection go to."""
        return schema_in(connection, self.table)

    def question(self, connection: sa.Connection) -> Hashable:
        """Return what tells these marks from all others of a database."""
        return "change marks", self.schema_in(connection), self.table.name


def together(tokens: Sequence[Any]) -> Any:
    """Return what tells the versions of several tables; NULL where one of them is not known."""
    whole: Any = sa.literal("marks", sa.Text())
    for token in tokens:
        whole = whole.concat(sa.literal("/", sa.Text())).concat(token)
    return whole


class Marks(Protocol):
    """What one kind of database does for change marks."""

    def state(self, connection: sa.Connection, tracked: Tracked) -> MarkState:
        """Return what the database has of a table's marks."""

    def trouble(self, connection: sa.Connection, tracked: Tracked) -> str | None:
        """Say in a sentence why a table can't have marks here; None where it can."""

    def make(self, connection: sa.Connection, tracked: Tracked) -> None:
        """Make the marks anew, and count the rows."""

    def drop(self, connection: sa.Connection, tracked: Tracked) -> None:
        """Remove the marks."""

    def purge(self, connection: sa.Connection, tracked: Tracked) -> None:
        """Fold old marks together, where they are many rows."""

    def token(self, tracked: Tracked, schema: Any) -> Any:
        """Return what tells the version of a table's data; NULL where its marks don't hold.

        `schema` is the version of the schema for which the state was told.
        """

    def total(self, tracked: Tracked) -> Any:
        """Return the number of a table's rows; NULL where its marks don't tell it."""
