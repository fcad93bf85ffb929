"""A PostgreSQL primary and its hot standby, made for a test from the server's own programs."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from sqlalchemy import Engine, text

from tests.needed import needed

USER = "postgres"  # the server refuses to run as root
HOW_TO_GET_THEM = (
    "PostgreSQL's programs (initdb, pg_basebackup, pg_ctl) are not on this machine, so no standby "
    "can be tested. Install the server, on Debian the package `postgresql`."
)


def programs() -> Path | None:
    """Return the folder of the server's programs, the newest."""
    if found := shutil.which("pg_basebackup"):
        beside = Path(found).resolve().parent
        if (beside / "initdb").exists():
            return beside
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: float(f.parent.name))
    usable = [folder for folder in folders if (folder / "initdb").exists()]
    return usable[-1] if usable else None


def _run(program: Path, *arguments: str) -> None:
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    subprocess.run(  # noqa: S603
        [*as_user, str(program), *arguments],
        check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=tempfile.gettempdir(),
    )  # fmt: skip


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


OPTIONS = "-c fsync=off -c wal_level=logical -c max_prepared_transactions=9"


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8")


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder of the user's own, which is removed in the end."""
    folder = Path(tempfile.mkdtemp(prefix="standby-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(USER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A server of a test's own, which can be stopped, started, killed, frozen and thawed."""

    def __init__(self, bin_: Path, data: Path) -> None:
        self.data, self.port = data, _port()
        self.url = f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"
        self._bin = bin_

    def create(self) -> None:
        """Make an empty cluster."""
        _run(
            self._bin / "initdb", "-D", str(self.data),
            "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync",
        )  # fmt: skip

    def copy_of(self, other: "Server") -> None:
        """Make a standby of another, which runs."""
        source = ["-h", "127.0.0.1", "-p", str(other.port), "-U", USER]
        basebackup = self._bin / "pg_basebackup"
        _run(basebackup, *source, "-D", str(self.data), "-R", "-c", "fast", "--no-sync")

    def start(self, *more: str) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k '' {OPTIONS} " + " ".join(more)
        log = str(self.data / "log")
        _run(self._bin / "pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it, if it runs: ``fast`` in good order, ``immediate`` as in a crash."""
        self.thaw()
        if (self.data / "postmaster.pid").exists():
            _run(self._bin / "pg_ctl", "stop", "-D", str(self.data), "-m", mode)

    def promote(self) -> None:
        """Make a primary of a standby."""
        _run(self._bin / "pg_ctl", "promote", "-w", "-D", str(self.data))

    @contextmanager
    def crashing(self) -> Iterator[None]:
        """Lose in a crash what is committed meanwhile, where a commit waits for no disk."""
        (writer,) = (p for p in self._processes() if "walwriter" in _command(p))
        os.kill(writer, signal.SIGSTOP)
        yield
        self.crash()
        with suppress(ProcessLookupError):
            os.kill(writer, signal.SIGCONT)  # to end, as the others have

    def crash(self) -> None:
        """Kill one of its processes, and return when it has thrown out all the others."""
        url = self.url.replace("+psycopg", "")
        with psycopg.connect(url) as victim, psycopg.connect(url, autocommit=True) as witness:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                while witness.execute("SELECT 1"):
                    time.sleep(0.01)

    def freeze(self) -> None:
        """Stop all of its processes where they are: connections stay, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            with suppress(ProcessLookupError):  # it has ended since
                os.kill(process, number)

    def _processes(self) -> list[int]:
        file = self.data / "postmaster.pid"
        if not file.exists():
            return []
        main = int(file.read_text(encoding="utf-8").split()[0])
        children = Path(f"/proc/{main}/task/{main}/children")
        return [main, *map(int, children.read_text(encoding="utf-8").split())]


@contextmanager
def running(bin_: Path, *more: str) -> Iterator[Server]:
    """Give a server that runs with further options."""
    with _folder() as folder:
        server = Server(bin_, folder / "primary")
        server.create()
        server.start(*more)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_standby(bin_: Path, primary: Server) -> Iterator[Server]:
    """Give a standby of a primary."""
    with _folder() as folder:
        server = Server(bin_, folder / "standby")
        server.copy_of(primary)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def primary_and_standby(bin_: Path) -> Iterator[tuple[Server, Server]]:
    """Give both, running."""
    with running(bin_) as primary, running_standby(bin_, primary) as standby:
        yield primary, standby


def found_programs() -> Path:
    """Return the folder of the server's programs; without them, skip the test, or fail on CI."""
    return needed(programs(), HOW_TO_GET_THEM)


def caught_up(writer: Engine, reader: Engine) -> None:
    """Wait until a standby shows what its primary has committed."""
    with writer.connect() as connection:
        end = connection.scalar(text("SELECT pg_current_wal_flush_lsn()"))
    until = time.monotonic() + 30
    with reader.connect() as connection:
        behind = text("SELECT pg_last_wal_replay_lsn() >= cast(:end AS pg_lsn)")
        while not connection.scalar(behind, {"end": end}):
            assert time.monotonic() < until
            time.sleep(0.02)
