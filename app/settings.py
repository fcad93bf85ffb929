"""Every setting of the app: its variable, default, bounds and one line of help."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from app.addresses import PROJECT, Addresses
from app.bounds import Bounds

__all__ = ["PROJECT", "SECRETS", "Settings", "explain", "load"]

SECRETS = Path("/run/secrets")  # where containers find theirs


class Settings(Bounds, Addresses):
    """Hold the settings: read from the environment, `.env` and secrets' files, checked once.

    They never change. A secret's file is named like the setting, in small letters.
    """

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env",
        env_ignore_empty=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # a database URL may carry a password
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
    metrics: bool = Field(
        default=False,
        description="Whether /metrics answers Prometheus, which should be asked for from inside "
        "only.",
    )


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
