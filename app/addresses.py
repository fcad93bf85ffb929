"""The settings that say where the database is, where the app is served, and how large both are."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.bounds import at_commas

PROJECT = Path(__file__).resolve().parent.parent
BACKENDS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class Addresses(BaseSettings):
    """Hold the addresses; a part of `Settings`."""

    database_url: str = Field(
        default="sqlite:///instance/demo.sqlite3",
        description="The database: a SQLite file, or postgresql+psycopg://user:password@host/name.",
    )
    read_database_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Read replicas of that database, separated by commas; empty reads it itself.",
    )
    max_replica_lag_ms: int = Field(
        default=0,
        ge=0,
        le=86_400_000,
        description="How far a read replica may be behind, in milliseconds, before it is left out "
        "for a while; 0: any.",
    )
    prepared_statements: bool = Field(
        default=True,
        description="Whether statements are prepared on PostgreSQL's connections; false behind a "
        "pooler in transaction mode.",
    )
    host: str = Field(
        default="127.0.0.1",
        pattern=r"^\S+$",
        description="The address to serve on.",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        description="The port to serve on.",
    )
    web_concurrency: int = Field(
        default=2,
        ge=1,
        le=128,
        description="The number of gunicorn worker processes.",
    )
    seed_users: int = Field(
        default=10_000,
        ge=1,
        le=50_000_000,
        description="The number of users that the demo's database is filled with.",
    )

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, value: str) -> str:
        return _complete(value)

    @field_validator("read_database_urls", mode="before")
    @classmethod
    def _urls_at_commas(cls, value: object) -> object:
        return at_commas(value)

    @field_validator("read_database_urls")
    @classmethod
    def _name_the_drivers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_complete(url) for url in value)

    @model_validator(mode="after")
    def _replicas_are_of_the_same_kind(self) -> Self:
        kind = make_url(self.database_url).get_backend_name()
        if any(make_url(url).get_backend_name() != kind for url in self.read_database_urls):
            raise ValueError("READ_DATABASE_URLS must be the same kind of database as DATABASE_URL")
        return self


def _complete(text: str) -> str:
    """Check a database URL; add the driver, and to a relative file the project's folder."""
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in BACKENDS:
        raise ValueError("it must start with sqlite:/// or postgresql+psycopg://")
    url = url.set(drivername=BACKENDS[backend])
    return (_absolute(url) if backend == "sqlite" else url).render_as_string(hide_password=False)


def _absolute(url: URL) -> URL:
    """Resolve a SQLite file; several processes share it, so one in memory can't serve."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("it must name a file, as in sqlite:///instance/demo.sqlite3")
    return url.set(database=str(PROJECT / url.database))
