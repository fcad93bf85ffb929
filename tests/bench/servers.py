"""The servers: gunicorn with this project's configuration, for each of the contestants."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.settings import PROJECT

from .client import Client
from .draws import get

OURS = "app:create_app()"
FLOOR = "tests.bench.floor:create_app()"
_START_SECONDS = 30
_KEEP_ALIVE = "600"  # a connection outlives the slowest draw of another contestant


@contextmanager
def serving(app: str, database_url: str, workers: int, *, remember: bool = True) -> Iterator[int]:
    """Serve an app on a free port, until the block ends."""
    port = _free_port()
    settings = {
        "DATABASE_URL": database_url,
        "READ_DATABASE_URLS": "",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "STOCK_BASELINE": "true",
        "INSPECTOR": "false",
        "REMEMBER": str(remember).lower(),
        "STATEMENT_TIMEOUT_MS": "240000",  # the stock library takes its time
    }
    command = [sys.executable, "-m", "gunicorn", "--keep-alive", _KEEP_ALIVE, app]
    log = PROJECT / "reports" / "bench.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("a") as file:
        environment = os.environ | settings
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=file, stderr=file)
        try:
            _wait(port, server)
            yield port
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
