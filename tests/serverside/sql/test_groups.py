"""Deep pages of orders by several keys are looked for among the rows of one value."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import Engine, ForeignKey, Select, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from app.serverside import ColumnDT, DataTables, Tuning, track_changes
from app.serverside.cache import forget_engine
from app.serverside.columns.fold import order_key
from app.serverside.dialects.sqlite import dialect as sqlite
from tests.serverside.examples_tried import looking
from tests.serverside.oracle_answers import answered, expected
from tests.serverside.tables import PEOPLE
from tests.serverside.undisturbed import undisturbed

TINY = Tuning(few=3, deep=4, anchor_step=3)
NAMES = [column.data for column in PEOPLE.described]
ORDERABLE = [column.data for column in PEOPLE.described if column.orderable]


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Town(Base):
    """A town; houses may refer to one that is not there."""

    __tablename__ = "grouped_towns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    size: Mapped[int]


class House(Base):
    """A house, with few values in each column."""

    __tablename__ = "grouped_houses"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    rooms: Mapped[int | None]
    town_id: Mapped[int | None] = mapped_column(ForeignKey(Town.id))

    town: Mapped[Town | None] = relationship()


CHANGES = track_changes(House, Town)  # so that no commit to other tables disturbs
COLUMNS = [
    ColumnDT(House.id, mData="id"),
    ColumnDT(House.kind, mData="kind"),
    ColumnDT(House.rooms, mData="rooms", nulls_order="nullsfirst"),
    ColumnDT(Town.name, mData="town"),
    ColumnDT(Town.size, mData="size"),
]
TOWNS = [(1, "Ulm", 3), (2, "ULM", 3), (3, "Bonn", 1), (4, None, 1), (5, "Éze", 2)]
KINDS = ["hut", "Hut", "flat", "", "tower"]
COUNT = 150


def _houses() -> list[dict[str, Any]]:
    towns = [1, 2, 1, 1, 3, 4, None, 5, 1, 1, 1]
    rooms = [1, 1, 1, None, 2, 1, 1, 7]
    return [
        {
            "id": n + 1,
            "kind": KINDS[n * n % len(KINDS)],
            "rooms": rooms[n * 3 % 29 % len(rooms)],
            "town_id": towns[n * 7 % len(towns)],
        }
        for n in range(COUNT)
    ]


@pytest.fixture(scope="module")
def houses(engine: Engine) -> Iterator[Engine]:
    """Give an engine on the filled tables."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        keys = ("id", "name", "size")
        connection.execute(insert(Town), [dict(zip(keys, row, strict=True)) for row in TOWNS])
        connection.execute(insert(House), _houses())
    yield engine
    Base.metadata.drop_all(engine)


@pytest.fixture(autouse=True)
def no_offset_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite look for rows where it would rather skip those of a small table."""
    monkeypatch.setattr(sqlite, "_FAST_ROWS", 0)


def drawn(
    engine: Engine, order: list[tuple[str, str]], start: int, query: Select[Any] | None = None
) -> list[int]:
    names = [column.mData for column in COLUMNS]
    request = {
        "draw": 1, "start": start, "length": 5, "columns": [{"data": name} for name in names],
        "order": [{"column": names.index(name), "dir": way} for name, way in order],
    }  # fmt: skip
    if query is None:
        query = select().select_from(House).outerjoin(House.town)
    with Session(engine) as session:
        table = DataTables(request, query, COLUMNS, session=session, tuning=TINY)
        answer = table.output_result()
    assert "error" not in answer
    return [row["id"] for row in answer["data"]]


def in_order(engine: Engine, order: list[tuple[str, str]]) -> list[int]:
    """Sort what is in the tables in plain Python: the last term first."""
    columns = House.id, House.kind, House.rooms, Town.name, Town.size
    with engine.connect() as connection:
        found = connection.execute(select(*columns).select_from(House).outerjoin(House.town)).all()
    names = [column.mData for column in COLUMNS]
    rows: list[Any] = sorted(found, reverse=bool(order) and order[-1][1] == "desc")
    for name, way in reversed(order):
        place, backwards = names.index(name), way == "desc"
        nulls_first = name == "rooms"
        some = sorted(
            (row for row in rows if row[place] is not None),
            key=lambda row, place=place: _compared(row[place]),  # type: ignore[misc]
            reverse=backwards,
        )
        none = [row for row in rows if row[place] is None]
        rows = [*none, *some] if nulls_first else [*some, *none]
    return [row.id for row in rows]


def _compared(value: Any) -> Any:
    return order_key(value) if isinstance(value, str) else value


TERMS = st.lists(
    st.tuples(st.sampled_from(["kind", "rooms", "town", "size"]), st.sampled_from(["asc", "desc"])),
    min_size=1,
    max_size=4,
    unique_by=lambda term: term[0],
)


@given(order=TERMS, starts=st.lists(st.integers(0, COUNT + 2), min_size=1, max_size=4))
@looking(share=2)
def test_deep_pages_of_several_keys(
    houses: Engine, order: list[tuple[str, str]], starts: list[int]
) -> None:
    note(f"{order} {starts}")
    wanted = in_order(houses, order)
    for start in [0, *starts, *starts]:
        assert drawn(houses, order, start) == wanted[start : start + 5]


@pytest.mark.parametrize("first", ["kind", "town", "size", "rooms"])
@pytest.mark.parametrize("ways", [("asc", "desc"), ("desc", "asc"), ("desc", "desc")])
def test_pages_that_end_among_other_rows(houses: Engine, first: str, ways: tuple[str, str]) -> None:
    order = [(first, ways[0]), ("rooms" if first == "kind" else "kind", ways[1])]
    wanted = in_order(houses, order)
    for start in (0, *range(COUNT)):
        assert drawn(houses, order, start) == wanted[start : start + 5]


def test_rows_are_written_between_pages(houses: Engine) -> None:
    order = [("town", "asc"), ("kind", "desc")]
    for number in range(COUNT + 1, COUNT + 5):
        for start in (0, 70, 71, 120):
            assert drawn(houses, order, start) == in_order(houses, order)[start : start + 5]
        with houses.begin() as connection:
            row = {"id": number, "kind": "barn", "rooms": 1, "town_id": number % 4 + 1}
            connection.execute(insert(House), [row])
            connection.execute(text("UPDATE grouped_towns SET name = 'Jena' WHERE id = 3"))
    with houses.begin() as connection:
        connection.execute(text(f"DELETE FROM grouped_houses WHERE id > {COUNT}"))  # noqa: S608
        connection.execute(text("UPDATE grouped_towns SET name = 'Bonn' WHERE id = 3"))


def test_only_rows_of_one_value_are_sorted(houses: Engine, statements: list[str]) -> None:
    """Neither the page's statement nor one that numbers rows reads those of another town."""
    order = [("town", "asc"), ("kind", "desc"), ("rooms", "asc")]

    def looked_for() -> bool:
        forget_engine(houses)
        drawn(houses, order, 0)
        statements.clear()
        drawn(houses, order, 62)
        sorting = [s for s in statements if "serverside_narrow" in s or "row_number" in s]
        of_one_town = re.compile(r"WHERE \(?(lower\()?grouped_towns.*\) = ").search
        counted = any("serverside_groups" in sql for sql in statements)
        return counted and bool(sorting) and all(map(of_one_town, sorting))

    assert undisturbed(looked_for)


def test_rows_are_counted_before_they_are_joined(houses: Engine, statements: list[str]) -> None:
    """A town's houses are added up; the join is with as many rows as there are towns."""

    def counted() -> bool:
        forget_engine(houses)
        drawn(houses, [("town", "desc")], 0)
        statements.clear()
        assert drawn(houses, [("town", "desc")], 60)
        return any("GROUP BY grouped_houses.town_id" in sql for sql in statements)

    assert undisturbed(counted)


@given(
    terms=st.lists(
        st.tuples(st.sampled_from(ORDERABLE), st.sampled_from(["asc", "desc"])),
        min_size=1,
        max_size=4,
        unique_by=lambda term: term[0],
    ),
    start=st.integers(5, 115),
    term=st.sampled_from(["", "", "o", "!o"]),
)
@looking(share=2)
def test_every_kind_of_column(
    tables: Engine, terms: list[tuple[str, str]], start: int, term: str
) -> None:
    asked = {
        "draw": 1, "start": start, "length": 6, "columns": [{"data": name} for name in NAMES],
        "order": [{"column": NAMES.index(name), "dir": way} for name, way in terms],
        "search": {"value": term},
    }  # fmt: skip
    note(asked)
    table = replace(PEOPLE, tuning=TINY)
    wanted = expected(table, asked)["keys"]
    for _ in range(3):
        assert answered(table, tables, asked)["keys"] == wanted
