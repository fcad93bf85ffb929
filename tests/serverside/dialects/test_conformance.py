"""The suite runs on an outside dialect's database: here on one that is SQLite by another name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.serverside.dialects.sqlite.dialect import SQLite

SUITE = Path(__file__).parents[3]
# What docs/databases.md has an outside dialect begin with.
FIRST = (
    "tests/serverside/test_datatables.py",
    "tests/serverside/columns/test_edge_values.py",
    "tests/serverside/dialects/test_literals.py",
)


class Outside(SQLite):
    """A dialect that the engine does not come with."""

    name = "Elsewhere"


@pytest.mark.slow
def test_an_outside_dialect_runs_the_suite(tmp_path: Path) -> None:
    environment = os.environ | {
        "TEST_OTHER_DIALECT": f"{__name__}:Outside",
        "TEST_OTHER_URL": f"sqlite:///{tmp_path / 'outside.sqlite3'}",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *FIRST]
    run = subprocess.run(  # noqa: S603 - ours
        command, cwd=SUITE, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-2000:]
    assert " passed" in run.stdout
