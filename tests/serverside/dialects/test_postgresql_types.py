"""Types that only PostgreSQL has: found by what their cells show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from app.serverside.columns.json_value import json_value
from tests.conftest import postgres_database
from tests.serverside.asking import criterion, group


class Year(sa.types.UserDefinedType[Any]):
    """A domain that SQLAlchemy knows nothing of."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "rare_year"


class Word(Year):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "rare_word"


class Point(Year):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "point"


class Loud(sa.types.UserDefinedType[str]):
    """A type whose values the database itself makes ready to be shown."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "text"

    def column_expression(self, column: Any) -> Any:
        return sa.func.upper(column)


metadata = sa.MetaData()
RARE = sa.Table(
    "rare_types",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("fixed", sa.CHAR(10)),
    sa.Column("year", Year()),
    sa.Column("domain", pg.DOMAIN("rare_year", sa.Integer(), create_type=False)),
    sa.Column("word", Word()),
    sa.Column("any_case", pg.CITEXT()),
    sa.Column("collated", sa.Text(collation="rare_collation")),
    sa.Column("address", pg.INET()),
    sa.Column("network", pg.CIDR()),
    sa.Column("hardware", pg.MACADDR()),
    sa.Column("texts", pg.ARRAY(sa.Text())),
    sa.Column("numbers", pg.ARRAY(sa.Integer())),
    sa.Column("bits", pg.BIT(3)),
    sa.Column("vector", pg.TSVECTOR()),
    sa.Column("span", pg.INT4RANGE()),
    sa.Column("days", pg.DATERANGE()),
    sa.Column("lasts", pg.INTERVAL()),
    sa.Column("money", pg.MONEY()),
    sa.Column("oid", pg.OID()),
    sa.Column("point", Point()),
    sa.Column("loud", Loud()),
    sa.Column("moments", pg.TSRANGE()),
)


def _row(n: int) -> dict[str, Any]:
    word = ["FOOD", "Food", "drink", "a b", "Zoé"][n % 5]
    return {
        "id": n, "fixed": word, "year": [9, 10, 2024, 100][n % 4], "domain": [9, 10, 100][n % 3],
        "word": word, "any_case": word, "collated": word, "address": f"10.0.0.{n % 7}/{24 + n % 9}",
        "network": f"10.{n}.0.0/16", "hardware": f"08:00:2b:01:02:{n:02x}",
        "texts": [word, None, str(n)], "numbers": [n, n * 10], "bits": f"{n % 8:03b}",
        "vector": f"{word.lower()} x{n}", "span": pg.Range(n, n + 5),
        "days": pg.Range(date(2024, 1, 1 + n), None), "lasts": timedelta(minutes=n * 7 % 11),
        "money": f"{n * 7 % 11}.50", "oid": n * 7 % 11, "point": f"({n * 7 % 11},1)", "loud": word,
        "moments": None,
    }  # fmt: skip


ROWS = [*map(_row, range(1, 21)), dict.fromkeys(RARE.c.keys()) | {"id": 21}]
MADE = (
    "CREATE DOMAIN rare_year AS integer CHECK (VALUE > 0)",
    "CREATE DOMAIN rare_word AS text",
    "CREATE EXTENSION citext",
    (
        "CREATE COLLATION rare_collation "
        "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
    ),
)
ID = ColumnDT(RARE.c.id, mData="id")
COLUMNS = {c.name: ColumnDT(c, mData=c.name, options=True) for c in RARE.c}


@pytest.fixture(scope="module")
def rare(postgres_url: str) -> Iterator[Engine]:
    with postgres_database(postgres_url) as url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            for statement in MADE:
                connection.exec_driver_sql(statement)
            metadata.create_all(connection)
            connection.execute(sa.insert(RARE), ROWS)
        yield engine
        engine.dispose()


def draw(engine: Engine, name: str, **parts: Any) -> dict[str, Any]:
    listed = [{"data": "id"}, {"data": name, **parts.pop("own", {})}]
    request = {"draw": 1, "start": 0, "length": 50, "columns": listed, **parts}
    with Session(engine) as session:
        query = select().select_from(RARE)
        columns = [ID, COLUMNS[name]]
        return DataTables(request, query, columns, True, session=session).output_result()


def found(engine: Engine, name: str, **parts: Any) -> list[int]:
    return [row["id"] for row in draw(engine, name, **parts)["data"]]


def shown(engine: Engine, name: str) -> dict[int, Any]:
    """Return what a session's own SELECT shows, as JSON has it."""
    with engine.connect() as connection:
        rows = connection.execute(select(RARE.c.id, RARE.c[name]).order_by(RARE.c.id)).all()
    return {key: json_value(cell) for key, cell in rows}


def text_of(cell: Any) -> str:
    """Write a cell as a browser does."""
    if isinstance(cell, list):
        return ",".join("" if item is None else str(item) for item in cell)
    return str(cell).removesuffix(".0")


EVERY = [name for name in COLUMNS if name not in ("id", "moments")]


@pytest.mark.parametrize("name", EVERY)
def test_what_is_shown_is_found_and_offered(rare: Engine, name: str) -> None:
    cells = shown(rare, name)
    assert {row["id"]: row[name] for row in draw(rare, name)["data"]} == cells
    texts = {key: text_of(cell) for key, cell in cells.items() if cell is not None}
    for text in list(dict.fromkeys(texts.values()))[:6]:
        expected = [key for key, other in texts.items() if other == text]
        built = group(criterion(name, "=", text))
        assert found(rare, name, searchBuilder=built) == expected, text
        assert found(rare, name, own={"columnControl": {"list": [text]}}) == expected
        whole = found(rare, name, own={"search": {"value": f'"{text.rstrip()}"'}})
        assert set(whole) >= set(expected)
    offered = {text_of(choice["value"]) for choice in draw(rare, name)["columnControl"][name]}
    assert offered == {text.rstrip() for text in texts.values()} | {""}


@pytest.mark.parametrize("name", [*EVERY, "moments"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_any_type_can_be_ordered(rare: Engine, name: str, direction: str) -> None:
    answer = draw(rare, name, order=[{"column": 1, "dir": direction}])
    ids = [row["id"] for row in answer["data"]]
    assert sorted(ids) == [row["id"] for row in ROWS]
    assert name == "moments" or ids[-1] == 21
    page = found(rare, name, order=[{"column": 1, "dir": direction}], start=5, length=9)
    assert page == ids[5:14]


@pytest.mark.parametrize("name", ["year", "domain", "lasts", "oid", "bits", "network"])
def test_the_order_is_that_of_the_values(rare: Engine, name: str) -> None:
    cells = shown(rare, name)
    numbers = {key: cell for key, cell in cells.items() if cell is not None}
    if name == "network":
        numbers = {key: int(cell.split(".")[1]) for key, cell in numbers.items()}
    expected = sorted(numbers, key=lambda key: (numbers[key], key))
    assert found(rare, name, order=[{"column": 1, "dir": "asc"}]) == [*expected, 21]


@pytest.mark.parametrize("name", ["year", "domain", "lasts"])
def test_domains_and_spans_of_time_are_compared_as_numbers(rare: Engine, name: str) -> None:
    cells = shown(rare, name)
    bound = Decimal(10) if name != "lasts" else Decimal(240)
    expected = [key for key, cell in cells.items() if cell is not None and Decimal(cell) > bound]
    found_ = found(rare, name, searchBuilder=group(criterion(name, ">", str(bound))))
    assert found_ == expected


@pytest.mark.parametrize("text", ["FOOD", "FOOD      ", "FOOD  "])
def test_blanks_at_the_end_of_a_fixed_width_do_not_count(rare: Engine, text: str) -> None:
    expected = [row["id"] for row in ROWS if row["fixed"] == "FOOD"]
    assert found(rare, "fixed", searchBuilder=group(criterion("fixed", "=", text))) == expected
    assert found(rare, "fixed", own={"columnControl": {"list": [text]}}) == expected
    either = [row["id"] for row in ROWS if str(row["fixed"]).lower() == "food"]
    equal = {"search": {"logic": "equal", "value": text}}
    assert found(rare, "fixed", own={"columnControl": equal}) == either
    ends = group(criterion("fixed", "ends", text[1:]))
    assert found(rare, "fixed", searchBuilder=ends) == either


@pytest.mark.parametrize("name", ["fixed", "any_case", "collated", "word"])
def test_exactly_equal_minds_the_case_whatever_the_type_says(rare: Engine, name: str) -> None:
    expected = [row["id"] for row in ROWS if row[name] == "Food"]
    assert found(rare, name, searchBuilder=group(criterion(name, "=", "Food"))) == expected
    either = [row["id"] for row in ROWS if str(row[name]).lower() == "food"]
    assert found(rare, name, search={"value": "fOOD"}) == either


def test_what_has_no_text_says_so(rare: Engine) -> None:
    answer = draw(rare, "moments", own={"search": {"value": "2024"}})
    assert (answer["data"], len(answer["notices"])) == ([], 1)
    assert found(rare, "moments", search={"value": "5"}) == [5]
