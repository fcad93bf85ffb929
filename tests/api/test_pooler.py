"""Behind PgBouncer in transaction mode: each statement may be another connection's."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import delete, insert, make_url, text
from sqlalchemy.exc import DBAPIError

from app.connecting import write_engine
from app.database import db
from app.models import User
from app.schema import create_schema
from app.seed import seed
from tests.api.draws import USERS, sent
from tests.conftest import disposing
from tests.serverside.pooler import pooled
from tests.serverside.standby import Server, found_programs, running
from tests.test_database import FOREVER

pytestmark = pytest.mark.slow

PEOPLE = 300
LIMIT_MS = 1_000
ROLE = (
    "CREATE ROLE reader LOGIN",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    "ALTER ROLE reader SET default_transaction_read_only = on",
    "ALTER ROLE reader SET timezone = 'UTC'",
    "ALTER ROLE reader SET jit = off",
    "ALTER ROLE reader SET plan_cache_mode = force_custom_plan",
    f"ALTER ROLE reader SET statement_timeout = {LIMIT_MS}",
    "ALTER ROLE reader SET lock_timeout = 2000",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a filled server with a role that reads."""
    with running(found_programs()) as server:
        with disposing(write_engine(server.url)) as engine:
            create_schema(engine)
            seed(engine, users=PEOPLE, seed=1)
            with engine.begin() as connection:
                for statement in ROLE:
                    connection.execute(text(statement))
        yield server


@pytest.fixture
def app(make_app: Callable[..., Flask], server: Server) -> Iterator[Flask]:
    """Give an app that reads by way of the pooler, which has two connections for it."""
    with pooled(server.port, connections=2) as port:
        url = make_url(server.url).set(port=port, username="reader")
        replica = url.render_as_string(hide_password=False)
        yield make_app(
            server.url,
            read_database_urls=(replica,),
            prepared_statements=False,
            max_draws=6,
            statement_timeout_ms=LIMIT_MS,
        )


def test_many_draws_share_few_connections(app: Flask, server: Server) -> None:
    (replica,) = app.extensions["database"].replicas

    def draw(number: int) -> tuple[int, int, int]:
        choose = random.Random(number)  # noqa: S311
        start, term = choose.choice([0, 50, 290]), choose.choice(["", "an"])
        asked = sent({"start": start, "search[value]": term})
        client = {"REMOTE_ADDR": f"192.0.2.{number % 9}"}
        answer = app.test_client().get(USERS, query_string=asked, environ_base=client)
        assert answer.status_code == 200
        assert "error" not in answer.json
        return answer.json["recordsTotal"], answer.json["recordsFiltered"], len(answer.json["data"])

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(draw, range(120)))
    assert {total for total, _, _ in answers} == {PEOPLE}
    assert replica.pool.checkedout() == 0
    assert app.extensions["database"].primary_reader.pool.checkedin() == 0, "all were pooled"
    with disposing(write_engine(server.url)) as engine, engine.connect() as connection:
        asked = text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'")
        assert connection.scalar(asked) <= 2


def test_what_others_commit_is_seen_by_the_next_draw(app: Flask, server: Server) -> None:
    client = app.test_client()
    with disposing(write_engine(server.url)) as engine:
        for number in range(PEOPLE + 1, PEOPLE + 6):
            with engine.begin() as connection:
                row = {"id": number, "name": "Late", "email": f"late.{number}@example.org"}
                connection.execute(insert(User), [row])
            assert client.get(USERS, query_string=sent()).json["recordsTotal"] == number
        with engine.begin() as connection:
            connection.execute(delete(User).where(User.id > PEOPLE))
        assert client.get(USERS, query_string=sent()).json["recordsTotal"] == PEOPLE


def test_a_statement_has_its_time_and_can_not_write(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(DBAPIError, match=r"cannot execute|permission denied"):
            db.session.execute(text("DELETE FROM users"))
        db.session.rollback()
        with pytest.raises(DBAPIError):
            db.session.execute(text(FOREVER))
