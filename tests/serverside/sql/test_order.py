"""Texts that differ in case only are level in no order: pages repeat no row and leave none out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, Select, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ColumnDT, DataTables, Tuning
from app.serverside.columns.fold import order_key
from app.serverside.dialects.sqlite import dialect as sqlite

TINY = Tuning(few=3, deep=5, anchor_step=4)
TUNINGS = {"default": Tuning(), "tiny": TINY, "forgetful": replace(TINY, remember=False)}
WORDS = ["".join(letters) for letters in product("aAbB", "xX", "y\u00e9")]
KEYS = [(key, part, number % 3) for number, key in enumerate(WORDS) for part in ("p", "P")]


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Tied(Base):
    """A row whose key is text, in two parts."""

    __tablename__ = "tied_words"

    key: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class Single(Base):
    """A row whose key is one text."""

    __tablename__ = "tied_single"

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


COLUMNS = [
    ColumnDT(Tied.key, mData="key"),
    ColumnDT(Tied.number, mData="number"),
    ColumnDT(Tied.part, mData="part"),
]
ORDERS = [[], [(0, "asc")], [(0, "desc")], [(1, "asc")], [(1, "desc"), (0, "asc")]]


@pytest.fixture(scope="module")
def tied(engine: Engine) -> Iterator[Engine]:
    """Give an engine on the filled tables."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"key": key, "part": part, "number": n} for key, part, n in KEYS]
        connection.execute(insert(Tied), rows)
        connection.execute(
            insert(Single), [{"key": k, "number": n % 3} for n, k in enumerate(WORDS)]
        )
    yield engine
    Base.metadata.drop_all(engine)


@pytest.fixture(autouse=True)
def no_offset_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite use anchors where it would rather skip rows of a small table."""
    monkeypatch.setattr(sqlite, "_FAST_ROWS", 0)


def drawn(
    engine: Engine,
    query: Select[Any],
    columns: list[ColumnDT],
    order: list[tuple[int, str]],
    window: tuple[int, int],
    tuning: Tuning,
) -> list[tuple[Any, ...]]:
    request = {
        "draw": 1, "start": window[0], "length": window[1],
        "columns": [{"data": column.mData} for column in columns],
        "order": [{"column": column, "dir": way} for column, way in order],
    }  # fmt: skip
    with Session(engine) as session:
        table = DataTables(request, query, columns, session=session, tuning=tuning)
        return [tuple(row.values()) for row in table.output_result()["data"]]


def in_order(
    rows: list[tuple[Any, ...]], order: list[tuple[int, str]], unique: list[int]
) -> list[tuple[Any, ...]]:
    """Sort in plain Python: the last term first."""
    backwards = bool(order) and order[-1][1] == "desc"
    rows = sorted(rows, key=lambda row: [row[place] for place in unique], reverse=backwards)
    for place, way in reversed(order):
        rows.sort(key=lambda row: _compared(row[place]), reverse=way == "desc")
    return rows


def _compared(value: Any) -> Any:
    return order_key(value) if isinstance(value, str) else value


PAIRS = list(dict.fromkeys((key, number) for key, _, number in KEYS))
# Of each kind: the query, what is shown, the rows, and which of their values are the key.
KINDS: dict[str, tuple[Any, list[ColumnDT], list[tuple[Any, ...]], list[int]]] = {
    "two keys": (select(Tied), COLUMNS, [(key, n, part) for key, part, n in KEYS], [0, 2]),
    "one key": (
        select(Single),
        [ColumnDT(Single.key, mData="key"), ColumnDT(Single.number, mData="number")],
        [(key, number % 3) for number, key in enumerate(WORDS)],
        [0],
    ),
    "distinct": (select(Tied.key, Tied.number).distinct(), COLUMNS[:2], [*PAIRS], [0, 1]),
    "grouped": (select(Tied).group_by(Tied.key, Tied.number), COLUMNS[:2], [*PAIRS], [0, 1]),
}


@pytest.mark.parametrize("tuning", TUNINGS)
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_level_texts_hold_each_row_once(
    tied: Engine, kind: str, order: list[tuple[int, str]], tuning: str
) -> None:
    query, columns, rows, unique = KINDS[kind]
    wanted = in_order(rows, order, unique)
    for length in (1, 3):
        pages = [
            row
            for start in range(0, len(wanted), length)
            for row in drawn(tied, query, columns, order, (start, length), TUNINGS[tuning])
        ]
        assert pages == wanted
