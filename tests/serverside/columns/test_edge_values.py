"""Values at the edges of their types: what a cell shows is what is found."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import BigInteger, Engine, Text, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ColumnDT, DataTables
from app.serverside.answer.facet_values import facet_values
from app.serverside.columns.fold import fold
from app.serverside.columns.json_value import json_value
from tests.serverside.asking import criterion, group

WORDS = ["ハハ", "パパ", "かき", "かぎ", "กง", "กุ้ง", "été", "ete", "İstanbul", "שָׁלוֹם", "שלום"]
NUMBERS = [2**53, 2**53 + 1, -(2**53) - 1, 5949304382651388825, 7, 2**63 - 1, None]


class Base(DeclarativeBase):
    pass


class Edge(Base):
    __tablename__ = "foreign_edges"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str | None] = mapped_column(Text())
    large: Mapped[int | None] = mapped_column(BigInteger())


ROWS = [
    {
        "id": n,
        "word": WORDS[n] if n < len(WORDS) else None,
        "large": NUMBERS[n] if n < len(NUMBERS) else None,
    }
    for n in range(max(len(WORDS), len(NUMBERS)))
]
COLUMNS = [
    ColumnDT(Edge.id, mData="id"),
    ColumnDT(Edge.word, mData="word"),
    ColumnDT(Edge.large, mData="large", options=True, search_method="numeric"),
]
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def edges(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        if not connection.scalar(select(Edge.id).limit(1)):
            connection.execute(insert(Edge), ROWS)
    return engine


@pytest.fixture
def ask(edges: Engine) -> Ask:
    def asked(**parts: Any) -> dict[str, Any]:
        listed = [{"data": column.mData} for column in COLUMNS]
        request = {"draw": 1, "start": 0, "length": 100, "columns": listed, **parts}
        with Session(edges) as session:
            return DataTables(request, select(Edge), COLUMNS, session=session).output_result()

    return asked


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["data"]]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_script_finds_what_the_client_would(ask: Ask, word: str) -> None:
    expected = [row["id"] for row in ROWS if row["word"] and fold(word) in fold(row["word"])]
    assert ids(ask(search={"value": word})) == expected


def test_a_mark_of_another_script_makes_another_word(ask: Ask) -> None:
    assert [len(ids(ask(search={"value": word}))) for word in ("パパ", "かぎ", "กุ้ง")] == [1, 1, 1]
    assert ids(ask(search={"value": "ete"})) == [6, 7]


def test_a_whole_number_that_a_double_cannot_hold_is_text(ask: Ask) -> None:
    shown = [row["large"] for row in ask()["data"]]
    assert shown[:6] == [
        2**53, "9007199254740993", "-9007199254740993", "5949304382651388825", 7,
        "9223372036854775807",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [n for n in NUMBERS if n is not None])
def test_a_large_number_is_found_as_it_is_shown(ask: Ask, number: int) -> None:
    [row] = (row["id"] for row in ROWS if row["large"] == number)
    asked = {"criteria": [criterion("large", "=", str(number))], "logic": "AND"}
    assert ids(ask(searchBuilder=asked)) == [row]
    assert row in ids(ask(search={"value": str(json_value(number))}))


def test_an_offered_large_number_finds_its_row(ask: Ask) -> None:
    offered = [choice["value"] for choice in ask()["columnControl"]["large"]]
    assert offered == [json_value(n) for n in sorted(n for n in NUMBERS if n is not None)] + [""]
    picked = group(criterion("large", "=", str(offered[-2])))
    assert ids(ask(searchBuilder=picked)) == [5]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_no_number_is_text(number: str) -> None:
    assert json_value(Decimal(number)) == number


def test_what_is_no_number_is_not_offered() -> None:
    found = [(Decimal("NaN"),), (Decimal(2),), (Decimal(1),), (None,)]
    assert [facet.value for facet in facet_values(COLUMNS[2], found)] == [1, 2, ""]
