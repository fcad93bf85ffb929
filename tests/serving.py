"""gunicorn as `make run` starts it, which a test may tell to reload, to end, or rob of a worker."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.test_gunicorn import ROOT, free_port, wait_for


class Serving:
    """One gunicorn, on a port that stays its own when it is started again."""

    def __init__(self, url: str, **settings: object) -> None:
        self.port = free_port()
        self._environment = os.environ | {
            "DATABASE_URL": url,
            "HOME": tempfile.gettempdir(),
            "PORT": str(self.port),
            **{name.upper(): str(value) for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it accepts connections."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.port)

    def stop(self) -> None:
        """End in good order: TERM, and whatever is under way is answered."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)
            self._process = None

    def reload(self) -> None:
        """Have all workers replaced: HUP."""
        os.kill(self._pid, signal.SIGHUP)

    def kill_a_worker(self) -> None:
        """Kill the oldest worker, whatever it does just now."""
        os.kill(min(self.workers()), signal.SIGKILL)

    def workers(self) -> list[int]:
        """Return the numbers of the worker processes."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        return [int(number) for number in children.read_text(encoding="utf-8").split()]

    @property
    def _pid(self) -> int:
        if self._process is None:
            raise RuntimeError("it is not started")
        return self._process.pid


@contextmanager
def serving(url: str, **settings: object) -> Iterator[Serving]:
    """Give gunicorn, running, with settings by their names."""
    server = Serving(url, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def resident_mb(process: int) -> float:
    """Return how many megabytes of memory a process has."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
