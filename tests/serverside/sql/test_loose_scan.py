"""Values to pick, read by stepping along an index: what DISTINCT gives, from few rows."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    Index,
    Select,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship

from app.serverside import ColumnDT, DataTables, Limits, Tuning
from app.serverside.cache import CACHE, DEFAULT_BYTES
from app.serverside.sql import loose_scan
from app.types import Money, UtcDateTime
from tests.conftest import disposing
from tests.serverside.examples_tried import looking

Row = dict[str, Any]
MODES = ["indexed", "not indexed", "switched off"]


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Region(Base):
    """Where a place is."""

    __tablename__ = "stepped_regions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Place(Base):
    """Where a thing is; several things share one, and some places have none."""

    __tablename__ = "stepped_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    open: Mapped[bool | None]
    region_id: Mapped[int | None] = mapped_column(ForeignKey(Region.id))

    region: Mapped[Region | None] = relationship()


class Thing(Base):
    """A thing of some kind; `kind` tells the models that share the table."""

    __tablename__ = "stepped_things"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "thing"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    word: Mapped[str | None]
    amount: Mapped[Decimal | None] = mapped_column(Money)
    size: Mapped[float | None]
    day: Mapped[dt.date | None]
    moment: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    flag: Mapped[bool | None]
    place_id: Mapped[int | None]  # it may lead nowhere
    spare_id: Mapped[int | None]


class Tool(Thing):
    """A thing of another model, in the same table."""

    __mapper_args__ = {"polymorphic_identity": "tool"}  # noqa: RUF012


INDEXES = [
    Index(f"ix_{column.class_.__tablename__}_{column.key}", column)
    for column in (
        Region.name, Place.name, Place.region_id, Thing.word, Thing.amount, Thing.size, Thing.day,
        Thing.moment, Thing.place_id, Thing.spare_id,
    )
]  # fmt: skip

OWN = ["word", "amount", "size", "day", "moment", "flag"]
COLUMNS = [
    ColumnDT(Thing.id, mData="id"),
    *(ColumnDT(getattr(Thing, name), mData=name, options=True) for name in OWN),
    ColumnDT(Place.name, mData="place", options=True),
    ColumnDT(Place.open, mData="open", options=True),
    ColumnDT(Region.name, mData="region", options=True),
]
THERE = Thing.place_id == Place.id
OUTER = select().select_from(Thing).outerjoin(Place, THERE).outerjoin(Place.region)
INNER = select().select_from(Thing).join(Place, THERE).outerjoin(Place.region)
Keep = Callable[[Row], bool]
SCOPES: dict[str, tuple[Select[Any], Keep]] = {
    "all": (OUTER, lambda row: True),
    "inner": (INNER, lambda row: row["has_place"]),
    "own": (OUTER.where(Thing.size > 0), lambda row: (row["size"] or 0) > 0),
    "other's": (OUTER.where(Place.name == "b"), lambda row: row["place"] == "b"),
    "far": (OUTER.where(Region.name != "b"), lambda row: row["region"] not in (None, "b")),
    "none": (OUTER.where(Thing.id < 0), lambda row: False),
    "inner, own": (
        INNER.where(Thing.flag),
        lambda row: bool(row["has_place"] and row["flag"]),
    ),
}

WORDS = st.sampled_from([None, "", "a", "b", "A", "Bath", "bath", "BATH", "é", "%", "z"])
IDS = st.none() | st.integers(1, 5)
DAYS = st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 4))
THINGS = st.fixed_dictionaries({
    "kind": st.just("thing"),
    "word": WORDS,
    "amount": st.sampled_from([None, Decimal("0.10"), Decimal("-1.50"), Decimal("10.00")]),
    "size": st.sampled_from([None, 0.0, 1.5, -2.25, 12.5]),
    "day": DAYS,
    "moment": DAYS.map(lambda day: day and dt.datetime.combine(day, dt.time(1), dt.UTC)),
    "flag": st.sampled_from([None, True, False]),
    "place_id": IDS,
    "spare_id": IDS,
})  # fmt: skip
PLACES = st.fixed_dictionaries({
    "name": WORDS,
    "open": st.sampled_from([None, True, False]),
    "region_id": st.none() | st.integers(1, 2),
})  # fmt: skip


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def stock(own_database: str, mode: str) -> Iterator[Engine]:
    """Give an engine on the tables, which are empty, with or without their indexes."""
    with disposing(create_engine(own_database)) as engine:
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
        if mode == "not indexed":
            for index in INDEXES:
                with suppress(OperationalError):  # MariaDB and MySQL keep what a reference needs
                    index.drop(engine)
        yield engine


@pytest.fixture(autouse=True, scope="module")
def few_looks() -> Iterator[None]:
    """Let a value of two rows be one that takes long to be found."""
    CACHE.resize(0)
    CACHE.resize(DEFAULT_BYTES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loose_scan, "LOOKS", 2)
        yield
    CACHE.resize(0)
    CACHE.resize(DEFAULT_BYTES)


def offered(
    bind: Engine | Connection | Session,
    query: Select[Any] = OUTER,
    columns: list[ColumnDT] = COLUMNS,
    *,
    cap: int = 1000,
    tuning: Tuning | None = None,
) -> dict[str, list[Any]]:
    """Return the values that each column offers."""
    asked = {"draw": 2, "length": 1, "columns": [{"data": column.mData} for column in columns]}
    session = bind if isinstance(bind, Session) else Session(bind)
    limits = Limits(max_options=cap)
    table = DataTables(
        asked, query, columns, session=session, limits=limits, tuning=tuning or Tuning()
    )
    lists = table.output_result()["columnControl"]
    if session is not bind:
        session.close()
    return {name: [option["value"] for option in some] for name, some in lists.items()}


def fill(connection: Connection, things: list[Row], places: list[Row]) -> list[Row]:
    """Replace all rows; return the things joined to their places in plain Python."""
    regions = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    numbered = [[{"id": n, **row} for n, row in enumerate(rows, 1)] for rows in (places, things)]
    for model, rows in zip((Region, Place, Thing), (regions, *numbered), strict=True):
        connection.execute(delete(model.__table__))
        if rows:
            connection.execute(insert(model.__table__), rows)
    by_id: dict[Any, Row] = {row["id"]: row for row in numbered[0]}
    names: dict[Any, str] = {row["id"]: str(row["name"]) for row in regions}
    joined = []
    for thing in numbered[1]:
        place = by_id.get(thing["place_id"], {})
        joined.append({
            **thing,
            "has_place": bool(place),
            "place": place.get("name"),
            "open": place.get("open"),
            "region": names.get(place.get("region_id")),
        })  # fmt: skip
    return joined


def wanted(rows: list[Row], cap: int = 1000) -> dict[str, set[Any]]:
    """Return what DISTINCT gives, in plain Python."""
    found = {}
    for name in [*OWN, "place", "open", "region"]:
        values = {"" if row[name] is None else as_json(row[name]) for row in rows}
        if len(values) <= cap:
            found[name] = values
    return found


def as_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def assert_offered(
    bind: Engine | Connection, scope: str, rows: list[Row], mode: str, cap: int = 1000
) -> None:
    query, keep = SCOPES[scope]
    tuning = Tuning(loose_scan=mode != "switched off")
    found = offered(bind, query, cap=cap, tuning=tuning)
    assert all(len(set(map(str, some))) == len(some) for some in found.values())
    kept = [row for row in rows if keep(row)]
    assert {name: set(some) for name, some in found.items()} == wanted(kept, cap)


@given(
    things=st.lists(THINGS, max_size=14),
    places=st.lists(PLACES, max_size=4),
    cap=st.sampled_from([1, 2, 3, 1000]),
    scopes=st.sets(st.sampled_from(sorted(SCOPES)), min_size=2, max_size=2),
)
@looking(share=20)
def test_values_are_those_of_the_scope(
    stock: Engine, mode: str, things: list[Row], places: list[Row], cap: int, scopes: set[str]
) -> None:
    with stock.connect() as connection:
        rows = fill(connection, things, places)
        for scope in scopes:
            assert_offered(connection, scope, rows, mode, cap)


THING: Row = {"kind": "thing", **dict.fromkeys([*OWN, "place_id", "spare_id"])}
PLACE: Row = dict.fromkeys(["name", "open", "region_id"])


def test_a_value_of_many_rows_out_of_the_scope_is_not_offered(stock: Engine, mode: str) -> None:
    many = loose_scan.LOOKS + 5
    names = ["a"] * many + ["b"] * many + ["c"]
    places = [PLACE | {"name": name} for name in names]
    things = [THING | {"place_id": many * 2, "word": "x", "size": float(n > 0)} for n in (0, 1)]
    things += [THING | {"word": "y"}] * many
    with stock.connect() as connection:
        rows = fill(connection, things, places)
        for scope in ("all", "own", "inner"):
            assert_offered(connection, scope, rows, mode)


def test_tables_joined_twice_are_told_apart(stock: Engine, mode: str) -> None:
    spare = aliased(Place)
    query = select().select_from(Thing).outerjoin(Place, THERE)
    query = query.outerjoin(spare, Thing.spare_id == spare.id)
    columns = [
        ColumnDT(Thing.id, mData="id"),
        ColumnDT(Place.name, mData="place", options=True),
        ColumnDT(spare.name, mData="spare", options=True),
    ]
    with stock.connect() as connection:
        places = [PLACE | {"name": name} for name in "abc"]
        things = [THING | {"place_id": 1, "spare_id": 2}, THING | {"place_id": 3, "spare_id": 2}]
        fill(connection, things, places)
        tuning = Tuning(loose_scan=mode != "switched off")
        assert offered(connection, query, columns, tuning=tuning) == {
            "place": ["a", "c"],
            "spare": ["b"],
        }


BY_CODE_POINT = {"sqlite": "BINARY", "postgresql": "C", "mysql": "utf8mb4_bin"}


def test_models_that_share_a_table_offer_their_own_rows_values(stock: Engine) -> None:
    columns = [ColumnDT(Tool.id, mData="id"), ColumnDT(Tool.word, mData="word", options=True)]
    with stock.connect() as connection:
        fill(connection, [THING | {"word": "a"}, THING | {"word": "b", "kind": "tool"}], [])
        assert offered(connection, select().select_from(Tool), columns) == {"word": ["b"]}
        assert offered(connection, select().select_from(Thing), columns) == {"word": ["b"]}


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        (OUTER.limit(2).order_by(Thing.id), Thing.word),
        (OUTER.distinct(), Thing.word),
        (OUTER.where(Thing.id <= 2), func.substr(Thing.word, 1)),
        (OUTER.where(Thing.id <= 2), Thing.word.collate("C")),
    ],
)
def test_other_shapes_are_asked_as_before(
    stock: Engine, query: Select[Any], expression: Any
) -> None:
    if "COLLATE" in str(expression):
        expression = Thing.word.collate(BY_CODE_POINT[stock.dialect.name])
    columns = [ColumnDT(Thing.id, mData="id"), ColumnDT(expression, mData="word", options=True)]
    with stock.connect() as connection:
        fill(connection, [THING | {"word": word} for word in "aab"], [])
        found = offered(connection, query, columns)["word"]
        assert found == (["a", "b"] if query._distinct else ["a"])


def test_own_writes_are_seen(stock: Engine) -> None:
    with Session(stock) as session:
        fill(session.connection(), [THING | {"word": "a"}], [])
        assert offered(session)["word"] == ["a"]
        session.add(Thing(id=2, word="b"))
        assert offered(session)["word"] == ["a", "b"]


# What the database has decides, not what the model says.

SPELLED = {
    "sqlite": "word TEXT COLLATE NOCASE",
    "postgresql": "word TEXT COLLATE stepped_alike",
}


class Spelled(Base):
    """A table that the database declares otherwise: equal is not the same there."""

    __tablename__ = "stepped_spelled"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    hidden: Mapped[bool]


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_spellings_that_the_database_takes_for_equal_are_the_scopes_own(
    own_database: str, name: str
) -> None:
    with disposing(create_engine(own_database)) as engine, engine.connect() as connection:
        if engine.dialect.name != name:
            return
        connection.execute(text("DROP TABLE IF EXISTS stepped_spelled"))
        if name == "postgresql":
            alike = "provider = icu, locale = 'und-u-ks-level2', deterministic = false"
            connection.execute(text(f"CREATE COLLATION stepped_alike ({alike})"))
        declared = f"id INTEGER PRIMARY KEY, {SPELLED[name]}, hidden BOOLEAN"
        connection.execute(text(f"CREATE TABLE stepped_spelled ({declared})"))
        connection.execute(text("CREATE INDEX ix_spelled ON stepped_spelled (word)"))
        spelled = [("bath", True), ("Bath", True), ("BATH", False), ("York", False), ("york", True)]
        rows = [{"id": n, "word": w, "hidden": h} for n, (w, h) in enumerate(spelled, 1)]
        connection.execute(insert(Spelled), rows)
        columns = [
            ColumnDT(Spelled.id, mData="id"),
            ColumnDT(Spelled.word, mData="word", options=True),
        ]
        query = select().select_from(Spelled).where(~Spelled.hidden)
        assert offered(connection, query, columns)["word"] == ["BATH", "York"]
        assert len(offered(connection, select().select_from(Spelled), columns)["word"]) == 2
        connection.rollback()
