"""Every setting of the app: its variable, default, bounds and one line of help."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent.parent
BACKENDS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "mariadb": "mysql+pymysql",
    "mysql": "mysql+pymysql",
}


class Settings(BaseSettings):
    """Hold the settings; read from the environment and `.env`, checked once, never changed."""

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # a database URL may carry a password
    )

    database_url: str = Field(
        default="sqlite:///instance/demo.sqlite3",
        description="The database: a SQLite file, postgresql+psycopg://user:password@host/name, or "
        "mysql+pymysql://user:password@host/name for MariaDB and MySQL.",
    )
    read_database_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Read replicas of that database, separated by commas; empty reads it itself.",
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
    max_page_length: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="The most rows that one draw answers; longer pages are cut, with a notice.",
    )
    max_export_rows: int = Field(
        default=1_000_000,
        ge=1,
        le=50_000_000,
        description="The most rows of one export; more are cut, which its header X-Export-Cut "
        "says. A sheet of Excel holds 1,048,575.",
    )
    max_exports: int = Field(
        default=2,
        ge=1,
        le=1000,
        description="The most exports that one worker, which has 4 threads, sends at once; others "
        "are answered with 503.",
    )
    max_content_length: int = Field(
        default=1024 * 1024,
        ge=1024,
        description="The largest request body in bytes; a larger one is answered with 413.",
    )
    max_term_length: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="The most characters in one search term.",
    )
    max_conditions: int = Field(
        default=500,
        ge=1,
        le=500,
        description="The most tests that one request may ask for: each word in each column is one.",
    )
    max_criteria: int = Field(
        default=200,
        ge=1,
        le=10_000,
        description="The most SearchBuilder criteria and groups in one request.",
    )
    max_depth: int = Field(
        default=10,
        ge=1,
        le=50,
        description="How deep SearchBuilder groups may lie inside each other.",
    )
    max_values: int = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="The most values picked in one pane or list.",
    )
    max_options: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="The most values that a column offers to pick; one with more offers none.",
    )
    statement_timeout_ms: int = Field(
        default=10_000,
        ge=0,
        le=3_600_000,
        description="The longest that one reading statement may run, in milliseconds; 0: no limit.",
    )
    export_timeout_ms: int = Field(
        default=300_000,
        ge=0,
        le=86_400_000,
        description="The longest that one export may take, reading and sending, in milliseconds; "
        "0: no limit.",
    )
    count_budget_ms: int = Field(
        default=0,
        ge=0,
        le=3_600_000,
        description="The longest that counting matches may take, in milliseconds, before the total "
        "becomes “at least”; 0: always exact.",
    )
    remember: bool = Field(
        default=True,
        description="Whether totals and page anchors are remembered while the data is unchanged.",
    )
    change_marks: bool = Field(
        default=True,
        description="Whether the tables' change marks tell versions of the data, and totals.",
    )
    memory_mb: int = Field(
        default=64,
        ge=1,
        le=65_536,
        description="About how many megabytes a worker remembers, compiled statements included.",
    )
    anchors: bool = Field(
        default=True,
        description="Whether deep pages start at a remembered anchor instead of at the first row.",
    )
    from_the_end: bool = Field(
        default=True,
        description="Whether pages of the second half are read from the end.",
    )
    late_rows: bool = Field(
        default=True,
        description="Whether a page is found by narrow keys first, and its full rows fetched "
        "after; off, none of the other means of speed is used either.",
    )
    lookup: bool = Field(
        default=True,
        description="Whether rare matches are looked up in indexes before the order is walked.",
    )
    loose_scan: bool = Field(
        default=True,
        description="Whether the values to pick are read by stepping along an index, where there "
        "is one.",
    )
    inspector: bool = Field(
        default=False,
        description="Whether answers carry how they were made, SQL included, in a member of their "
        "own; for developers to see.",
    )
    stock_baseline: bool = Field(
        default=False,
        description="Whether /api/stock/users answers with the unchanged sqlalchemy-datatables.",
    )

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, value: str) -> str:
        return _complete(value)

    @field_validator("read_database_urls", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(url.strip() for url in value.split(",") if url.strip())
        return value

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


def load() -> Settings:
    """Read the settings, or end the process with one sentence that names the bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise SystemExit(explain(error)) from None


def explain(error: ValidationError) -> str:
    """Say in one sentence what is wrong with the first bad setting."""
    first = error.errors(include_url=False, include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{reason}."
    return f"{str(first['loc'][0]).upper()} is not valid: {reason[0].lower()}{reason[1:]}."


def _complete(text: str) -> str:
    """Check a database URL; add the driver, and to a relative file the project's folder."""
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in BACKENDS:
        raise ValueError("it must start with sqlite:///, postgresql+psycopg:// or mysql+pymysql://")
    url = url.set(drivername=BACKENDS[backend])
    return (_absolute(url) if backend == "sqlite" else url).render_as_string(hide_password=False)


def _absolute(url: URL) -> URL:
    """Resolve a SQLite file; several processes share it, so one in memory can't serve."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("it must name a file, as in sqlite:///instance/demo.sqlite3")
    return url.set(database=str(PROJECT / url.database))
