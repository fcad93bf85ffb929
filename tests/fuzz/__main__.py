"""Fuzz for long: `python -m tests.fuzz --time 10m [--seed 1]`, on SQLite and PostgreSQL in turn.

Ends with what was tried on each; what went wrong is printed, with exit code 1.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from app import create_app
from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from app.settings import Settings
from tests.conftest import POSTGRES, disposing, postgres_database
from tests.fuzz.run import Run
from tests.serverside.shapes.long_run import seconds

USERS = 200
LIMIT_MS = 5_000
MOST_SHOWN = 20


@contextmanager
def apps() -> Iterator[dict[str, Flask]]:
    """Give an app on each kind of database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = os.environ.get("TEST_POSTGRES_URL", POSTGRES)
        urls = {
            "sqlite": f"sqlite:///{folder / 'fuzz.sqlite3'}",
            "postgresql": stack.enter_context(postgres_database(server)),
        }
        made = {}
        for kind, url in urls.items():
            with disposing(write_engine(url)) as engine:
                create_schema(engine)
                seed(engine, users=USERS, seed=1)
            made[kind] = create_app(Settings(database_url=url, statement_timeout_ms=LIMIT_MS))
            stack.callback(made[kind].extensions["database"].dispose)
        yield made


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="10m", type=seconds, help="90s, 10m, 1h")
    parser.add_argument("--seed", default=0, type=int, help="where to start")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with apps() as made:
        runs = {kind: Run(app, given.seed) for kind, app in made.items()}
        until = time.monotonic() + given.time
        while time.monotonic() < until:
            for run in runs.values():
                run.step()
        for kind, run in runs.items():
            tally = run.tally
            print(
                f"{kind}: {tally.tried} requests, {len(tally.wrong)} wrong, "
                f"slowest {tally.slowest:.2f} s, {dict(sorted(tally.statuses.items()))}"
            )
        wrong = [fault for run in runs.values() for fault in run.tally.wrong]
    print("\n".join(wrong[:MOST_SHOWN]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
