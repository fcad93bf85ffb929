"""Expressions that SQLAlchemy has no type for: in the database's own order, and searched so."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, column, func, literal_column, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, with_loader_criteria

from app.serverside import ColumnDT, DataTables
from tests.serverside.asking import criterion, group


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "untyped_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str | None]
    size: Mapped[int]
    price: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    kind: Mapped[str]
    extra: Mapped[Any] = mapped_column(sa.JSON())


WORDS = ["x" * n for n in (100, 9, 2, 10)] + ["Bob", "ann", "Zed", None]
SIZES = [2, -9, 10, -100, 7, 30, 4, 1]
ROWS = [
    {
        "id": n + 1, "word": word, "size": size, "price": Decimal(size * 7) / 100 + Decimal("9.10"),
        "kind": "ab"[n % 2], "extra": {"size": size},
    }
    for n, (word, size) in enumerate(zip(WORDS, SIZES, strict=True))
]  # fmt: skip


@pytest.fixture(scope="module")
def items(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        if not connection.scalar(select(Item.id).limit(1)):
            connection.execute(sa.insert(Item), ROWS)
    return engine


def draw(
    engine: Engine, expressions: dict[str, Any], query: Any = None, **parts: Any
) -> dict[str, Any]:
    declared = [
        e if isinstance(e, ColumnDT) else ColumnDT(e, mData=name) for name, e in expressions.items()
    ]
    listed = parts.pop("columns", [{"data": name} for name in expressions])
    request = {"draw": 1, "start": 0, "length": 50, "columns": listed, **parts}
    with Session(engine) as session:
        query = select().select_from(Item) if query is None else query
        return DataTables(request, query, declared, session=session).output_result()


def ordered(key: Callable[[dict[str, Any]], Any], *, backwards: bool = False) -> list[int]:
    """Sort by a key, rows without one last, and by number."""
    rows = sorted(ROWS, key=lambda row: row["id"], reverse=backwards)
    filled = [row for row in rows if key(row) is not None]
    filled.sort(key=key, reverse=backwards)
    return [row["id"] for row in (*filled, *(row for row in rows if key(row) is None))]


def length(row: dict[str, Any]) -> int | None:
    return None if row["word"] is None else len(row["word"])


def folded(row: dict[str, Any]) -> str | None:
    return None if row["word"] is None else row["word"].lower()


def size(row: dict[str, Any]) -> int:
    return int(row["size"])


LARGEST = (
    select(func.max(column("size")))
    .select_from(sa.text("untyped_items AS i"))
    .where(sa.text("i.id = untyped_items.id"))
    .scalar_subquery()
)
NUMBERS: dict[str, tuple[Any, Callable[[dict[str, Any]], Any]]] = {
    "length": (func.length(Item.word), length),
    "abs": (func.abs(Item.size), lambda row: abs(size(row))),
    "round": (func.round(Item.price), lambda row: round(row["price"])),
    "literal": (literal_column("untyped_items.size * 2"), size),
    "column": (column("size"), size),
    "own": (func.nullif(column("size"), 1), lambda row: None if size(row) == 1 else size(row)),
    "case": (sa.case((Item.size > 5, column("size")), else_=column("size")), size),
    "subquery": (LARGEST, size),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("how", ["shown", "sort_expr", "own order"])
def test_numbers_without_a_type_are_ordered_as_numbers(
    items: Engine, name: str, direction: str, how: str
) -> None:
    expression, key = NUMBERS[name]
    expected = ordered(key, backwards=direction == "desc")
    order: Any = {"order": [{"column": 1, "dir": direction}]}
    columns = {"id": Item.id, "it": expression}
    query = None
    if how == "sort_expr":
        columns["it"] = ColumnDT(Item.word, mData="it", sort_expr=expression)
    elif how == "own order":
        query, order = select().select_from(Item).order_by(getattr(sa, direction)(expression)), {}
    found = draw(items, columns, query, **order)
    assert [row["id"] for row in found["data"]] == expected
    page = draw(items, columns, query, **order, start=3, length=2)
    assert [row["id"] for row in page["data"]] == expected[3:5]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_texts_without_a_type_are_ordered_as_texts(items: Engine, direction: str) -> None:
    expected = ordered(folded, backwards=direction == "desc")
    order = [{"column": 1, "dir": direction}]
    for expression in (func.trim(Item.word), literal_column("untyped_items.word"), column("word")):
        found = draw(items, {"id": Item.id, "it": expression}, order=order)
        assert [row["id"] for row in found["data"]] == expected


def test_so_they_are_in_a_part_of_a_query(items: Engine) -> None:
    query = select().select_from(Item).limit(100)
    columns = {"id": Item.id, "it": literal_column("untyped_items.word")}
    found = draw(items, columns, query, order=[{"column": 1, "dir": "asc"}])
    assert [row["id"] for row in found["data"]] == ordered(folded)


@pytest.mark.parametrize("limited", [False, True])
def test_averages_are_ordered_and_compared_as_numbers(items: Engine, limited: bool) -> None:
    average = func.avg(Item.size)
    query = select().select_from(Item).group_by(Item.word)
    query = query.limit(1000) if limited else query.order_by(average.desc())
    order = [{"column": 1, "dir": "desc"}] if limited else []
    columns = {"word": Item.word, "it": ColumnDT(average, mData="it", search_method="numeric")}
    found = [row["it"] for row in draw(items, columns, query, order=order)["data"]]
    assert [float(number) for number in found] == sorted(SIZES, reverse=True)
    built = group(criterion("it", ">=", "9.5"))
    assert len(draw(items, columns, query, searchBuilder=built)["data"]) == 2


def test_numbers_without_a_type_are_searched_as_numbers(items: Engine) -> None:
    columns = {
        "id": ColumnDT(Item.id, mData="id", searchable=False),
        "length": func.length(Item.word),
        "size": ColumnDT(column("size"), mData="size", search_method="numeric"),
    }
    found = draw(items, columns, search={"value": "9"})
    assert [row["id"] for row in found["data"]] == [2]
    built = group(criterion("length", ">", "9"), criterion("size", "<", "5"))
    found = draw(items, columns, searchBuilder=built)
    assert [row["id"] for row in found["data"]] == [1, 4]


def test_a_decimal_sum_is_found_as_it_is_shown(items: Engine) -> None:
    """SQLite adds doubles, whose noise is rounded away when they are shown."""
    total = func.sum(Item.price)
    columns = {"kind": Item.kind, "it": ColumnDT(total, mData="it", options=True)}
    query = select().select_from(Item).group_by(Item.kind)
    answer = draw(items, columns, query)
    for row in answer["data"]:
        for term, expected in ((f"{row['it']}", 1), (f"!{row['it']}", 1)):
            found = draw(items, columns, query, search={"value": term})["data"]
            assert [one["it"] == row["it"] for one in found] == [term[0] != "!"] * expected
        built = group(criterion("it", ">=", str(row["it"])), criterion("it", "<=", str(row["it"])))
        assert draw(items, columns, query, searchBuilder=built)["data"] == [row]
    assert {o["value"] for o in answer["columnControl"]["it"]} == {r["it"] for r in answer["data"]}


NO_KEY = select(Item.id, Item.extra).subquery()
QUERIES = {
    "limit": select().select_from(Item).limit(100),
    "criteria": select(Item).options(with_loader_criteria(Item, Item.id > 0)),
    "no key": select().select_from(NO_KEY),
    "groups": select().select_from(Item).group_by(Item.id, Item.word),
    "plain": select(Item),
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("order", [[], [{"column": 1, "dir": "asc"}]])
def test_json_is_in_any_query(items: Engine, name: str, order: Any) -> None:
    query = QUERIES[name]
    source = NO_KEY.c if name == "no key" else Item
    columns = {"id": source.id, "extra": source.extra}
    found = draw(items, columns, query, order=order)
    assert sorted(row["id"] for row in found["data"]) == [row["id"] for row in ROWS]
    assert all(row["extra"] in [r["extra"] for r in ROWS] for row in found["data"])
