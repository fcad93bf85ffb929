"""The long run: batches of examples until the time is over, or until something is wrong."""

import re
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, UnsatisfiedAssumption

from tests.conftest import POSTGRES, postgres_database
from tests.serverside.shapes.homes import postgres_home, sqlite_home
from tests.serverside.shapes.judging import WrongError
from tests.serverside.shapes.tally import Tally
from tests.serverside.shapes.trial import Home, Trial

BATCH = 50  # a batch that was begun is ended

_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """Read a time as people write it: 90s, 10m, 1h."""
    match = re.fullmatch(r"([0-9]+)([smh]?)", text)
    if match is None:
        raise ValueError(f"{text} is no time; write 90s, 10m or 1h.")
    return int(match[1]) * _UNITS[match[2] or "s"]


@contextmanager
def both_databases(only: str = "") -> Iterator[list[Home]]:
    """Give SQLite and PostgreSQL, each with room for one schema after the other."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        homes = [Home("sqlite", partial(sqlite_home, folder=folder))]
        if only != "sqlite":
            url = stack.enter_context(postgres_database(POSTGRES))
            homes.append(Home("postgresql", partial(postgres_home, url=url)))
        yield [home for home in homes if only in ("", home.name)]


@dataclass
class LongRun:
    """Trials until the time is over; `wrong` holds examples of what is wrong by its words."""

    homes: Sequence[Home]
    time: float
    seed: int
    without: frozenset[str]
    goes_on: bool = False
    tally: Tally = field(default_factory=Tally)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    said: str = ""

    def run(self) -> int:
        """Run until the time is over or something is wrong; return the exit code."""
        until, number = time.monotonic() + self.time, self.seed
        while time.monotonic() < until:
            try:
                self._batch(number)
            except Exception as error:
                self._show(error, number)
                return 1
            number += 1
        return self._sum_up()

    def _batch(self, number: int) -> None:
        """Run a batch, whose examples its number decides."""
        phases = (Phase.generate,) if self.goes_on else (Phase.generate, Phase.shrink)
        wanted = settings(
            max_examples=BATCH, deadline=None, database=None, phases=phases, print_blob=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip

        @given(data=st.data())
        def test(data: st.DataObject) -> None:
            self._try(data)

        seed(number)(wanted(test))()

    def _try(self, data: st.DataObject) -> None:
        trial = Trial(data, self.homes, self.tally, self.without)
        try:
            trial.run()
        except (HypothesisException, UnsatisfiedAssumption):
            raise
        except Exception as error:
            self.said = f"{trial.said}\n{error}"
            if not self.goes_on:
                raise
            self.wrong.setdefault(_words(error), []).append(self.said)

    def _show(self, error: Exception, number: int) -> None:
        traceback.print_exception(error, limit=-6)
        print(f"\n{self.said}\n\nSeen again with --seed {number}. Tried until then: {self.tally}")

    def _sum_up(self) -> int:
        for words, examples in sorted(self.wrong.items(), key=lambda pair: len(pair[1])):
            print(f"\n=== {len(examples)} times: {words}\n{min(examples, key=len)}")
        print(f"{len(self.wrong) or 'Nothing'} wrong in {self.tally}")
        return int(bool(self.wrong))


def _words(error: Exception) -> str:
    """Say in short what is wrong, the same for what is wrong alike."""
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if "app/serverside" in f.filename
    ]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].name} " if frames else ""
    text = str(error).partition("\n")[0]
    text = re.split(r"[:{\[]", text)[0] if isinstance(error, WrongError) else text[:90]
    return f"{where}{type(error).__name__} {re.sub('[0-9]+', 'n', text)}"
