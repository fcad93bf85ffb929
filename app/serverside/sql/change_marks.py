"""Change marks: the database itself notes each change of a table, so that others' don't matter.

One line beside the models gives tables theirs: ``track_changes(User, Address)``. What is remembered
of a draw over such tables then holds until one of them changes, also on a hot standby, and their
numbers of rows need no counting. Other tables' versions are those of the whole database.

Nothing is believed that the statement which reads the rows does not prove: where a table can have
changed without a mark, its marks are not used until `create` is called again.
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from ..dialects import dialect_for, dialect_of, is_supported
from ..dialects.change_marks import Marks, MarkState, Tracked
from ..dialects.search_text import stored
from ..errors import ChangeMarksError
from .altering import altering, told

INFO = "serverside_change_marks"
_NONE = "MariaDB and MySQL have nothing that notes a table's every change, so it can't be marked."

declared: WeakSet["TableMarks"] = WeakSet()


class TableMarks(Tracked):
    """The change marks of one table."""

    def create(self, connection: sa.Connection) -> None:
        """Make the marks, unless they are there and hold."""
        if self.state_in(connection) is not MarkState.CURRENT:
            self.rebuild(connection)

    def rebuild(self, connection: sa.Connection) -> None:
        """Make the marks anew, and count the rows."""
        trouble, marks = self.trouble_in(connection), _marks_of(connection)
        if marks is None or trouble is not None:
            raise ChangeMarksError(trouble or _NONE)
        with altering(connection):
            marks.make(connection, self)

    def trouble_in(self, connection: sa.Connection) -> str | None:
        """Say in a sentence why the table can't have the marks; None where it can."""
        marks = _marks_of(connection)
        return marks.trouble(connection, self) if marks else _NONE

    def drop(self, connection: sa.Connection) -> None:
        """Remove the marks."""
        if marks := _marks_of(connection):
            with altering(connection):
                marks.drop(connection, self)

    def purge(self, connection: sa.Connection) -> None:
        """Fold old marks together."""
        marks = _marks_of(connection)
        if marks and self.state_in(connection) is not MarkState.ABSENT:
            marks.purge(connection, self)

    def stored_in(self, connection: sa.Connection, version: Hashable = None) -> bool:
        """Return whether draws may use what the database has; asked at most once a minute.

        `version` is the schema's, where it is known: another one is asked about at once.
        """
        question = self.question(connection), version
        return told(connection, question, lambda: self.state_in(connection).is_usable)

    def state_in(self, connection: sa.Connection) -> MarkState:
        """Return what the database has of the marks; asked anew."""
        marks = _marks_of(connection)
        return marks.state(connection, self) if marks else MarkState.ABSENT


@dataclass(frozen=True, slots=True)
class ChangeMarks:
    """The change marks of tables, as `track_changes()` declares them.

    All change the database within the caller's transaction; each may be called again. They raise
    `ChangeMarksError` where the database can't have the marks, or has something of somebody else's
    under their name.
    """

    tables: tuple[TableMarks, ...]

    def create(self, connection: sa.Connection) -> None:
        """Make the marks for tables that are there already; do so again once these were altered.

        Counts the rows of those that have none that hold, while others read them but don't write.
        """
        for _ in range(2):  # what is made last may have altered a schema that they share
            for marks in self.tables:
                marks.create(connection)

    def drop(self, connection: sa.Connection) -> None:
        """Remove the marks, also those of another version."""
        for marks in self.tables:
            marks.drop(connection)

    def purge(self, connection: sa.Connection) -> None:
        """Fold old marks together; the database does so by itself, every few hundred changes."""
        for marks in self.tables:
            marks.purge(connection)

    def trouble_in(self, connection: sa.Connection) -> str | None:
        """Say in a sentence why a table can't have the marks; None where all can."""
        troubles = (marks.trouble_in(connection) for marks in self.tables)
        return next(filter(None, troubles), None)

    def states_in(self, connection: sa.Connection) -> list[MarkState]:
        """Return what the database has of each table's marks; asked anew."""
        return [marks.state_in(connection) for marks in self.tables]


@dataclass(frozen=True, slots=True)
class Tracking:
    """The marks that a draw may use, and the version of the schema in which they were found."""

    marks: frozenset[TableMarks] = frozenset()
    schema: Hashable = None

    def tokens(self, tables: Collection[sa.Table], marks: Marks | None) -> list[Any]:
        """Return what tells the versions of tables; nothing, unless it can be told of each."""
        by_table = {own.table: own for own in self.marks}
        if marks is None or not by_table.keys() >= set(tables):
            return []
        return [marks.token(by_table[table], self.schema) for table in sorted(tables, key=str)]

    def total(self, table: sa.Table | None, marks: Marks | None) -> Any:
        """Return what tells a table's number of rows, or is NULL; None without marks."""
        own = next((own for own in self.marks if own.table is table), None)
        return marks.total(own) if marks and own else None


NOT_TRACKED = Tracking()


def track_changes(*tables: Any) -> ChangeMarks:
    """Let the database mark the changes of models or tables; marks are made when these are.

    For tables that are there already, call `create`. Raises `TypeError` for what is
    neither a model nor a table.
    """
    made = tuple(TableMarks(_table(table)) for table in tables)
    for marks in made:
        marks.table.info[INFO] = marks
        declared.add(marks)
        sa.event.listen(marks.table, "after_create", _create)
        sa.event.listen(marks.table, "after_drop", _drop)
    for metadata in {marks.table.metadata for marks in made}:
        sa.event.listen(metadata, "after_create", _create_again)
    return ChangeMarks(made)


def marks_of(table: Any) -> TableMarks | None:
    """Return the marks that a table, or an alias of one, was declared with.

    `Table.to_metadata()` gives a copy its own, also in another schema.
    """
    own = stored(table)
    marks: TableMarks | None = getattr(own, "info", {}).get(INFO)
    if marks is not None and marks.table.key != own.key:
        marks = TableMarks(own)
        own.info[INFO] = marks
        declared.add(marks)
    return marks


def stored_marks(tables: Iterable[Any], connection: sa.Connection) -> Tracking:
    """Return the marks of tables that draws may use on this connection."""
    found = {marks for marks in map(marks_of, tables) if marks is not None}
    if not found:
        return NOT_TRACKED
    version = dialect_for(connection).schema_version(connection)
    usable = frozenset(marks for marks in found if marks.stored_in(connection, version))
    return Tracking(usable, version) if usable else NOT_TRACKED


def _table(table: Any) -> sa.Table:
    own = sa.inspect(table, raiseerr=False)
    own = getattr(own, "local_table", own)
    if not isinstance(own, sa.Table):
        raise TypeError(f"{table!r} is neither a model nor a table, so it has no changes to mark.")
    return own


def _marks_of(connection: sa.Connection) -> Marks | None:
    return dialect_of(connection).change_marks


def _create(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    """Make a new table's marks where this kind of database can have them for it."""
    marks = marks_of(table)
    if marks and is_supported(connection) and marks.trouble_in(connection) is None:
        marks.create(connection)


def _create_again(_: sa.MetaData, connection: sa.Connection, tables: Any = (), **__: Any) -> None:
    """Look again when all tables are made: what came later may have altered one."""
    for table in tables or ():
        _create(table, connection)


def _drop(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if (marks := marks_of(table)) and is_supported(connection):
        marks.drop(connection)
