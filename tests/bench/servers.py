"""The servers: gunicorn with this project's configuration, for each of the contestants."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.settings import PROJECT

from .client import Client
from .draws import get

OURS = "app:create_app()"
FLOOR = "tests.bench.floor:create_app()"
# What the engine does for speed, each a setting that switches it off.
MEANS = ("REMEMBER", "ANCHORS", "FROM_THE_END", "LATE_ROWS", "LOOKUP", "LOOSE_SCAN")
_START_SECONDS = 30
_KEEP_ALIVE = "600"  # a connection outlives the slowest draw of another contestant


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen[bytes]

    def most_memory_mb(self) -> float:
        """Return the most memory that one of its workers has ever had, in Linux's words."""
        task = Path("/proc", str(self.process.pid), "task", str(self.process.pid), "children")
        workers = task.read_text().split()
        return max(_peak_kb(Path("/proc", worker, "status")) for worker in workers) / 1000


def _peak_kb(status: Path) -> int:
    lines = (line.partition(":") for line in status.read_text().splitlines())
    return next(int(value.split()[0]) for name, _, value in lines if name == "VmHWM")


@contextmanager
def serving(app: str, database_url: str, workers: int, *, without: str = "") -> Iterator[int]:
    """Serve an app on a free port, with one means of speed switched off, until the block ends."""
    with running(app, database_url, workers, without=without) as server:
        yield server.port


@contextmanager
def running(app: str, database_url: str, workers: int, *, without: str = "") -> Iterator[Server]:
    """Serve an app, until the block ends."""
    port = _free_port()
    settings = {
        "DATABASE_URL": database_url,
        "READ_DATABASE_URLS": "",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "STOCK_BASELINE": "true",
        "INSPECTOR": "false",
        "STATEMENT_TIMEOUT_MS": "240000",  # the stock library takes its time
    }
    settings |= {means: str(means != without.upper()).lower() for means in MEANS}
    command = [sys.executable, "-m", "gunicorn", "--keep-alive", _KEEP_ALIVE, app]
    log = PROJECT / "reports" / "bench.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("a") as file:
        environment = os.environ | settings
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=file, stderr=file)
        try:
            _wait(port, server)
            yield Server(port, server)
        finally:
            server.terminate()
            server.wait(timeout=_START_SECONDS)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), Client(port) as client:
            client.ask(get("/healthz"))
            return
        time.sleep(0.05)
    raise RuntimeError("gunicorn did not start; reports/bench.log says why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
