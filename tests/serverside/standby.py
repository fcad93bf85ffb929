"""A PostgreSQL primary and its hot standby, made for a test from the server's own programs."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def _started(bin_: Path, data: Path, port: int) -> Iterator[None]:
    options = f"-p {port} -h 127.0.0.1 -k '' -c fsync=off"
    _run(bin_ / "pg_ctl", "start", "-w", "-D", str(data), "-l", str(data / "log"), "-o", options)
    try:
        yield
    finally:
        _run(bin_ / "pg_ctl", "stop", "-D", str(data), "-m", "immediate")


@contextmanager
def primary_and_standby(bin_: Path) -> Iterator[tuple[str, str]]:
    """Give the URLs of both."""
    folder = Path(tempfile.mkdtemp(prefix="standby-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(USER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    one, two, ports = folder / "primary", folder / "standby", (_port(), _port())
    urls = [f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres" for port in ports]
    try:
        _run(bin_ / "initdb", "-D", str(one), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        with _started(bin_, one, ports[0]):
            source = ["-h", "127.0.0.1", "-p", str(ports[0]), "-U", USER]
            _run(bin_ / "pg_basebackup", *source, "-D", str(two), "-R", "-c", "fast", "--no-sync")
            with _started(bin_, two, ports[1]):
                yield urls[0], urls[1]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
