"""Soak: `python -m tests.soak --time 20m`, on a PostgreSQL primary and two standbys of its own.

Prints the figures; exit code 1 where an answer was wrong.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from tests.conftest import disposing
from tests.serverside.shapes.long_run import seconds
from tests.serverside.standby import HOW_TO_GET_THEM, Server, programs, running, running_standby
from tests.serving import Serving, resident_mb, serving
from tests.soak.faults import Faults, write_on
from tests.soak.reading import Reader, Tally

READERS = 6
MOST_SHOWN = 20
SETTLED_SECONDS = 10.0  # after which memory is looked at first
SETTINGS = {
    "max_replica_lag_ms": 2_000,
    "memory_mb": 16,
    "statement_timeout_ms": 5_000,
    "trusted_proxies": "127.0.0.0/8",
    "web_concurrency": 2,
}


@contextmanager
def servers(people: int) -> Iterator[tuple[Server, list[Server]]]:
    """Give a filled primary and two standbys."""
    found = programs()
    if found is None:
        sys.exit(HOW_TO_GET_THEM)
    with running(found) as primary:
        with disposing(write_engine(primary.url)) as engine:
            create_schema(engine)
            seed(engine, users=people, seed=1)
        with running_standby(found, primary) as one, running_standby(found, primary) as two:
            yield primary, [one, two]


def soak(duration: float, people: int) -> Tally:
    """Run for so many seconds, and print the figures."""
    with servers(people) as (primary, standbys):
        replicas = ",".join(standby.url for standby in standbys)
        with serving(primary.url, read_database_urls=replicas, **SETTINGS) as web:
            return _run(duration, people, Faults(primary, standbys, web), web, primary)


def _run(duration: float, people: int, faults: Faults, web: Serving, primary: Server) -> Tally:
    tally, stop, began = Tally(), Event(), time.monotonic()
    with ThreadPoolExecutor(READERS + 2) as pool:
        jobs = [
            pool.submit(Reader(web.port, number, people, tally).read_on, stop)
            for number in range(1, READERS + 1)
        ]
        writer = pool.submit(write_on, primary.url, people, stop)
        stop.wait(SETTLED_SECONDS)
        before = _memory(web)
        jobs.append(pool.submit(faults.go_on, stop))
        try:
            # Once something has failed at least, however slow the machine is.
            while not any(job.done() for job in jobs) and (
                time.monotonic() < began + duration or not faults.done
            ):
                stop.wait(1)
        finally:
            stop.set()
        for job in jobs:
            job.result()
    _tell(tally, time.monotonic() - began)
    print(f"{writer.result()} commits beside them; faults: {dict(faults.done)}")
    print(f"RSS of the workers, MB: {before} at the start, {_memory(web)} at the end")
    return tally


def _memory(web: Serving) -> list[int]:
    return [round(resident_mb(worker)) for worker in web.workers()]


def _tell(tally: Tally, took: float) -> None:
    print(f"{tally.kinds.total()} requests in {took:.0f} s: {dict(sorted(tally.kinds.items()))}")
    print(f"draws: p50 {tally.percentile(0.5):.0f} ms, p99 {tally.percentile(0.99):.0f} ms")
    print(f"{len(tally.wrong)} wrong answers")


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="20m", type=seconds, help="90s, 20m, 1h")
    parser.add_argument("--users", default=20_000, type=int)
    given = parser.parse_args()
    tally = soak(given.time, given.users)
    print("\n".join(tally.wrong[:MOST_SHOWN]))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
