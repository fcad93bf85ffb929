"""Lanes: so many at once, others wait, one client never has them all, nothing leaks."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from app.lanes import BusyError, Lanes, Share, ShareError

PATIENCE = 30.0


def lanes(running: int = 2, waiting: int = 2, own: int = 1, seconds: float = 0.0) -> Lanes:
    return Lanes(Share(running, waiting), Share(own, waiting), seconds)


def test_one_client_leaves_a_lane_to_others() -> None:
    some = lanes()
    with some.enter("a"):
        with pytest.raises(BusyError), some.enter("a"):
            pass
        with some.enter("b"):
            pass


def test_all_lanes_are_bounded() -> None:
    some = lanes(running=2, own=2)
    with some.enter("a"), some.enter("b"), pytest.raises(BusyError), some.enter("c"):
        pass
    with some.enter("c"):
        pass


def test_a_lane_that_is_free_is_waited_for() -> None:
    some = lanes(running=1, seconds=PATIENCE)
    with ThreadPoolExecutor(1) as pool, ExitStack() as first:
        first.enter_context(some.enter("a"))
        waits = pool.submit(lambda: some.enter("b").__enter__())
        assert not waits.done()
        first.close()
        assert waits.result(PATIENCE) is None


@pytest.mark.parametrize(("own", "error"), [(1, ShareError), (5, BusyError)])
def test_whoever_finds_the_queue_full_is_turned_away_at_once(
    own: int, error: type[Exception]
) -> None:
    some = Lanes(Share(1, 2), Share(1, own), PATIENCE)
    entered = threading.Event()
    with ThreadPoolExecutor(2) as pool, ExitStack() as first:
        first.enter_context(some.enter("a"))
        for _ in range(min(own, 2)):
            pool.submit(_pass_through, some, entered)
        while some._waiting.total() < min(own, 2):
            pass
        with pytest.raises(error), some.enter("b"):
            pass
        first.close()
    assert entered.is_set()


def _pass_through(some: Lanes, entered: threading.Event) -> None:
    with some.enter("b"):
        entered.set()


def test_never_more_at_once_and_none_is_lost() -> None:
    some = Lanes(Share(3, 100), Share(2, 100), PATIENCE)
    lock, now, most = threading.Lock(), {"all": 0, "a": 0, "b": 0, "c": 0}, {"all": 0, "one": 0}

    def ask(seed: int) -> None:
        client = random.Random(seed).choice("abc")  # noqa: S311 - nothing is secret
        with some.enter(client):
            with lock:
                now["all"] += 1
                now[client] += 1
                most["all"] = max(most["all"], now["all"])
                most["one"] = max(most["one"], now[client])
            threading.Event().wait(0.001)
            with lock:
                now["all"] -= 1
                now[client] -= 1

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(ask, range(400)))
    assert most == {"all": 3, "one": 2}
    assert not some._running
    assert not some._waiting
