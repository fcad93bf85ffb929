"""Measuring in turns, so that whatever else the machine does meets all contestants alike."""

import time
from collections.abc import Callable
from statistics import median, quantiles

Ask = Callable[[], float]
Times = dict[str, list[float]]

_SLOW_MS = 1000  # from here on three answers are enough
_ROUNDS = 2  # and the warming before them
_MOST_ROUNDS = 25
_BURST = 10  # quick answers for one of the slowest contestant
_SLOW_BURST = 15
_WARMING = {"ours": 5, "floor": 5}  # the others remember nothing


def in_turns(asks: dict[str, Ask], seconds: float) -> Times:
    """Ask all in turns, the quick ones more often; return the milliseconds of each."""
    usual = {name: _warmed(ask, _WARMING.get(name, 1)) for name, ask in asks.items()}
    slow = max(usual.values()) > _SLOW_MS
    burst = _SLOW_BURST if slow else _BURST
    least = _ROUNDS if seconds >= 1 else 1
    fast = [name for name, spent in usual.items() if spent < _SLOW_MS / _BURST]
    # What is slow was warm before (the answers have been compared), so its first time counts.
    times: Times = {name: [] if name in fast else [usual[name]] for name in asks}
    began, rounds = time.monotonic(), 0
    while rounds < least or (
        not slow and rounds < _MOST_ROUNDS and time.monotonic() < began + seconds
    ):
        for _ in range(burst):
            for name in fast:
                times[name].append(asks[name]())
        for name in asks.keys() - fast:
            times[name].append(asks[name]())
        rounds += 1
    return times


def _warmed(ask: Ask, times: int) -> float:
    """Ask so many times; return the milliseconds of the last answer."""
    return [ask() for _ in range(times)][-1]


def repeatedly(ask: Ask, seconds: float) -> list[float]:
    """Ask one for a while; return the milliseconds of each answer."""
    _warmed(ask, _WARMING["ours"])
    end = time.monotonic() + seconds
    times = [ask()]
    while time.monotonic() < end:
        times.append(ask())
    return times


def p50(times: list[float]) -> float:
    """Return the median."""
    return median(times)


def p95(times: list[float]) -> float:
    """Return what 95 of 100 answers need at most; of a few answers, the longest."""
    return quantiles(times, n=20)[-1] if len(times) >= 20 else max(times)
