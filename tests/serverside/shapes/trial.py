"""One trial: an example and a request on each database, fast and slow, also after a write."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from hypothesis import reject
from hypothesis import strategies as st

from tests.serverside.shapes.asking import Example, RefusedError
from tests.serverside.shapes.examples import examples
from tests.serverside.shapes.judging import WrongError
from tests.serverside.shapes.report import described
from tests.serverside.shapes.requests import requests
from tests.serverside.shapes.tables import Schema
from tests.serverside.shapes.tally import Tally
from tests.serverside.shapes.truth import Truth
from tests.serverside.shapes.tunings import DEFAULT, PLAIN, TUNINGS
from tests.serverside.shapes.walking import walk
from tests.serverside.shapes.writes import write

MOST_ROWS = 300
LENGTHS = (2, 3, 7, 50)
# What the engine may refuse, by tag.
REFUSABLE = frozenset[str]()


@dataclass(frozen=True)
class Home:
    """A kind of database, and how to give a schema one of its own."""

    name: str
    open: Callable[[Schema], AbstractContextManager[sa.Engine]]


@dataclass
class Trial:
    """What is tried; `said` describes it once it is known."""

    data: st.DataObject
    homes: Sequence[Home]
    tally: Tally
    without: frozenset[str] = frozenset()
    said: str = ""
    request: Any = None

    def run(self) -> None:
        """Draw an example and check it everywhere."""
        example: Example = self.data.draw(examples())
        if example.tags & self.without:
            return
        only = "postgresql" if "distinct on" in example.tags else example.schema.only
        self.tally.examples += 1
        self.tally.tags.update(example.tags)
        length = self.data.draw(st.sampled_from(LENGTHS))
        tuning = self.data.draw(st.sampled_from(sorted(TUNINGS)))
        for home in self.homes:
            if only not in (None, home.name):
                continue
            self.said = described(example, None, home.name)
            with home.open(example.schema) as engine:
                self._on(example, engine, (tuning, length), home.name)

    def _on(self, example: Example, engine: sa.Engine, how: tuple[str, int], name: str) -> None:
        tuning, length = how
        truth = self._truth(example, engine)
        if self.request is None:
            self.request = self.data.draw(requests(truth.asked))
        said = described(example, self.request, f"{name}, pages of {length}")
        try:
            for tuned in (PLAIN, TUNINGS[tuning], DEFAULT):
                self.said = f"{said}\ntuned {tuned}"
                self.tally.draws[name] += walk(example, engine, self.request, tuned, length)
            if write(example.schema, engine, seed=length):
                self.said = f"{said}\nafter a write"
                self.tally.draws[name] += walk(example, engine, self.request, DEFAULT, length)
        except RefusedError as refusal:
            self.tally.refusals[str(refusal)] += 1
            if not example.tags & REFUSABLE:
                raise WrongError(f"refused: {refusal}") from refusal

    def _truth(self, example: Example, engine: sa.Engine) -> Truth:
        """Return what the database says; give up a query that it doesn't take."""
        try:
            truth = example.truth(engine)
        except sa.exc.SQLAlchemyError as error:
            self.tally.unsound[str(error).partition("\n")[0][:100]] += 1
            reject()
        if len(truth.rows) > MOST_ROWS:
            reject()
        self.tally.empty += not truth.rows
        return truth
