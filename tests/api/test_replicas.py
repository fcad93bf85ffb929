"""A primary and two standbys under load: one is killed, one hangs, one is behind; all come back."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask, has_request_context, request
from sqlalchemy import Engine, event, text
from werkzeug.test import TestResponse

from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from tests.api.draws import USERS, sent
from tests.conftest import disposing
from tests.serverside.standby import Server, found_programs, running, running_standby

pytestmark = pytest.mark.slow

PEOPLE = 200
CLIENTS = 3
PATIENCE = 30  # seconds; that it comes is asserted, not when
LAG_MS, LIMIT_MS = 300, 2_000


@dataclass
class Load:
    """What clients were answered, and which servers were read for it."""

    app: Flask
    statuses: list[int] = field(default_factory=list)
    wrong: list[object] = field(default_factory=list)
    read: list[Engine] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, engine: Engine) -> None:
        """Note each statement of a draw, and one that is asked of another server than the first."""

        def asked(*call: object) -> None:
            if not has_request_context() or "FROM users" not in str(call[2]):
                return  # of a server, whether it answers and is behind
            self.read.append(engine)
            if request.environ.setdefault("tests.first_read", engine) is not engine:
                self.wrong.append("one answer of two servers")

        def failed(*_call: object) -> None:
            request.environ.pop("tests.first_read", None)  # asked once more, elsewhere

        event.listen(engine, "before_cursor_execute", asked)
        event.listen(engine, "handle_error", lambda _: failed() if has_request_context() else None)

    def draw_on(self, seed_: int) -> None:
        """Draw until told to stop."""
        choose, client = random.Random(seed_), self.app.test_client()  # noqa: S311 - a game
        while not self.stop.is_set():
            term, start = choose.choice(["", "a", "er"]), choose.choice([0, 20, 90])
            response = client.get(
                USERS,
                query_string=sent({"search[value]": term, "start": start, "draw": 7}),
                environ_base={"REMOTE_ADDR": f"192.0.2.{seed_}"},
            )
            self.statuses.append(response.status_code)
            if not _is_sound(response, term):
                self.wrong.append(response.json)

    def reads(self, engine: Engine) -> bool:
        """Return whether draws come to read from a server, before long."""
        del self.read[:]
        until = time.monotonic() + PATIENCE
        while engine not in self.read:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def leaves(self, engine: Engine, draws: int = 15) -> bool:
        """Return whether draws come to read from others alone, before long."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            del self.read[:]
            answered = len(self.statuses)
            while len(self.statuses) < answered + draws and time.monotonic() < until:
                time.sleep(0.02)
            if engine not in self.read:
                return True
        return False


def _is_sound(response: TestResponse, term: str) -> bool:
    answer = response.json
    if response.status_code != 200 or "error" in answer:
        return True  # counted by its status
    total, filtered = answer["recordsTotal"], answer["recordsFiltered"]
    return bool(filtered == total if not term else filtered <= total) and total >= PEOPLE


@contextmanager
def under_load(app: Flask) -> Iterator[Load]:
    """Give an app that clients draw from meanwhile."""
    load, engines = Load(app), app.extensions["database"]
    for engine in (*engines.replicas, engines.primary_reader):
        load.note(engine)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(load.draw_on, number) for number in range(CLIENTS)]
        try:
            yield load
        finally:
            load.stop.set()
        for client in clients:
            client.result()


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server, Server]]:
    """Give a filled primary and two standbys that stream from it."""
    programs = found_programs()
    with running(programs) as primary:
        with disposing(write_engine(primary.url)) as engine:
            create_schema(engine)
            seed(engine, users=PEOPLE, seed=1)
        with running_standby(programs, primary) as one, running_standby(programs, primary) as two:
            yield primary, one, two


def test_standbys_are_left_out_and_taken_back(
    make_app: Callable[..., Flask],
    servers: tuple[Server, Server, Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primary, one, two = servers
    monkeypatch.setattr("app.engines.REPLICA_AWAY_SECONDS", 0.5)
    monkeypatch.setattr("app.engines.LAG_SECONDS", 0.1)
    urls = (one.url, two.url)
    app = make_app(
        primary.url,
        read_database_urls=urls,
        max_replica_lag_ms=LAG_MS,
        statement_timeout_ms=LIMIT_MS,
    )
    first, second = app.extensions["database"].replicas
    with under_load(app) as load:
        assert load.reads(first)
        assert load.reads(second)
        one.stop()
        assert load.leaves(first)
        assert load.reads(second)
        one.start()
        assert load.reads(first)
        two.freeze()
        assert load.leaves(second)
        two.thaw()
        assert load.reads(second)
        with disposing(write_engine(one.url)) as standby, falling_behind(standby, primary):
            assert load.leaves(first)
        assert load.reads(first)
    assert not load.wrong
    late = load.statuses.count(503)
    assert late <= CLIENTS, "only those that were with the one that hung waited for it"
    assert load.statuses.count(200) == len(load.statuses) - late


@contextmanager
def falling_behind(standby: Engine, primary: Server) -> Iterator[None]:
    """Keep a standby from showing what its primary commits."""
    alone = standby.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection, disposing(write_engine(primary.url)) as writer:
        connection.execute(text("SELECT pg_wal_replay_pause()"))
        try:
            with writer.begin() as other:
                other.execute(text("UPDATE users SET name = name WHERE id < 10"))
            yield
        finally:
            connection.execute(text("SELECT pg_wal_replay_resume()"))
