"""Stepping reads few rows, and only where the database has the indexes for it."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    Index,
    Select,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from app.serverside import ColumnDT, DataTables, Limits, Tuning
from app.serverside.dialects import catalogue, dialect_for
from app.serverside.dialects.postgresql import dialect as postgresql
from app.serverside.dialects.sqlite import plans as sqlite
from app.serverside.explain import Explanation, explain
from tests import kinds
from tests.conftest import disposing

pytestmark = kinds.stepping

UNASKED = itertools.count(1_000)


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Town(Base):
    """A town of fifty names; most have houses."""

    __tablename__ = "planned_towns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class House(Base):
    """A house in a town; a few are in none."""

    __tablename__ = "planned_houses"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    color: Mapped[str]
    sold: Mapped[bool]
    town_id: Mapped[int | None] = mapped_column(ForeignKey(Town.id))

    town: Mapped[Town | None] = relationship()


INDEXES = [
    Index("ix_planned_towns_name", Town.name),
    Index("ix_planned_houses_town_id", House.town_id),
    Index("ix_planned_houses_street", House.street, House.id),
]
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})"
ROWS = {
    "planned_towns": (4_000, "n, 'Town ' || (n % 50)"),
    "planned_houses": (
        20_000,
        "n, 'Street ' || (n % 40), 'red', n % 3 = 0, CASE WHEN n % 100 > 0 THEN n % 3500 + 1 END",
    ),
}
OUTER = select().select_from(House).outerjoin(House.town)
KEY = ColumnDT(House.id, mData="id")
TOWN = ColumnDT(Town.name, mData="town", options=True)
STREET = ColumnDT(House.street, mData="street", options=True)
SOLD = ColumnDT(House.sold, mData="sold", options=True)
COLOR = ColumnDT(House.color, mData="color", options=True)


@pytest.fixture(scope="module")
def streets(own_database: str) -> Iterator[Engine]:
    """Give an engine on towns and houses enough that an index pays."""
    with disposing(create_engine(own_database)) as engine:
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            for table, (count, values) in ROWS.items():
                rows = f"{NUMBERS.format(count)} SELECT {values} FROM numbers"  # noqa: S608 - ours
                connection.execute(text(f"INSERT INTO {table} {rows}"))
            connection.execute(text("ANALYZE"))
        yield engine


@pytest.fixture
def own(streets: Engine) -> Iterator[Engine]:
    """Give an engine that knows nothing of the database's indexes yet."""
    with disposing(create_engine(streets.url)) as engine:
        yield engine


@pytest.fixture(params=["transactions", "autocommit"])
def either(request: pytest.FixtureRequest, own: Engine) -> Engine:
    """Give that engine, or one whose every statement is a transaction."""
    autocommit = request.param == "autocommit"
    return own.execution_options(isolation_level="AUTOCOMMIT") if autocommit else own


class Drawn:
    """The values that a draw offered, and the statements it sent to read them."""

    def __init__(
        self,
        bind: Engine | Connection,
        *columns: ColumnDT,
        query: Select[Any] = OUTER,
        tuning: Tuning | None = None,
    ) -> None:
        self.bind = bind
        self.sent: list[tuple[str, Any]] = []
        declared = [KEY, *columns]
        asked = {"draw": 2, "length": 1, "columns": [{"data": one.mData} for one in declared]}
        limits = Limits(max_options=next(UNASKED))  # so that nothing is remembered but the schema
        event.listen(bind.engine, "before_cursor_execute", self._note)
        with Session(bind) as session:
            answer = DataTables(
                asked, query, declared, session=session, limits=limits, tuning=tuning or Tuning()
            ).output_result()
        event.remove(bind.engine, "before_cursor_execute", self._note)
        lists = answer["columnControl"]
        self.values = {name: [one["value"] for one in some] for name, some in lists.items()}

    def _note(self, *call: Any) -> None:
        self.sent.append((call[2], call[3]))

    @property
    def legs(self) -> list[tuple[str, Any]]:
        """The statements that read values; one is asked again where somebody commits meanwhile."""
        read = [one for one in self.sent if "serverside_leg" in one[0]]
        read = [one for one in read if "EXPLAIN" not in one[0]]
        return list({sql: (sql, parameters) for sql, parameters in read}.values())

    @property
    def steps(self) -> bool:
        """Tell whether an index is stepped along."""
        return "RECURSIVE" in self.legs[-1][0]

    def plan(self) -> list[str]:
        """Return what the database did, without what it left undone."""
        sql, parameters = self.legs[-1]
        with self.bind.engine.connect() as connection:
            command = dialect_for(connection).explain
            rows = connection.exec_driver_sql(f"{command} {sql}", parameters).all()
        lines = [str(row[-1]) for row in rows]
        return [line for line in lines if "never executed" not in line]

    def work(self) -> int:
        """Return how many rows PostgreSQL looked at, or how many steps SQLite's machine took."""
        sql, parameters = self.legs[-1]
        with self.bind.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                plan = "\n".join(self.plan())
                scans = re.findall(r"Scan.* on planned.*rows=(\d+) loops=(\d+)", plan)
                removed = re.findall(r"Removed by Filter: (\d+)", plan)
                return sum(int(r) * int(n) for r, n in scans) + sum(map(int, removed))
            driver: Any = connection.connection.driver_connection
            ticks: list[int] = []
            driver.set_progress_handler(lambda: ticks.append(1), 10)
            connection.exec_driver_sql(sql, parameters).all()
            driver.set_progress_handler(None, 0)
            return len(ticks) * 10


NAMES = sorted(f"Town {n}" for n in range(50))
STREETS = sorted(f"Street {n}" for n in range(40))
OFF = Tuning(loose_scan=False)
MOST = {"sqlite": 40_000, "postgresql": 5_000}  # of 20,000 rows, each of which takes many steps
SCOPES = {
    "all": OUTER,
    "inner": select().select_from(House).join(House.town),
    "most": OUTER.where(House.id > 500),
    "sold": OUTER.where(House.sold),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("columns", [(TOWN,), (STREET,), (TOWN, STREET)], ids=len)
def test_few_rows_are_read(streets: Engine, scope: str, columns: tuple[ColumnDT, ...]) -> None:
    on, off = (Drawn(streets, *columns, query=SCOPES[scope], tuning=t) for t in (None, OFF))
    assert on.values == off.values
    assert on.steps
    assert not off.steps
    assert on.work() < MOST[streets.dialect.name]
    assert len(on.legs) == len(off.legs) == 1


def test_the_indexes_are_searched(streets: Engine) -> None:
    drawn = Drawn(streets, TOWN)
    plan = "\n".join(drawn.plan())
    assert drawn.values == {"town": [*NAMES, ""]}
    if streets.dialect.name == "sqlite":
        for condition in ("name>?", "name=?"):
            assert f"USING COVERING INDEX ix_planned_towns_name ({condition})" in plan
        assert "USING COVERING INDEX ix_planned_houses_town_id (town_id=?)" in plan
        return
    assert re.search(r"ix_planned_towns_name .*\n.*Index Cond: .*>", plan)
    assert re.search(r"ix_planned_houses_town_id .*\n.*Index Cond: \(town_id =", plan)


def test_a_boolean_needs_no_index(streets: Engine) -> None:
    drawn = Drawn(streets, SOLD)
    assert drawn.values == {"sold": [False, True]}
    assert drawn.work() < Drawn(streets, SOLD, tuning=OFF).work() / 3


def test_a_column_without_an_index_is_read_as_before(own: Engine) -> None:
    assert not Drawn(own, COLOR).steps
    drawn = Drawn(own, COLOR, TOWN)
    assert drawn.steps
    assert len(drawn.legs) == 1
    assert drawn.values == {"color": ["red"], "town": [*NAMES, ""]}


@pytest.mark.parametrize(("place", "column"), [(0, TOWN), (1, TOWN), (2, STREET)])
def test_the_database_is_asked_for_the_index_and_not_the_model(
    own: Engine, place: int, column: ColumnDT
) -> None:
    wanted = Drawn(own, column).values
    catalogue.forget(own)
    INDEXES[place].drop(own)
    try:
        drawn = Drawn(own, column)
        sentences = explained(own, column).missing
    finally:
        INDEXES[place].create(own)
    assert not drawn.steps
    assert drawn.values == wanted
    line = (
        'Index("ix_planned_towns_name", Town.name)',
        'Index("ix_planned_houses_town_id", House.town_id)',
        'Index("ix_planned_houses_street", House.street)',
    )[place]
    assert sentences == [
        f"The values to pick are read from all rows; write beside its model: {line}"
    ]


def explained(engine: Engine, *columns: ColumnDT) -> Explanation:
    asked = {"draw": 1, "length": 1, "columns": [{"data": one.mData} for one in (KEY, *columns)]}
    with Session(engine) as session:
        return explain(lambda: DataTables(asked, OUTER, [KEY, *columns], session=session), session)


def test_an_explanation_lacks_nothing_and_shows_no_asking(own: Engine) -> None:
    found = explained(own, TOWN, STREET, SOLD)
    assert found.missing == []
    assert not any("EXPLAIN" in step.sql for step in found.steps)


OTHER_ORDERS = {
    "postgresql": "CREATE INDEX ix_planned_other ON planned_houses (color) WHERE id < 100",
    "sqlite": "CREATE INDEX ix_planned_other ON planned_houses (color COLLATE NOCASE)",
}


def test_an_index_of_another_order_or_of_some_rows_is_none(own: Engine) -> None:
    with own.begin() as connection:
        connection.execute(text(OTHER_ORDERS[own.dialect.name]))
    try:
        assert not Drawn(own, COLOR).steps
    finally:
        with own.begin() as connection:
            connection.execute(text("DROP INDEX ix_planned_other"))


def test_the_database_is_asked_once_for_a_while(either: Engine) -> None:
    first, second = Drawn(either, TOWN), Drawn(either, TOWN)
    assert any("EXPLAIN" in sql for sql, _ in first.sent)
    assert not any("EXPLAIN" in sql for sql, _ in second.sent)


@pytest.mark.parametrize("begun", [True, False])
def test_a_draw_does_not_fail_for_want_of_a_plan(
    either: Engine, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sqlite, postgresql):
        monkeypatch.setattr(module, "selected", lambda *_: "SELECT nonsense FROM nowhere")
    with either.connect() as connection:
        if begun:
            connection.execute(text("SELECT 1"))
        drawn = Drawn(connection, TOWN)
        assert drawn.values == {"town": [*NAMES, ""]}
        assert not drawn.steps
        assert connection.scalar(select(House.id).limit(1)) is not None


def test_other_schemas_have_other_indexes(own: Engine) -> None:
    with own.connect().execution_options(schema_translate_map={"x": "y"}) as connection:
        assert not Drawn(connection, TOWN).steps
