"""Create the tables once, and refuse a database that this version can't work with."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app.database import exclusively
from app.models import CHANGES, SEARCHES, Base, State
from app.serverside import ChangeMarksError

VERSION = "4"
BEGUN = "being made"  # on MariaDB and MySQL, where each table is made for good at once
OLDER = ("2", "3")  # the same but for search indexes (2) and change marks

# What the databases call failures that no waiting mends: SQLSTATEs, MySQL's numbers,
# and SQLite's own names.
NO_RIGHT = (
    "The database's user may not make or read the app's tables: give it the right to, "
    "or let another user fill the database first."
)
READ_ONLY = "The database can only be read, but the app's tables have to be made in it first."
NO_FILE = "The SQLite file can't be opened or made: check DATABASE_URL and who may write there."
NOT_SQLITE = "The file that DATABASE_URL names is not a SQLite database: name another."
REASONS = {
    "1044": NO_RIGHT,
    "1142": NO_RIGHT,
    "1290": READ_ONLY,
    "1792": READ_ONLY,
    "1836": READ_ONLY,
    "42501": NO_RIGHT,
    "25006": READ_ONLY,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": NO_FILE,
    "SQLITE_PERM": NO_FILE,
    "SQLITE_NOTADB": NOT_SQLITE,
}

logger = logging.getLogger(__name__)


class SchemaError(Exception):
    """The tables are not there and can't be made; `str()` is one sentence."""


class UnknownSchemaError(SchemaError):
    """The database holds tables that this version of the app can't work with."""


def create_schema(engine: Engine) -> None:
    """Make sure that the tables are there, in one transaction; one process does, others wait.

    Tables that an older version made keep their rows and get what is new.
    Raises `SchemaError`, or `OperationalError` where the database does not answer now.
    """
    with _saying_why_not():
        with engine.connect() as connection:
            if _version(connection) == VERSION:
                return
        with exclusively(engine) as connection:
            version = _version(connection)
            if version is None:
                _make(connection)
            elif version in OLDER:
                _renew(connection)


def catch_up(engine: Engine) -> None:
    """Bring what other programs did into search indexes and change marks; only for speed."""
    try:
        with engine.begin() as connection:
            for search in SEARCHES:
                search.fold_pending(connection)
            if trouble := CHANGES.trouble_in(connection):
                logger.info("The tables have no change marks: %s", trouble)
                return
            CHANGES.create(connection)
            CHANGES.purge(connection)
    except OperationalError:
        logger.warning("Somebody else is writing; the search index is brought up to date later.")
    except (DBAPIError, ChangeMarksError) as error:
        logger.warning("The tables' change marks are not up to date: %s", error)


def _make(connection: Connection) -> None:
    """Make all tables; what was only begun where a change can't be taken back is made anew."""
    note = Base.metadata.tables[State.__tablename__]
    others = [table for table in Base.metadata.sorted_tables if table is not note]
    note.create(connection, checkfirst=True)
    if connection.scalar(select(State.value).where(State.key == "schema")) == BEGUN:
        Base.metadata.drop_all(connection, tables=others)
    else:
        connection.execute(insert(State).values(key="schema", value=BEGUN))
    Base.metadata.create_all(connection, tables=others)
    connection.execute(update(State).where(State.key == "schema").values(value=VERSION))


def _renew(connection: Connection) -> None:
    """Bring an older version's tables up to this one."""
    for search in SEARCHES:
        search.create(connection)
    CHANGES.create(connection)
    connection.execute(update(State).where(State.key == "schema").values(value=VERSION))


@contextmanager
def _saying_why_not() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        names = (getattr(error.orig, name, "") for name in ("sqlstate", "sqlite_errorname"))
        state = next(filter(None, names), "") or str(
            next(iter(getattr(error.orig, "args", ())), "")
        )
        for code, sentence in REASONS.items():
            if state.startswith(code):
                raise SchemaError(sentence) from error
        raise


def _version(connection: Connection) -> str | None:
    """Return the version of the tables, one that this app can work with; None where it is empty."""
    tables = set(inspect(connection).get_table_names())
    others = set(Base.metadata.tables) - {State.__tablename__}
    if State.__tablename__ in tables:
        version = connection.scalar(select(State.value).where(State.key == "schema"))
        if version in (VERSION, *OLDER):
            return version
        if version == BEGUN or (version is None and not tables & others):
            return None
        raise UnknownSchemaError(
            f"The database's schema has version {version}, this app needs version {VERSION}: "
            f"use another database, or the app's version that made it."
        )
    if tables & others:
        raise UnknownSchemaError(
            "The database already has a table named users or addresses that this app did not "
            "make: use another database."
        )
    return None
