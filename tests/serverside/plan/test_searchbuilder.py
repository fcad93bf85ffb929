"""SearchBuilder's conditions: https://datatables.net/extensions/searchbuilder/serverside."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.serverside.asking import Row, built, criterion, everyone, group, those
from tests.serverside.tables import PEOPLE, STAFF
from tests.serverside.tables.things import KEY, ThingsBase, load_things, things


def office(row: Row) -> str:
    return row["office"] or ""


@pytest.mark.parametrize(
    ("condition", "value", "test"),
    [
        ("=", "Engineer", lambda row: row["position"] == "Engineer"),
        ("!=", "Engineer", lambda row: row["position"] != "Engineer"),
        ("starts", "zoe", lambda row: row["position"].startswith("Zoë")),
        ("!starts", "ZOË", lambda row: not row["position"].startswith("Zoë")),
        ("contains", "ENG", lambda row: "eng" in row["position"].lower()),
        ("!contains", "eng", lambda row: "eng" not in row["position"].lower()),
        ("without", "eng", lambda row: "eng" not in row["position"].lower()),
        ("ends", "ER", lambda row: row["position"].endswith("er")),
        ("!ends", "er", lambda row: not row["position"].endswith("er")),
        ("contains", "50%_", lambda row: "50%_" in row["position"]),
    ],
)
def test_text_conditions(
    tables: Engine, condition: str, value: str, test: Callable[[Row], bool]
) -> None:
    assert built(tables, criterion("position", condition, value)) == those(STAFF, test)


@pytest.mark.parametrize(
    ("condition", "test"),
    [
        ("!=", lambda row: office(row) != "London"),
        ("!contains", lambda row: "London" not in office(row)),
        ("!starts", lambda row: not office(row).startswith("London")),
        ("!ends", lambda row: not office(row).endswith("London")),
    ],
)
def test_negations_match_rows_without_a_value(
    tables: Engine, condition: str, test: Callable[[Row], bool]
) -> None:
    assert any(row["office"] is None for row in STAFF.rows)
    assert built(tables, criterion("office", condition, "London")) == those(STAFF, test)


@pytest.mark.parametrize(
    ("condition", "values", "test"),
    [
        ("=", ["1250.50"], lambda n: n == Decimal("1250.5")),
        ("!=", ["1250.5"], lambda n: n != Decimal("1250.5")),
        ("<", ["1250.50"], lambda n: n is not None and n < Decimal("1250.5")),
        ("<=", ["1250.50"], lambda n: n is not None and n <= Decimal("1250.5")),
        (">", ["1250.50"], lambda n: n is not None and n > Decimal("1250.5")),
        (">=", ["1250.50"], lambda n: n is not None and n >= Decimal("1250.5")),
        ("between", ["45", "1250.50"], lambda n: n is not None and 45 <= n <= Decimal("1250.5")),
        ("between", ["1250.50", "45"], lambda n: n is not None and 45 <= n <= Decimal("1250.5")),
        ("!between", ["45", "1250.5"], lambda n: n is None or not 45 <= n <= Decimal("1250.5")),
    ],
)
def test_number_conditions(
    tables: Engine, condition: str, values: list[str], test: Callable[[Any], bool]
) -> None:
    rows = those(STAFF, lambda row: test(row["salary"]))
    assert built(tables, criterion("salary", condition, *values)) == rows


DAY = dt.date(2012, 3, 29)


@pytest.mark.parametrize(
    ("condition", "values", "test"),
    [
        ("=", ["2012-03-29"], lambda day: day == DAY),
        ("!=", ["2012-03-29"], lambda day: day != DAY),
        ("<", ["2012-03-29"], lambda day: day is not None and day < DAY),
        ("<=", ["2012-03-29"], lambda day: day is not None and day <= DAY),
        (">", ["2012-03-29 00:00:00"], lambda day: day is not None and day > DAY),
        (">=", ["2012-03-29"], lambda day: day is not None and day >= DAY),
        ("between", ["2012-03-29", "2018"], lambda day: day and DAY <= day < dt.date(2019, 1, 1)),
        ("between", ["2018", "2012-03-29"], lambda day: day and DAY <= day < dt.date(2019, 1, 1)),
        ("!between", ["2012-03", "2018"], lambda day: not day or not 2011 < day.year < 2019),
    ],
)
def test_date_conditions(
    tables: Engine, condition: str, values: list[str], test: Callable[[Any], bool]
) -> None:
    rows = those(STAFF, lambda row: test(row["start_date"]))
    assert built(tables, criterion("start_date", condition, *values)) == rows


def test_a_day_means_the_whole_day_of_a_date_time(tables: Engine) -> None:
    day = dt.date(2024, 2, 29)
    rows = those(PEOPLE, lambda row: row["seen"] is not None and row["seen"].date() == day)
    assert built(tables, criterion("seen", "=", "2024-02-29"), table=PEOPLE) == rows


def test_a_range_up_to_the_last_year_has_no_end(tables: Engine) -> None:
    rows = those(PEOPLE, lambda row: row["born"] is not None and row["born"].year >= 2024)
    assert built(tables, criterion("born", "between", "2024", "9999"), table=PEOPLE) == rows


@pytest.mark.parametrize("data", ["office", "age", "start_date"])
def test_null_is_no_value_or_empty_text(tables: Engine, data: str) -> None:
    empty = those(STAFF, lambda row: row[data] in (None, ""))
    assert built(tables, criterion(data, "null")) == empty
    filled = [key for key in everyone(STAFF) if key not in empty]
    assert built(tables, criterion(data, "!null", "ignored")) == filled


def test_booleans_are_true_or_false(tables: Engine) -> None:
    rows = those(PEOPLE, lambda row: row["active"] is True)
    assert built(tables, criterion("active", "=", "true"), table=PEOPLE) == rows
    rows = those(PEOPLE, lambda row: row["active"] is not True)
    assert built(tables, criterion("active", "!=", "TRUE"), table=PEOPLE) == rows


# The rarer kinds of columns


@pytest.fixture(scope="module")
def rare(engine: Engine) -> Iterator[Engine]:
    load_things(engine)
    yield engine
    ThingsBase.metadata.drop_all(engine)


@pytest.mark.parametrize(
    ("part", "ids"),
    [
        (criterion("colour", "=", "Green"), [2]),
        (criterion("colour", "=", "green"), []),
        (criterion("colour", "!=", "Green"), [1, 3]),
        (criterion("colour", "starts", "DARK"), [1]),
        (criterion("colour", "!contains", "e"), [3]),
        (criterion("colour", "null"), [3]),
        (criterion("key", "=", str(KEY).upper()), [1]),
        (criterion("key", "!=", str(KEY)), [2, 3]),
        (criterion("opens", "null"), [2]),
        (criterion("opens", "=", "09:00:00"), [1]),
        (criterion("opens", "starts", "1"), [3]),
    ],
)
def test_enums_by_label_and_other_kinds(rare: Engine, part: Any, ids: list[int]) -> None:
    assert things(rare, searchBuilder=group(part)) == (ids, [])


@pytest.mark.parametrize(
    ("part", "ids", "words"),
    [
        (criterion("key", "!=", "123"), [], "is not a UUID"),
        (criterion("opens", "<", "09:00:00"), [1, 2, 3], "left out"),
        (criterion("secret", "=", "a"), [1, 2, 3], "left out"),
    ],
)
def test_notices_of_the_rarer_kinds(rare: Engine, part: Any, ids: list[int], words: str) -> None:
    keys, (notice,) = things(rare, searchBuilder=group(part))
    assert keys == ids
    assert words in notice
