"""What goes wrong meanwhile, one after the other, each mended before the next."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from sqlalchemy import Connection, Engine, delete, insert, text

from app.connecting import write_engine
from app.models import User
from tests.conftest import disposing
from tests.serverside.standby import Server
from tests.serving import Serving

PEACE_SECONDS = 8.0  # between two faults
SECONDS = 4.0  # that one lasts


class Faults:
    """A primary and its standbys, and the web server, in trouble."""

    def __init__(self, primary: Server, standbys: list[Server], web: Serving) -> None:
        self._primary, self._web = primary, web
        self._standbys = itertools.cycle(standbys)
        self.done: Counter[str] = Counter()

    def go_on(self, stop: Event) -> None:
        """Cause one after the other until told to stop."""
        causes: list[Callable[[Event], None]] = [
            self.standby_hangs, self.worker_killed, self.standby_killed, self.reloaded,
            self.standby_behind, self.primary_crashes, self.primary_restarts,
        ]  # fmt: skip
        for cause in itertools.cycle(causes):
            if stop.wait(PEACE_SECONDS):
                return
            self.done[cause.__name__] += 1
            cause(stop)

    def standby_hangs(self, stop: Event) -> None:
        """All of its processes stand still."""
        standby = next(self._standbys)
        standby.freeze()
        stop.wait(SECONDS)
        standby.thaw()

    def standby_killed(self, stop: Event) -> None:
        """It is gone, and comes back."""
        standby = next(self._standbys)
        standby.stop()
        stop.wait(SECONDS)
        standby.start()

    def standby_behind(self, stop: Event) -> None:
        """It does not show what was committed."""
        standby = next(self._standbys)
        with disposing(write_engine(standby.url)) as engine, _alone(engine) as connection:
            connection.execute(text("SELECT pg_wal_replay_pause()"))
            stop.wait(SECONDS)
            connection.execute(text("SELECT pg_wal_replay_resume()"))

    def primary_crashes(self, _: Event) -> None:
        """A process of it is killed, and it recovers."""
        self._primary.crash()

    def primary_restarts(self, _: Event) -> None:
        """It ends in good order, and is started again."""
        self._primary.stop("fast")
        self._primary.start()

    def worker_killed(self, _: Event) -> None:
        """One of the web server's."""
        self._web.kill_a_worker()

    def reloaded(self, _: Event) -> None:
        """All workers are replaced."""
        self._web.reload()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def write_on(url: str, people: int, stop: Event) -> int:
    """Add and remove people by twos, each in one transaction; return how many were committed."""
    numbers, commits = itertools.count(people + 1, 2), 0
    with disposing(write_engine(url)) as engine:
        for number in numbers:
            if stop.wait(0.1):
                return commits
            pair = [
                {"id": n, "name": f"Soak {n}", "email": f"soak.{n}@example.org"}
                for n in (number, number + 1)
            ]
            try:
                with engine.begin() as connection:
                    connection.execute(insert(User), pair)
                    if number % 5 == 0:
                        connection.execute(delete(User).where(User.id > people))
                commits += 1
            except Exception:  # noqa: BLE001 - the server is in trouble, as it should be
                time.sleep(0.2)
    return commits
