"""A PostgreSQL primary and its hot standby, made for a test from the server's own programs."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

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


@dataclass(frozen=True)
class Server:
    """A server that a test may stop and start."""

    programs: Path
    data: Path
    port: int

    @property
    def url(self) -> str:
        """The URL of the database that each server has."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k '' {OPTIONS}"
        self._control("start", "-w", "-l", str(self.data / "log"), "-o", options)

    def crash(self) -> None:
        """Stop as if the power had gone: what has not been written is lost."""
        self._control("stop", "-m", "immediate")

    def promote(self) -> None:
        """Let a standby become a primary."""
        self._control("promote", "-w")

    def _control(self, *arguments: str) -> None:
        _run(self.programs / "pg_ctl", *arguments, "-D", str(self.data))


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.crash()


@contextmanager
def primary_and_standby(bin_: Path) -> Iterator[tuple[Server, Server]]:
    """Give both, running."""
    folder = Path(tempfile.mkdtemp(prefix="standby-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(USER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    one, two = (Server(bin_, folder / name, _port()) for name in ("primary", "standby"))
    made = ["-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    try:
        _run(bin_ / "initdb", "-D", str(one.data), *made)
        with _running(one):
            source = ["-h", "127.0.0.1", "-p", str(one.port), "-U", USER, "-D", str(two.data)]
            _run(bin_ / "pg_basebackup", *source, "-R", "-c", "fast", "--no-sync")
            with _running(two):
                yield one, two
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found_programs() -> Path:
    """Return the folder of the server's programs; without them, skip the test, or fail on CI."""
    found = programs()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_THEM)
        pytest.skip(HOW_TO_GET_THEM)
    return found


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
