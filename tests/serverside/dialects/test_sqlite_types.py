"""What only SQLite has: texts as dates in any format, collations, columns without a type."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from app.serverside.columns.json_value import json_value
from tests.serverside.asking import criterion, group

pytestmark = pytest.mark.filterwarnings("ignore:Dialect sqlite.pysqlite does .not. support Decimal")

COMPACT = sqlite.DATETIME(
    storage_format="%(year)04d%(month)02d%(day)02d%(hour)02d%(minute)02d%(second)02d",
    regexp=r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})",
)
BACKWARDS = sqlite.DATE(
    storage_format="%(day)02d.%(month)02d.%(year)04d",
    regexp=r"(?P<day>\d+)\.(?P<month>\d+)\.(?P<year>\d+)",
)


class Bare(sa.types.UserDefinedType[Any]):
    """A type that says nothing."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return ""


metadata = sa.MetaData()
LITE = sa.Table(
    "lite_types",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("compact", COMPACT),
    sa.Column("backwards", BACKWARDS),
    sa.Column("word", sa.Text(collation="NOCASE")),
    sa.Column("bare", Bare()),
    sa.Column("price", sa.Numeric(12, 2)),
)
START = datetime.fromisoformat("2023-11-20T01:02:03")
BARE = [2, 10, "b", "A", 9.5, None, "a", 100, -1, "10"]
ROWS = [
    {
        "id": n, "compact": START + timedelta(days=17 * n, seconds=n),
        "backwards": (START + timedelta(days=17 * n)).date(), "word": ["Foo", "foo", "bar"][n % 3],
        "bare": BARE[n], "price": Decimal(n) / 8,
    }
    for n in range(10)
]  # fmt: skip
COLUMNS = [ColumnDT(c, mData=c.name, options=True) for c in LITE.c]


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("lite")
    engine = sa.create_engine(f"sqlite:///{path / 'lite.sqlite3'}")
    with engine.begin() as connection:
        metadata.create_all(connection)
        plain = sa.table("lite_types", *(sa.column(c.name) for c in LITE.c))
        for row in ROWS:
            held = {name: cell for name, cell in row.items() if name not in ("price", "bare")}
            connection.execute(sa.insert(LITE), held)
            noisy = {"price": float(row["price"]) * 1.1, "bare": row["bare"]}
            connection.execute(sa.update(plain).where(plain.c.id == row["id"]).values(**noisy))
    yield engine
    engine.dispose()


@pytest.fixture
def shown(lite: Engine) -> list[dict[str, Any]]:
    return draw(lite)["data"]


def draw(engine: Engine, **parts: Any) -> dict[str, Any]:
    listed = parts.pop("columns", [{"data": c.mData} for c in COLUMNS])
    request = {"draw": 1, "start": 0, "length": 50, "columns": listed, **parts}
    with Session(engine) as session:
        query = select().select_from(LITE)
        return DataTables(request, query, COLUMNS, session=session).output_result()


def found(engine: Engine, *criteria: Any) -> list[int]:
    return [row["id"] for row in draw(engine, searchBuilder=group(*criteria))["data"]]


def test_cells_are_what_the_types_show(shown: list[dict[str, Any]]) -> None:
    for name in ("compact", "backwards"):
        assert [row[name] for row in shown] == [json_value(row[name]) for row in ROWS]


@pytest.mark.parametrize("span", ["2024", "2024-02", "2023-12-07", "2024-01-10T01:02:06"])
def test_dates_in_a_format_of_ones_own(lite: Engine, span: str) -> None:
    texts = [row["compact"].isoformat() for row in ROWS]
    within = [n for n, text in enumerate(texts) if text.startswith(span)]
    after = [n for n, text in enumerate(texts) if text[: len(span)] > span]
    assert found(lite, criterion("compact", "=", span)) == within
    assert found(lite, criterion("compact", ">", span)) == after
    assert within


def test_dates_whose_format_has_no_order(lite: Engine) -> None:
    assert found(lite, criterion("backwards", "=", "2024-01-10")) == [3]
    answer = draw(lite, searchBuilder=group(criterion("backwards", ">", "2024-01-10")))
    assert len(answer["notices"]) == 1


def test_a_collation_makes_no_texts_equal(lite: Engine) -> None:
    assert found(lite, criterion("word", "=", "foo")) == [1, 4, 7]
    offered = [choice["value"] for choice in draw(lite)["columnControl"]["word"]]
    assert offered == ["bar", "Foo", "foo"]


def test_values_without_a_type_are_in_the_order_that_sqlite_has(lite: Engine) -> None:
    number = [c.mData for c in COLUMNS].index("bare")
    answer = draw(lite, order=[{"column": number, "dir": "asc"}])
    shown = [row["bare"] for row in answer["data"]]
    assert shown == [-1, 2, 9.5, 10, 100, "10", "A", "a", "b", None]
    pages = [
        draw(lite, order=[{"column": number, "dir": "asc"}], start=start, length=3)["data"]
        for start in (0, 3, 6, 9)
    ]
    assert [row["bare"] for page in pages for row in page] == shown


def test_noise_that_is_not_shown_does_not_count(lite: Engine, shown: list[dict[str, Any]]) -> None:
    for price in {row["price"] for row in shown}:
        for operator, test in (("=", float.__eq__), ("<=", float.__le__), (">", float.__gt__)):
            expected = [row["id"] for row in shown if test(row["price"], price)]
            assert found(lite, criterion("price", operator, str(price))) == expected
    offered = [choice["value"] for choice in draw(lite)["columnControl"]["price"]]
    assert offered == sorted({row["price"] for row in shown})
