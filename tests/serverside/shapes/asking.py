"""An example asked: of the database itself, and of the engine."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.serverside import DataTables, Tuning
from tests.serverside.shapes.columns import Declared
from tests.serverside.shapes.requests import Request
from tests.serverside.shapes.shape import Shape
from tests.serverside.shapes.tables import Schema
from tests.serverside.shapes.truth import Truth, truth_of


class RefusedError(Exception):
    """The engine refused a query or a column, in a sentence."""


@dataclass(frozen=True, eq=False, repr=False)
class Example:
    """A schema, a query over it, and columns of the query; `query` gives it as it is asked.

    `hook` changes every statement of a session.
    """

    schema: Schema
    shape: Shape
    query: Callable[[Session], Any]
    declared: list[Declared]
    hook: Any = None

    def __repr__(self) -> str:
        return f"<example: {', '.join(sorted(self.tags))}>"

    @property
    def tags(self) -> frozenset[str]:
        """What is special about it."""
        return self.shape.tags

    @property
    def names(self) -> list[str]:
        """The names of the declared columns."""
        return [one.described.data for one in self.declared]

    def truth(self, engine: sa.Engine) -> Truth:
        """Return what the database says."""
        with self._session(engine) as session:
            return truth_of(self.shape, self.declared, session)

    def answer(self, engine: sa.Engine, request: Request, tuning: Tuning) -> dict[str, Any]:
        """Return what the engine says; raise RefusedError where it says that it can't."""
        columns = [one.column for one in self.declared]
        with self._session(engine) as session, _refusals():
            table = DataTables(
                request, self.query(session), columns, allow_regex_searches=True, session=session,
                tuning=tuning,
            )  # fmt: skip
            return table.output_result()

    def _session(self, engine: sa.Engine) -> Session:
        """Return a session, with the example's hook in it."""
        session = Session(engine)
        if self.hook is not None:
            sa.event.listen(session, "do_orm_execute", self.hook)
        return session


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError) as error:
        if not _is_refusal(error):
            raise
        raise RefusedError(str(error)) from error


def _is_refusal(error: Exception) -> bool:
    """Tell a refusal from an accident, by who raised it and how it reads."""
    raised, said = traceback.extract_tb(error.__traceback__)[-1], str(error)
    return "app/serverside" in raised.filename and " " in said and said.endswith(".")
