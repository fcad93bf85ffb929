"""The settings that bound what requests may ask for, and how much of it at once."""

from typing import Annotated

from pydantic import Field, IPvAnyNetwork, field_validator
from pydantic_settings import BaseSettings, NoDecode


def at_commas(value: object) -> object:
    """Split a text into what stands between its commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class Bounds(BaseSettings):
    """Hold the bounds; a part of `Settings`."""

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
        description="The most exports that one worker process sends at once; others are answered "
        "with 503.",
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
        description="The longest that the statements of one request may take, in milliseconds; "
        "0: no limit.",
    )
    max_draws: int = Field(
        default=4,
        ge=1,
        le=64,
        description="The most requests that one worker process asks the database for at once.",
    )
    max_client_draws: int = Field(
        default=3,
        ge=1,
        le=64,
        description="The most of them for one client, by its address; its others wait.",
    )
    max_waiting: int = Field(
        default=32,
        ge=0,
        le=1000,
        description="The most requests that wait for that in one worker process; more are answered "
        "with 503.",
    )
    max_client_waiting: int = Field(
        default=16,
        ge=0,
        le=1000,
        description="The most of one client's that wait; more are answered with 429.",
    )
    max_wait_ms: int = Field(
        default=5_000,
        ge=0,
        le=60_000,
        description="The longest that a request waits, in milliseconds, before it is answered with "
        "503.",
    )
    client_timeout: int = Field(
        default=10,
        ge=1,
        le=300,
        description="The seconds that a client has to send a request's head, again for its body, "
        "and again to take the answer.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        default=(),
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, separated "
        "by commas.",
    )
    export_timeout_ms: int = Field(
        default=300_000,
        ge=0,
        le=86_400_000,
        description="The longest that one export may take, reading and sending, in milliseconds; "
        "0: no limit.",
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _proxies_at_commas(cls, value: object) -> object:
        return at_commas(value)
