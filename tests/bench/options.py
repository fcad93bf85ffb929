"""What `make bench` is told by the environment."""

import os
from dataclasses import dataclass

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True, slots=True)
class Options:
    """How large, on what, and for how long to measure."""

    users: int = 1_000_000
    sizes: tuple[int, ...] = ()  # further sizes, for the plot of latency against size
    large: int = 0  # one more size on PostgreSQL, at which ours is compared with itself
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    postgres_url: str = POSTGRES
    workers: int = 2  # gunicorn workers of each server
    seconds: float = 2.0  # for each draw that is answered fast; slow ones are asked three times
    results: str = "docs"


def read() -> Options:
    """Read each as BENCH_USERS and so on; the server of databases is POSTGRES."""
    given = {name: value for name, value in os.environ.items() if value}
    postgres = given.get("POSTGRES") or given.get("TEST_POSTGRES_URL") or POSTGRES
    return Options(
        users=int(given.get("BENCH_USERS", Options().users)),
        large=int(given.get("BENCH_LARGE", 0)),
        sizes=tuple(int(size) for size in given.get("BENCH_SIZES", "").split()),
        databases=tuple(given.get("BENCH_DATABASES", "sqlite postgresql").split()),
        postgres_url=postgres,
        workers=int(given.get("BENCH_WORKERS", Options().workers)),
        seconds=float(given.get("BENCH_SECONDS", Options().seconds)),
        results=given.get("BENCH_RESULTS", "docs"),
    )
