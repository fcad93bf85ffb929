"""Memory under hostile load: `python -m tests.fuzz.memory [--requests 20000] [--seed 1]`.

Prints what a process has after 500 requests, all different, and after so many, on each kind of
database with 16 and 64 MEMORY_MB; exit code 1 where it grew by more than 60 MB.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile

from app import create_app
from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from app.settings import Settings
from tests.conftest import POSTGRES, disposing, postgres_database
from tests.fuzz.run import Run
from tests.serving import resident_mb

FIRST = 500
MOST_MB = 60
USERS = 200


def grown_mb(url: str, memory_mb: int, requests: int, start: int) -> float:
    """Send requests to an app of this process, say what it has before and after, return the rest.

    In megabytes; to be called once a process.
    """
    with disposing(write_engine(url)) as engine:
        create_schema(engine)
        seed(engine, users=USERS, seed=1)
    app = create_app(Settings(database_url=url, memory_mb=memory_mb, statement_timeout_ms=5_000))
    run = Run(app, start)
    for _ in range(FIRST):
        run.step()
    before = resident_mb(os.getpid())
    for _ in range(requests - FIRST):
        run.step()
    after = resident_mb(os.getpid())
    print(
        f"{url.partition(':')[0]}, MEMORY_MB={memory_mb}: {before:.0f} MB after {FIRST} requests, "
        f"{after:.0f} MB after {requests}; {len(run.tally.wrong)} wrong"
    )
    app.extensions["database"].dispose()
    return after - before


def main() -> int:
    """Read the arguments and run each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", default=20_000, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.url:
        logging.disable(logging.WARNING)
        return int(grown_mb(given.url, given.memory, given.requests, given.seed) > MOST_MB)
    return max(_apart(kind, memory, given) for memory in (16, 64) for kind in ("pg", "sqlite"))


def _apart(kind: str, memory: int, given: argparse.Namespace) -> int:
    with (
        postgres_database(os.environ.get("TEST_POSTGRES_URL", POSTGRES)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = server if kind == "pg" else f"sqlite:///{folder}/fuzz.sqlite3"
        arguments = ["--url", url, "--memory", str(memory)]
        arguments += ["--requests", str(given.requests), "--seed", str(given.seed)]
        return subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-m", "tests.fuzz.memory", *arguments], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
