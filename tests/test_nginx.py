"""`deploy/nginx.conf` before two web servers that are reloaded, ended and robbed of workers."""

import json
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

import pytest

from app.connecting import write_engine
from app.seed import seed
from tests.api.draws import USERS
from tests.conftest import disposing
from tests.load.questions import Table, wrong
from tests.needed import needed
from tests.serving import Serving, serving
from tests.test_gunicorn import ROOT, free_port, wait_for

pytestmark = pytest.mark.slow

CONF = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
HOW_TO_GET_IT = "nginx is not on this machine; on Debian, it is the package `nginx-light`."
PEOPLE = 50
CLIENTS = 4
PATIENCE = 60  # seconds
AROUND = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    upstream web {{
        zone web 64k;
        {servers}
    }}
    {conf}
}}
"""


@contextmanager
def nginx(ports: list[int]) -> Iterator[int]:
    """Run the file as it is, but for addresses that only containers have; give its port."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    program = needed(found, HOW_TO_GET_IT)
    port = free_port()
    conf = CONF.replace("listen 8080", f"listen 127.0.0.1:{port}")
    conf = conf.replace("http://web:8000", "http://web")
    servers = " ".join(f"server 127.0.0.1:{web} max_fails=0;" for web in ports)
    with tempfile.TemporaryDirectory(prefix="nginx-") as folder:
        file = Path(folder, "nginx.conf")
        file.write_text(AROUND.format(folder=folder, servers=servers, conf=conf))
        Path(folder).chmod(0o777)  # its workers are nobody's
        process = subprocess.Popen(  # noqa: S603
            [program, "-c", str(file), "-p", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a small database and give its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('gateway') / 'demo.sqlite3'}"
    with disposing(write_engine(url)) as engine:
        seed(engine, users=PEOPLE, seed=1)
    return url


@pytest.fixture(scope="module")
def webs(url: str) -> Iterator[tuple[Serving, Serving]]:
    """Give two web servers of one database."""
    settings = {"trusted_proxies": "127.0.0.0/8", "max_content_length": 20_000}
    with serving(url, **settings) as one, serving(url, **settings) as two:
        yield one, two


@pytest.fixture(scope="module")
def port(webs: tuple[Serving, Serving]) -> Iterator[int]:
    """Give the port of nginx before both."""
    with nginx([web.port for web in webs]) as number:
        yield number


def draw(port: int, number: int, client: str) -> str:
    """Ask by POST; return the status, or what went wrong."""
    asked = Table(start=number % 40, order=[("name", "asc")]).question(number)
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(client, 0))
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", USERS, json.dumps(asked), headers)
        response = connection.getresponse()
        content = response.read()
    except (HTTPException, OSError) as error:
        return type(error).__name__
    finally:
        connection.close()
    if response.status == 200:
        return wrong(asked, json.loads(content)) or "200"
    return str(response.status)


@contextmanager
def drawing(port: int) -> Iterator[Counter[str]]:
    """Draw meanwhile; the counter is whole at the end. One client asks less than nginx allows."""
    stop, counted = Event(), Counter[str]()

    def draw_on(client: int) -> Counter[str]:
        answers = Counter[str]()
        number = 0
        while not stop.wait(0.02):
            number += 1
            answers[draw(port, number, f"127.0.{client}.{number % 200 + 1}")] += 1
        return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(draw_on, number) for number in range(1, CLIENTS + 1)]
        try:
            time.sleep(1)
            yield counted
            time.sleep(1)
        finally:
            stop.set()
        for client in clients:
            counted.update(client.result())


def replaced(web: Serving, before: set[int]) -> bool:
    """Return whether a web server has workers that it did not have, before long."""
    until = time.monotonic() + PATIENCE
    while before & set(web.workers()) or not web.workers():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_no_accepted_draw_is_lost(port: int, webs: tuple[Serving, Serving]) -> None:
    one, two = webs
    with drawing(port) as answers:
        before = set(two.workers())
        two.reload()
        assert replaced(two, before)
        one.stop()
        time.sleep(1)
        one.start()
    assert answers.keys() == {"200"}, answers
    assert answers["200"] > 50


def test_a_killed_worker_cuts_no_more_than_what_it_was_sending(
    port: int, webs: tuple[Serving, Serving]
) -> None:
    """Of an answer whose head has gone through, nginx can ask no other server for the rest."""
    one, kills = webs[0], 3
    with drawing(port) as answers:
        for _ in range(kills):
            victims = {min(one.workers())}
            one.kill_a_worker()
            assert replaced(one, victims)
    assert answers.keys() <= {"200", "IncompleteRead"}, answers
    assert answers["IncompleteRead"] <= kills * CLIENTS
    assert answers["200"] > 50


def test_who_asks_too_much_is_told_in_the_tables_own_words(port: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda n: draw(port, n, "127.0.200.1"), range(150)))
    assert statuses["429"] > 0
    assert statuses.keys() <= {"200", "429"}


def raw(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """Ask as somebody else."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=("127.0.201.1", 0))
    try:
        connection.request(method, path, body or None)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_what_goes_through_and_what_does_not(port: int) -> None:
    status, content = raw(port, "GET", f"{USERS}/export.jsonl")
    assert status == 200
    assert len(content.splitlines()) == PEOPLE
    assert raw(port, "GET", "/healthz")[0] == 200
    assert raw(port, "GET", "/metrics")[0] == 404
    status, content = raw(port, "POST", USERS, b"x" * 30_000)
    assert status == 413
    assert "error" in json.loads(content), "the app's own words"
