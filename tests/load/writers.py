"""Writers beside the readers: `make load WRITERS=2`, with DATABASE_URL naming the database.

Each adds a person, changes and deletes them again; what a run has added is gone when it ends.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from locust import User, constant_pacing, task
from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import DBAPIError

from app.connecting import write_engine
from app.models import User as Person

if not os.environ.get("DATABASE_URL"):
    sys.exit("Writers need DATABASE_URL: the database of the server that is tested.")
ENGINE = write_engine(os.environ["DATABASE_URL"])


class Writer(User):
    """Somebody who keeps the data up to date, about one change a second."""

    fixed_count = int(os.environ.get("WRITERS") or 1)
    wait_time = constant_pacing(1)

    def on_start(self) -> None:
        """Have nobody yet."""
        self.email = ""

    def on_stop(self) -> None:
        """Leave nobody behind."""
        self.remove()

    @task
    def keep_up_to_date(self) -> None:
        """Add a person; then change, then delete them."""
        if not self.email:
            self.email = f"load.{uuid4().hex}@example.com"
            person = insert(Person).values(name="Load Test", email=self.email)
            self.write("add", lambda connection: connection.execute(person))
        else:
            named = update(Person).where(Person.email == self.email).values(company="Load Ltd")
            self.write("change", lambda connection: connection.execute(named))
            self.remove()

    def remove(self) -> None:
        """Delete the person."""
        if self.email:
            gone = delete(Person).where(Person.email == self.email)
            self.write("delete", lambda connection: connection.execute(gone))
            self.email = ""

    def write(self, name: str, change: Callable[[Connection], Any]) -> None:
        """Commit a change, and report it beside the draws."""
        began, error = time.perf_counter(), None
        try:
            with ENGINE.begin() as connection:
                change(connection)
        except DBAPIError as found:
            error = found
        self.environment.events.request.fire(
            request_type="SQL",
            name=f"write: {name}",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=error,
        )
