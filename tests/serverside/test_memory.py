"""What is remembered is bounded, is told apart by all that matters, and survives many threads."""

import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased

from app.serverside.memory import Memory, key_of, memory_of, weight_of
from tests.serverside.ledger import Account, Entry


def test_the_least_recently_used_is_forgotten_first() -> None:
    memory = Memory(30_000)
    for number in range(5):
        memory.put((number,), None, number)
        memory.get((0,))
    kept = [number for number in range(5) if memory.get((number,))]
    assert 0 in kept
    assert 4 in kept
    memory.put(("large",), None, "x", weight=20_000)
    assert memory.get((1,)) is None


def test_what_is_larger_than_the_memory_is_not_kept() -> None:
    memory = Memory(30_000)
    memory.put(("small",), None, 1)
    memory.put(("large",), None, 2, weight=40_000)
    assert memory.get(("large",)) is None
    assert memory.get(("small",)) is not None


def test_long_texts_and_long_lists_weigh_what_they_take() -> None:
    rows = [("x" * 100_000, 1), ("é" * 100_000, 2)]
    assert weight_of(rows) >= sum(sys.getsizeof(text) for text, _ in rows)
    memory = Memory(100_000)
    memory.put(tuple(range(1000)), None, 1)
    assert memory.get(tuple(range(1000))) is None


def test_forgetting_an_entry_leaves_its_successor() -> None:
    memory = Memory(30_000)
    memory.put(("key",), "old", 1)
    old = memory.get(("key",))
    memory.put(("key",), "new", 2)
    assert old is not None
    memory.forget(old)
    assert memory.get(("key",)) is not None


def test_each_engine_has_its_own() -> None:
    one, two = create_engine("sqlite://"), create_engine("sqlite://")
    memory_of(one, 10_000).put(("key",), None, 1)
    assert memory_of(one, 10_000).get(("key",)) is not None
    assert memory_of(two, 10_000).get(("key",)) is None


def test_many_threads_use_one_memory() -> None:
    memory = Memory(60_000)

    def work(seed: int) -> None:
        choose = random.Random(seed)  # noqa: S311 - a game, not a secret
        for _ in range(3000):
            number = choose.randrange(30)
            entry = memory.get((number,))
            assert entry is None or entry.value == number
            if choose.random() < 0.1 and entry is not None:
                memory.forget(entry)
            memory.put((number,), seed, number, weight=choose.randrange(3000))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


class Colour(Enum):
    """Two names for one value are two members of different classes."""

    RED = 1


class Shade(Enum):
    """As `Colour`."""

    RED = 1


VALUES = [
    1, True, 1.0, Decimal(1), Decimal("1.0"), "1", b"1", None, [1], [1, 2], [[1]], (1, "2"),
    date(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC), UUID(int=1), Colour.RED, Shade.RED, "",
]  # fmt: skip


def test_values_are_told_apart_by_kind() -> None:
    keys = [key_of(select(sa.literal(value, sa.types.NullType()))) for value in VALUES]
    assert None not in keys
    assert len(set(keys)) == len(VALUES)


class Odd:
    """A value that the memory knows nothing of."""


class own_clock(sa.sql.elements.ColumnElement[Any]):  # noqa: N801 - like an SQL function
    """A project's own SQL."""

    inherit_cache = True


@compiles(own_clock)
def _own_clock(*_: Any, **__: Any) -> str:
    return "CURRENT_TIMESTAMP"


class own_number(sa.sql.functions.FunctionElement[int]):  # noqa: N801
    """A project's own function, without a name."""

    inherit_cache = True


UNKNOWN: dict[str, Callable[[], Any]] = {
    "random": sa.func.random,
    "now": sa.func.now,
    "current date": sa.func.current_date,
    "a function of a schema": lambda: sa.func.own.lower(Entry.text),
    "a sequence": lambda: sa.Sequence("numbers").next_value(),
    "text": lambda: sa.text("random()"),
    "a literal column": lambda: sa.literal_column("random()"),
    "an operator": lambda: Entry.text.op("%")("x"),
    "a value": lambda: sa.literal(Odd(), sa.types.NullType()),
    "a value in a list": lambda: sa.literal([Odd()], sa.types.NullType()),
    "a deferred value": lambda: sa.bindparam("x", callable_=lambda: 1),
    "a construct": own_clock,
    "a nameless function": own_number,
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_might_change_by_itself_has_no_key(name: str) -> None:
    expression = UNKNOWN[name]()
    assert key_of(select(Entry.id, expression)) is None
    if name != "text":
        assert key_of(select(Entry.id).where(sa.func.coalesce(expression, 1) == 1)) is None


KNOWN: dict[str, Callable[[], Any]] = {
    "a column": lambda: select(Entry.text),
    "a list": lambda: select(Entry.id).where(Entry.id.in_([1, 2])),
    "a subquery": lambda: select(Entry.id).where(Entry.account.has(Account.owner == "x")),
    "functions": lambda: select(sa.func.count(), sa.func.lower(Entry.text)),
    "a case": lambda: select(sa.case((Entry.id == 1, 1), else_=0)),
    "an alias": lambda: select(aliased(Entry, name="other").id),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_depends_on_the_data_alone_has_a_key(name: str) -> None:
    one, two = key_of(KNOWN[name]()), key_of(KNOWN[name]())
    assert one is not None
    assert one == two
    assert hash(one) == hash(two)


def test_window_and_scope_are_in_the_key() -> None:
    base = select(Entry.id)
    statements = [
        base, base.limit(1), base.limit(2), base.limit(1).offset(1), base.where(Entry.id == 1),
        base.where(Entry.id == 2), base.where(Entry.tenant == 1), base.order_by(Entry.id),
        select(aliased(Entry).id), select(Account.id), base.distinct(),
    ]  # fmt: skip
    assert len({key_of(statement) for statement in statements}) == len(statements)
