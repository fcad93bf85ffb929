"""The database: a SQLite file, filled from rows.json when it is made."""

import json
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.orm import scoped_session, sessionmaker

from app.examples.copied.models import Address, Base, User

HERE = Path(__file__).parent
FILE = HERE / "example.sqlite3"


class Database:
    """The engine, and a session for each request."""

    engine = create_engine(f"sqlite:///{FILE}")
    session = scoped_session(sessionmaker(engine))

    def write(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes."""
        return self.engine.begin()

    def connect_to_primary(self) -> Connection:
        """Connect to where was written just now: there is one database."""
        return self.engine.connect()


db = Database()


def fill() -> None:
    """Make the tables and their rows, unless the file is there."""
    if FILE.exists():
        return
    rows = json.loads((HERE / "rows.json").read_text(encoding="utf-8"))
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(insert(Address), rows["addresses"])
        connection.execute(insert(User), [_typed(user) for user in rows["users"]])


def _typed(user: dict[str, Any]) -> dict[str, Any]:
    """Give dates their type, which JSON has none for."""
    born = user["birthday"] and date.fromisoformat(user["birthday"])
    return user | {"birthday": born, "created_at": datetime.fromisoformat(user["created_at"])}
