"""Clients that send nothing, half a request, or read no answer: nobody else is held up."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.connecting import write_engine
from app.seed import seed
from app.web import assets
from tests.api.draws import USERS
from tests.test_gunicorn import free_port, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DRAW = f"{USERS}?draw=1&start=0&length=5&columns[0][data]=id"
PATIENCE = 8  # seconds; a client that is held up waits until the others are let go, or for ever
SILENT, HALF = 300, 16
HEAD = f"POST {USERS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = b'{"draw":1,"start":0,"length":5,"columns":[{"data":"id"}]}'


@contextmanager
def served(folder: Path, *arguments: str, **more: str) -> Iterator[int]:
    """Serve a small database as `make run` does; give the port."""
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    engine = write_engine(url)
    seed(engine, users=20, seed=1)
    engine.dispose()
    number = free_port()
    environment = os.environ | {"DATABASE_URL": url, "PORT": str(number), **more}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(number)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a server that lets clients go after two seconds."""
    folder = tmp_path_factory.mktemp("slow")
    with served(folder, CLIENT_TIMEOUT="2", MAX_CONTENT_LENGTH="100000") as port:
        yield port


@contextmanager
def clients(port: int, count: int, sent: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open connections, each of which sends the same and no more."""
    with ExitStack() as stack:
        some = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            for _ in range(count)
        ]
        for one in some:
            one.sendall(sent)
        yield some


def ask(port: int, path: str = DRAW) -> int:
    """Ask as anybody does, on a connection of its own; return the status."""
    return _asked(port, path)[0]


def text_of(port: int, path: str) -> str:
    """Return the body of an answer."""
    return _asked(port, path)[1]


def _asked(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def half_body(size: int = 1000) -> bytes:
    return f"{HEAD}Content-Length: {size}\r\n\r\n{{".encode()


def test_silent_connections_and_half_bodies_hold_nobody_up(port: int) -> None:
    with clients(port, SILENT), clients(port, HALF, half_body()), clients(port, 50, b"GET / HT"):
        for path in (DRAW, "/healthz", f"{assets.url_path()}/app.css") * 3:
            assert ask(port, path) == 200


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHos", half_body()])
def test_who_does_not_go_on_is_let_go(port: int, sent: bytes) -> None:
    with clients(port, 3, sent) as some:
        assert {_all(client)[:13] for client in some} == {b"HTTP/1.1 408 " if sent else b""}


def test_who_keeps_an_answered_connection_open_holds_nobody_up(port: int) -> None:
    with clients(port, 40, b"GET /healthz HTTP/1.0\r\n\r\n") as some:
        for _ in range(3):
            assert ask(port) == 200
        assert all(b"200 OK" in one.recv(65536) for one in some)


def test_a_body_in_pieces_is_one_request(port: int) -> None:
    head = f"{HEAD}Content-Length: {len(BODY)}\r\nConnection: close\r\n\r\n".encode()
    whole = head + BODY
    for cut in (1, len(head) - 2, len(head), len(head) + 5, len(whole) - 1):
        with clients(port, 1, whole[:cut]) as (client,):
            time.sleep(0.05)
            client.sendall(whole[cut:])
            assert b'"recordsTotal":20' in _all(client)


def test_a_chunked_body_and_one_after_100_continue_are_read(port: int) -> None:
    chunked = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    with clients(port, 1, HEAD.encode() + chunked % (len(BODY), BODY)) as (client,):
        assert b'"recordsTotal":20' in _all(client)
    expects = (
        f"{HEAD}Expect: 100-continue\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
    )
    with clients(port, 1, expects.encode()) as (client,):
        assert client.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(BODY)
        assert b'"recordsTotal":20' in _all(client)


def test_requests_follow_each_other_on_one_connection(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for _ in range(5):
        for method, body in (("POST", BODY), ("GET", None)):
            path = USERS if body else DRAW
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            assert response.status == 200
            response.read()
    connection.close()
    two = f"GET {DRAW} HTTP/1.1\r\nHost: x\r\n\r\n"
    last = two.replace("Host: x", "Host: x\r\nConnection: close")
    with clients(port, 1, (two + two + last).encode()) as (client,):
        assert _all(client).count(b'"recordsTotal":20') == 3


def test_a_body_too_large_is_413_before_it_is_sent(port: int) -> None:
    with clients(port, 5, half_body(10_000_000)) as some:
        assert all(b" 413 " in _all(client) for client in some)
    endless = HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 200_000
    with clients(port, 2, endless) as some:
        assert ask(port) == 200


def test_a_head_without_end_is_refused(port: int) -> None:
    with clients(port, 1, b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000) as (client,):
        assert _all(client).startswith(b"HTTP/1.1 431 ")


def _all(client: socket.socket) -> bytes:
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found
