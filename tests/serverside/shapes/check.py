"""One example on one database: drawn in every way, then drawn again after a write."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.serverside import DataTables, Tuning
from tests.serverside.oracle import UserError
from tests.serverside.shapes.columns import Declared
from tests.serverside.shapes.judging import Walk, WrongError
from tests.serverside.shapes.requests import Request
from tests.serverside.shapes.schemas import Schema
from tests.serverside.shapes.shape import Shape
from tests.serverside.shapes.truth import Truth, Wanted, truth_of, wanted

TINY = Tuning(few=3, deep=3, anchor_step=2)
PLAIN = Tuning(
    late_rows=False, lookup=False, remember=False, anchors=False, from_the_end=False,
    loose_scan=False,
)  # fmt: skip
TUNINGS = {
    "plain": PLAIN,
    "default": Tuning(),
    "tiny": TINY,
    "no-lookup": replace(TINY, lookup=False),
    "wide": replace(TINY, late_rows=False),
}
PAGES = 6


class RefusedError(Exception):
    """The engine refused the query or a column, in a sentence."""


@dataclass(frozen=True, eq=False)
class Example:
    """What is asked."""

    schema: Schema
    shape: Shape
    query: Any
    declared: list[Declared]

    def truth(self, engine: sa.Engine) -> Truth:
        """Return what the database says."""
        with Session(engine) as session:
            return truth_of(self.shape, self.declared, session)

    def answer(self, engine: sa.Engine, request: Request, tuning: Tuning) -> dict[str, Any]:
        """Let the engine answer."""
        columns = [one.column for one in self.declared]
        with Session(engine) as session, _refusing():
            table = DataTables(
                request, self.query, columns, allow_regex_searches=True, session=session,
                tuning=tuning,
            )  # fmt: skip
            return table.output_result()

    @property
    def names(self) -> list[str]:
        """The names of the declared columns."""
        return [one.described.data for one in self.declared]


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError) as error:
        if not _is_sentence(error):
            raise
        raise RefusedError(str(error)) from error


def _is_sentence(error: Exception) -> bool:
    """Tell a refusal from an accident, by who raised it and by how it reads."""
    raised = traceback.extract_tb(error.__traceback__)[-1]
    said = str(error)
    return "serverside" in raised.filename and said[:1].isupper() and said.endswith(".")


def check(example: Example, engine: sa.Engine, request: Request, tuning: str, length: int) -> int:
    """Walk all pages twice; return how many draws that took."""
    return _walk(example, engine, request, TUNINGS[tuning], length)


def _walk(
    example: Example, engine: sa.Engine, request: Request, tuning: Tuning, length: int
) -> int:
    truth = example.truth(engine)
    try:
        right = wanted(truth, request)
    except UserError:
        answer = example.answer(engine, request | {"start": 0, "length": 10}, tuning)
        if not answer.get("error"):
            raise WrongError("a bad pattern was taken") from None
        return 1
    walk = Walk(right, example.names)
    starts = _starts(right, length)
    for start in starts:
        answer = example.answer(engine, request | {"start": start, "length": length}, tuning)
        walk.take(answer, start, length)
        walk.offers(answer)
    return len(starts)


def _starts(right: Wanted, length: int) -> list[int]:
    """Give the first page, those from the last one back, and the first again."""
    pages = range(0, right.filtered + length, length)
    if len(pages) > PAGES:
        pages = [*pages[:2], *pages[-PAGES + 2 :]]  # type: ignore[assignment]
    return [0, *reversed(pages)]


