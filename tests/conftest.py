"""Databases and apps to test with: every test that takes one of these runs on both databases."""

import io
import os
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.connecting import write_engine
from app.examples.registry import EXAMPLES
from app.schema import create_schema
from app.seed import seed
from app.settings import Settings
from tests.needed import lacking
from tests.packaging import build_wheel, environment

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
HOW_TO_GET_ONE = (
    "PostgreSQL does not answer, so half of the tests can't run. Start one, for example with "
    "`docker run --rm -p 127.0.0.1:5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:17`, or "
    "name another in TEST_POSTGRES_URL (postgresql+psycopg://user:password@host:5432/name; the "
    "user must be allowed to create databases), or run all tests with "
    "`docker compose run --rm test`."
)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Give the URL of a PostgreSQL server on which databases can be made."""
    url = os.environ.get("TEST_POSTGRES_URL", POSTGRES)
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        engine.connect().close()
    except OperationalError:
        lacking(HOW_TO_GET_ONE)
    finally:
        engine.dispose()
    return url


@contextmanager
def postgres_database(server_url: str) -> Iterator[str]:
    """Make an empty database, give its URL, and drop it."""
    name = f"test_{uuid.uuid4().hex}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        server.dispose()


@contextmanager
def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@contextmanager
def disposing(engine: Engine) -> Iterator[Engine]:
    """Close an engine's connections in the end."""
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[str]:
    """Give the URL of an empty database of the test's own."""
    with empty_database(request, database_kind, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def own_database(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the URL of an empty database that the tests of one file share."""
    with empty_database(request, database_kind, tmp_path_factory.mktemp("own")) as url:
        yield url


@pytest.fixture(scope="session")
def engine(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give an engine on a database without tables, for tests that bring their own."""
    with (
        empty_database(request, database_kind, tmp_path_factory.mktemp("empty")) as url,
        disposing(write_engine(url)) as engine,
    ):
        yield engine


@pytest.fixture(scope="session")
def seeded_engine(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give an engine on the demo's tables with 500 users; tests only read them."""
    with (
        empty_database(request, database_kind, tmp_path_factory.mktemp("seeded")) as url,
        disposing(write_engine(url)) as engine,
    ):
        create_schema(engine)
        seed(engine, users=500, seed=1)
        yield engine


@pytest.fixture(scope="session")
def settings_for() -> Callable[..., Settings]:
    """Give a maker of settings: defaults whatever the environment and `.env` say, but for these."""

    def make(url: str, **changes: object) -> Settings:
        defaults = {name: field.default for name, field in Settings.model_fields.items()}
        return Settings(**{**defaults, "database_url": url, **changes})

    return make


@pytest.fixture(scope="session")
def make_app(settings_for: Callable[..., Settings]) -> Iterator[Callable[..., Flask]]:
    """Give a maker of apps: `make_app(url, inspector=True)`."""
    made: list[Flask] = []

    def make(url: str, **changes: object) -> Flask:
        made.append(create_app(settings_for(url, **changes)))
        return made[-1]

    yield make
    for app in made:
        app.extensions["database"].dispose()


@pytest.fixture(scope="session")
def app(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Flask:
    """Give the app on the seeded database, with the demo's switches on."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    return make_app(url, inspector=True, stock_baseline=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a client of the app."""
    return app.test_client()


@pytest.fixture(scope="session")
def copies(make_app: Callable[..., Flask], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a copy of each example and of each choice of its clients."""
    folder = tmp_path_factory.mktemp("copies")
    client = make_app(f"sqlite:///{folder / 'unused.sqlite3'}").test_client()
    for example in EXAMPLES.values():
        for instead in example.versions():
            answer = client.get(f"/examples/{example.slug}.zip", query_string={"with": instead})
            assert answer.mimetype == "application/zip"
            with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                archive.extractall(folder / f"with-{instead}")
    return folder


@pytest.fixture(scope="session")
def python(copies: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of an environment made by a copy's requirements."""
    text = (copies / "with-/minimum/requirements.txt").read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if not line.startswith("#")]
    wheel = build_wheel(tmp_path_factory.mktemp("wheel"))
    return environment(tmp_path_factory.mktemp("environment"), requirements, wheel)
