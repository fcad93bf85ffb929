"""Say beforehand how long seeding takes: a few people are made, and the time of all follows."""

from collections import deque
from time import perf_counter

from app.seed import rows

PROBE = 5_000
# To make, write and index people takes as long as to make them, times this. Between what SQLite and
# PostgreSQL need by processor time for a million; the waits of a busy machine are not in it.
ALL_TO_MAKING = 10.0
FEW_SECONDS = 10
A_MINUTE = 90  # from here on, minutes say it better


def estimate(users: int, seed: int) -> str:
    """Say about how long so many users take on this machine, as busy as it is now."""
    return in_words(ALL_TO_MAKING * _seconds_to_make(seed) * users / PROBE)


def in_words(seconds: float) -> str:
    """Say a time as exactly as it is known."""
    if seconds < FEW_SECONDS:
        return "a few seconds"
    if seconds < A_MINUTE:
        return f"about {round(seconds / 5) * 5} seconds"
    return f"about {round(seconds / 60)} minutes"


def _seconds_to_make(seed: int) -> float:
    """Measure how long a few people take, once the names are there to choose from."""
    deque(rows.users(1, seed), maxlen=0)
    started = perf_counter()
    deque(rows.users(PROBE, seed), maxlen=0)
    return perf_counter() - started
