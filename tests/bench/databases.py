"""Databases of the wanted size, made once and kept for the next run."""

from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from app.connecting import write_engine
from app.schema import VERSION
from app.seed import seed
from app.settings import PROJECT

FOLDER = PROJECT / "instance" / "bench"


def prepared(kind: str, users: int, postgres_url: str, folder: Path = FOLDER) -> str:
    """Return the URL of a database of so many users, which is filled first where it is not yet."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / f'{VERSION}-{users}.sqlite3'}"
    else:
        url = _postgresql(make_url(postgres_url), f"bench_{VERSION}_{users}")
    shown = make_url(url).render_as_string()
    print(f"{users:,} users, kept for the next run: {shown}", flush=True)
    engine = write_engine(url)
    seed(engine, users, 1)
    engine.dispose()
    return url


def _postgresql(server: URL, name: str) -> str:
    with psycopg.connect(plain(server), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).rowcount:
            connection.execute(f'CREATE DATABASE "{name}"')
    return server.set(database=name).render_as_string(hide_password=False)


def plain(url: URL) -> str:
    """Return a URL as the driver itself reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
