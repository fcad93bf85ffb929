"""A statement's key tells it apart by all that matters, where it must answer alike again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased

from app.serverside.sql.statement_key import statement_key
from tests.serverside.books import Account, Entry


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
    keys = [statement_key(select(sa.literal(value, sa.types.NullType()))) for value in VALUES]
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
    assert statement_key(select(Entry.id, expression)) is None
    if name != "text":
        assert statement_key(select(Entry.id).where(sa.func.coalesce(expression, 1) == 1)) is None


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
    one, two = statement_key(KNOWN[name]()), statement_key(KNOWN[name]())
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
    assert len({statement_key(statement) for statement in statements}) == len(statements)
