"""A process that is asked ever new questions takes no more memory than its budget says."""

import re
import subprocess
import sys
from pathlib import Path

from app.database import write_engine
from app.schema import create_schema
from tests import kinds
from tests.conftest import disposing

ROOT = Path(__file__).parent.parent.parent
REQUESTS, MEMORY_MB = 400, 4


@kinds.costly
def test_varied_requests_stay_within_the_budget(database_url: str) -> None:
    with disposing(write_engine(database_url)) as engine:
        create_schema(engine)
    command = [
        sys.executable, "-m", "tests.serverside.varied", "--database", database_url,
        "--requests", str(REQUESTS), "--memory-mb", str(MEMORY_MB),
    ]  # fmt: skip
    said = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    megabytes = [int(found) for found in re.findall(r": (\d+) MB", said.stdout)]
    assert len(megabytes) == 10
    # Kept without bound, these requests' statements take more than a megabyte each.
    assert megabytes[-1] - megabytes[1] < 60
