"""What is remembered has one budget of bytes; what is asked often outlives what is asked once."""

import gc
import random
import weakref
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from app.serverside.cache import Cache, cache_of, forget_engine
from app.serverside.run.reader import weight_of


def test_a_value_is_found_under_its_key_alone() -> None:
    cache = Cache(10_000)
    cache.put("key", "value", 10)
    assert (cache.get("key"), cache.get("other")) == ("value", None)


def test_what_was_asked_once_pushes_out_nothing_that_is_asked_again() -> None:
    cache = Cache(100_000)
    cache.put("often", 1, 1_000)
    cache.get("often")
    for number in range(1_000):
        cache.put(number, number, 5_000)
    assert cache.get("often") == 1


def test_of_what_was_asked_once_the_oldest_is_forgotten_first() -> None:
    cache = Cache(10_000)
    for number in range(5):
        cache.put(number, number, 3_000)
    assert [number for number in range(5) if cache.get(number) is not None] == [3, 4]


def test_what_is_heavier_than_what_may_be_kept_is_not_kept() -> None:
    cache = Cache(10_000)
    cache.put("small", 1, 10)
    cache.put("large", 2, 9_000)
    assert (cache.get("small"), cache.get("large")) == (1, None)


def test_a_heavier_value_in_the_place_of_another_takes_it_away() -> None:
    cache = Cache(10_000)
    cache.put("key", "old", 10)
    cache.put("key", "new", 20_000)
    assert cache.get("key") is None


def test_forgetting_a_value_leaves_its_successor() -> None:
    cache, old, new = Cache(10_000), object(), object()
    cache.put("key", old, 10)
    cache.put("key", new, 10)
    cache.forget("key", old)
    assert cache.get("key") is new
    cache.forget("key", new)
    assert cache.get("key") is None


def test_forgetting_leaves_the_order_of_the_rest() -> None:
    cache = Cache(10_000)
    values = [object() for _ in range(3)]
    for number, value in enumerate(values):
        cache.put(number, value, 2_500)
    cache.forget(1, values[1])
    cache.put("more", 1, 4_000)
    assert (cache.get(0), cache.get(2)) == (None, values[2])


def test_a_smaller_budget_forgets_at_once() -> None:
    cache = Cache(100_000)
    for number in range(10):
        cache.put(number, number, 5_000)
    cache.resize(20_000)
    assert cache.weight <= 20_000


def test_each_engine_has_its_own() -> None:
    one, two = create_engine("sqlite://"), create_engine("sqlite://")
    cache_of(one).put("key", 1, 10)
    assert (cache_of(one).get("key"), cache_of(two).get("key")) == (1, None)
    forget_engine(one)
    assert cache_of(one).get("key") is None


def test_an_engine_is_not_kept_alive() -> None:
    engine = create_engine("sqlite://")
    cache_of(engine).put("key", 1, 10)
    gone = weakref.ref(engine)
    del engine
    gc.collect()
    assert gone() is None


def test_long_texts_weigh_what_they_take() -> None:
    rows = [("x" * 100_000, 1), ("é" * 100_000, 2)]
    assert weight_of(rows) >= 200_000


STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4_000), st.sampled_from("pgf")))


@given(STEPS)
def test_it_never_weighs_more_than_its_budget(steps: list[tuple[int, int, str]]) -> None:
    cache = Cache(10_000)
    for key, weight, step in steps:
        found = cache.get(key) if step != "p" else None
        assert found is None or found[0] == key
        if step == "f":
            cache.forget(key, found)
        elif step == "p":
            cache.put(key, (key,), weight)
        assert 0 <= cache.weight <= 10_000
    cache.resize(0)
    assert cache.weight == 0


def test_many_threads_use_one_cache() -> None:
    cache = Cache(60_000)

    def work(seed: int) -> None:
        choose = random.Random(seed)  # noqa: S311 - a game, not a secret
        for _ in range(3_000):
            number = choose.randrange(30)
            found = cache.get(number)
            assert found is None or found == [number]
            if found is not None and choose.random() < 0.1:
                cache.forget(number, found)
            cache.put(number, [number], choose.randrange(3_000))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert cache.weight <= 60_000
