"""Which file a SQLite connection has open, and whether it is still the one of that name.

Who restores a backup moves another file to the name. Connections stay with the one they opened, so
each is tried before it is handed out: a `stat` of two microseconds.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

FILE = "serverside_file"  # the entry of a connection's info


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A file, told from all others that had or will have its name while somebody has it open."""

    path: str
    device: int
    inode: int

    @property
    def is_current(self) -> bool:
        """Return whether the name means this file still."""
        return file_at(self.path) == self


def file_at(path: str) -> DatabaseFile | None:
    """Return the file of a name, if there is one."""
    if not path:
        return None
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return DatabaseFile(path, found.st_dev, found.st_ino)


def file_of(connection: sa.Connection) -> DatabaseFile | None:
    """Return the file that a connection has open; None for one in memory, or that has no name now.

    Known from when it was opened where `follow_file` was called, else from when this was.
    """
    if FILE not in connection.info:
        connection.info[FILE] = file_at(_path(connection.connection.dbapi_connection))
    found: DatabaseFile | None = connection.info[FILE]
    return found


def follow_file(engine: sa.Engine) -> None:
    """Make an engine of SQLite open the file that is there, never make one, and notice another.

    A file that was moved to the name is read from the next connection taken from the pool on; where
    there is none, connecting fails until there is.
    """

    @sa.event.listens_for(engine, "do_connect")
    def only_open(_dialect: Any, _record: object, arguments: Any, options: Any) -> None:
        if arguments and arguments[0] != ":memory:" and not options.get("uri"):
            arguments[0] = f"file:{quote(arguments[0])}?mode=rw"
            options["uri"] = True

    @sa.event.listens_for(engine, "connect")
    def note(connection: Any, record: Any) -> None:
        record.info[FILE] = file_at(_path(connection))

    @sa.event.listens_for(engine, "checkout")
    def look(_connection: object, record: Any, _proxy: object) -> None:
        file: DatabaseFile | None = record.info[FILE]
        if file is not None and not file.is_current:
            raise sa.exc.InvalidatePoolError


def _path(connection: Any) -> str:
    """Ask the driver for the path of the main database; empty for one in memory."""
    cursor = connection.cursor()
    cursor.execute("SELECT file FROM pragma_database_list WHERE seq = 0")
    path = str(cursor.fetchone()[0] or "")
    cursor.close()
    return path
