"""gunicorn, started as `make run` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path

import pytest

from app.api import openapi
from app.connecting import write_engine
from app.seed import seed

ROOT = Path(__file__).parent.parent
START_SECONDS = 30


def free_port() -> int:
    """Ask the system for a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def status(port: int, path: str) -> int:
    """Get a path and return the status."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def wait_for(port: int) -> None:
    """Return as soon as the server accepts connections."""
    for _ in range(START_SECONDS * 10):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("gunicorn did not start")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty home folder."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a small database and give its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('served') / 'demo.sqlite3'}"
    engine = write_engine(url)
    seed(engine, users=20, seed=1)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def port(home: Path, url: str) -> Iterator[int]:
    """Serve it and give the port."""
    with served(home, url) as number:
        yield number


@contextmanager
def served(home: Path, url: str, *arguments: str) -> Iterator[int]:
    """Run gunicorn and give its port."""
    number = free_port()
    environment = os.environ | {"HOME": str(home), "DATABASE_URL": url, "PORT": str(number)}
    environment.pop("XDG_RUNTIME_DIR", None)
    server = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "gunicorn", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(number)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.slow
def test_app_is_served(port: int) -> None:
    assert status(port, "/readyz") == 200


@pytest.mark.slow
def test_request_line_over_4094_bytes_is_refused(port: int) -> None:
    assert status(port, "/healthz?" + "x" * 4000) == 200
    assert status(port, "/healthz?" + "x" * 4100) == 414


@pytest.mark.slow
def test_no_control_socket_is_opened(port: int, home: Path) -> None:
    assert status(port, "/healthz") == 200
    assert list(home.iterdir()) == []


@contextmanager
def exported(port: int) -> Iterator[HTTPResponse]:
    """Ask for all users; give the answer, of which nothing is read yet."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/users/export.jsonl")
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


@pytest.mark.slow
def test_an_export_is_whole(port: int) -> None:
    with exported(port) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert len(answer.read().splitlines()) == int(answer.headers["X-Export-Rows"]) == 20


BROKEN = """
import itertools
from sqlalchemy.exc import OperationalError
import app
from app.api import export, lines

def failing(batches=lines.in_batches):
    def after_one(rows):
        yield from itertools.islice(batches(rows), 1)
        raise {error}
    return after_one

lines.AT_ONCE = 3
lines.in_batches = failing()
create_app = app.create_app
"""


@pytest.mark.slow
@pytest.mark.parametrize("error", ['OperationalError("", {}, Exception())', "RuntimeError()"])
def test_one_that_fails_midway_is_not_taken_for_whole(
    home: Path, url: str, tmp_path: Path, error: str
) -> None:
    (tmp_path / "broken.py").write_text(BROKEN.replace("{error}", error))
    folder = ("--pythonpath", str(tmp_path))
    with served(home, url, *folder, "broken:create_app()") as number, exported(number) as answer:
        assert answer.headers["X-Export-Rows"] == "20"
        with pytest.raises(IncompleteRead) as caught:
            answer.read()
    assert len(caught.value.partial.splitlines()) == 3


RAW = {
    414: b"GET /healthz?" + b"x" * 4100 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    431: b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
    501: b"POST /api/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: zip, chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", RAW)
def test_what_the_server_answers_by_itself_is_described(port: int, code: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(RAW[code])
        assert client.recv(1000).startswith(f"HTTP/1.1 {code} ".encode())
    assert str(code) in openapi.SERVERS
