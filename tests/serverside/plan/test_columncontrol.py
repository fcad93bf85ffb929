"""ColumnControl: https://datatables.net/extensions/columncontrol/server-side, one clause a test."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from app.serverside import Limits
from tests import kinds
from tests.serverside.asking import (
    Row,
    control,
    everyone,
    found,
    noticed,
    refused,
    those,
    typed,
)
from tests.serverside.oracle.fold import fold
from tests.serverside.tables import PEOPLE, STAFF, Table
from tests.serverside.tables.things import KEY, ThingsBase, load_things, things


def listed(engine: Engine, data: str, entries: Any, table: Table = STAFF) -> list[int]:
    return found(table, engine, columns=control(table, data, entries))


@pytest.mark.parametrize(
    ("logic", "value", "test"),
    [
        ("contains", "tokar ZOE", lambda name: name == "Zoë Tokar"),
        ("contains", "o !york", lambda name: "o" in fold(name) and "york" not in fold(name)),
        ("notContains", "N C", lambda name: "n c" not in fold(name)),
        ("starts", "zoe ", lambda name: name.startswith("Zoë ")),
        ("ends", "MULLER", lambda name: name.endswith("Müller")),
        ("equal", "ASA li", lambda name: name == "Åsa Li"),
        ("notEqual", "asa li", lambda name: name != "Åsa Li"),
    ],
)
def test_text_logic(tables: Engine, logic: str, value: str, test: Callable[[str], bool]) -> None:
    assert typed(tables, "name", logic, value) == those(STAFF, lambda row: test(row["name"]))


@pytest.mark.parametrize(
    ("logic", "test"),
    [
        ("equal", lambda age: age == 45),
        ("notEqual", lambda age: age != 45),
        ("less", lambda age: age is not None and age < 45),
        ("lessOrEqual", lambda age: age is not None and age <= 45),
        ("greater", lambda age: age is not None and age > 45),
        ("greaterOrEqual", lambda age: age is not None and age >= 45),
    ],
)
def test_number_logic(tables: Engine, logic: str, test: Callable[[Any], bool]) -> None:
    rows = those(STAFF, lambda row: test(row["age"]))
    assert typed(tables, "age", logic, " 45.0 ") == rows


@pytest.mark.parametrize("value", ["2012-03-29", "2012-03-29T00:00:00.000Z"])
@pytest.mark.parametrize(
    ("logic", "test"),
    [
        ("equal", lambda day: day == dt.date(2012, 3, 29)),
        ("notEqual", lambda day: day != dt.date(2012, 3, 29)),
        ("less", lambda day: day is not None and day < dt.date(2012, 3, 29)),
        ("greater", lambda day: day is not None and day > dt.date(2012, 3, 29)),
    ],
)
def test_date_logic(tables: Engine, logic: str, value: str, test: Callable[[Any], bool]) -> None:
    rows = those(STAFF, lambda row: test(row["start_date"]))
    assert typed(tables, "start_date", logic, value) == rows
    assert typed(tables, "start_date", logic, value, mask="YYYY-MM-DD") == rows


@pytest.mark.parametrize("data", ["office", "age", "start_date"])
def test_empty_needs_no_value(tables: Engine, data: str) -> None:
    empty = those(STAFF, lambda row: row[data] in (None, ""))
    assert typed(tables, data, "empty", "London") == empty
    filled = [key for key in everyone(STAFF) if key not in empty]
    assert typed(tables, data, "notEmpty", "") == filled


@pytest.mark.parametrize(
    ("data", "logic", "value"),
    [
        ("name", "contains", ""), ("name", "equal", "  "), ("age", "equal", ""),
        ("start_date", "less", ""), ("name", "includes", "x"), ("name", "", "x"),
    ],
)  # fmt: skip
def test_an_empty_value_or_unknown_logic_filters_nothing(
    tables: Engine, data: str, logic: str, value: str
) -> None:
    assert typed(tables, data, logic, value) == everyone(STAFF)


@pytest.mark.parametrize(
    ("data", "logic", "value"),
    [("age", "equal", "12abc"), ("age", "notEqual", "1,5"), ("start_date", "notEqual", "202")],
)
def test_a_value_that_does_not_parse_matches_nothing(
    tables: Engine, data: str, logic: str, value: str
) -> None:
    columns = control(STAFF, data, logic=logic, value=value)
    assert found(STAFF, tables, columns=columns) == []
    (notice,) = noticed(STAFF, tables, columns=columns)
    assert "[columnControl][search][value] matches nothing" in notice


def test_the_declaration_decides_what_is_searched(tables: Engine) -> None:
    columns = control(STAFF, "age", searchable=False, logic="equal", value="45")
    assert found(STAFF, tables, columns=columns) == those(STAFF, lambda row: row["age"] == 45)
    unsearched = control(PEOPLE, "place.country", ["UK"], logic="equal", value="UK")
    assert found(PEOPLE, tables, columns=unsearched) == everyone(PEOPLE)


def test_words_read_a_column_as_its_column_search_does(tables: Engine) -> None:
    assert typed(tables, "age", "contains", "45") == those(STAFF, lambda row: row["age"] == 45)
    rows = those(STAFF, lambda row: row["age"] != 45)
    assert typed(tables, "age", "notContains", "45") == rows


def test_logic_that_a_column_does_not_know_is_left_out_with_a_notice(tables: Engine) -> None:
    for data, logic in (("age", "starts"), ("name", "greater")):
        columns = control(STAFF, data, logic=logic, value="4")
        assert found(STAFF, tables, columns=columns) == everyone(STAFF)
        (notice,) = noticed(STAFF, tables, columns=columns)
        assert logic in notice


# Lists


@pytest.mark.parametrize(
    ("data", "entries", "test"),
    [
        ("office", {"0": "London", "1": "tokyo"}, lambda row: row["office"] == "London"),
        ("office", {"0": "London", "1": None}, lambda row: row["office"] in ("London", "", None)),
        ("office", ["", "Tokyo"], lambda row: row["office"] in ("Tokyo", "", None)),
        ("age", ["30", "45.0", "9" * 30], lambda row: row["age"] in (30, 45)),
        ("age", ["0", ""], lambda row: row["age"] in (0, None)),
        ("salary", ["4.5e1", "1250.5"], lambda row: row["salary"] in (45, 1250.5)),
        ("start_date", ["2012-03-29"], lambda row: row["start_date"] == dt.date(2012, 3, 29)),
    ],
)
def test_a_list_is_membership(
    tables: Engine, data: str, entries: Any, test: Callable[[Row], bool]
) -> None:
    assert listed(tables, data, entries) == those(STAFF, test)


def test_lists_of_booleans(tables: Engine) -> None:
    rows = those(PEOPLE, lambda row: row["active"] is not False)
    assert listed(tables, "active", ["true", ""], PEOPLE) == rows


def test_input_and_list_of_a_column_must_both_hold(tables: Engine) -> None:
    columns = control(STAFF, "age", ["30", "45"], logic="greater", value="40")
    assert found(STAFF, tables, columns=columns) == those(STAFF, lambda row: row["age"] == 45)


def test_an_entry_that_does_not_parse_matches_nothing(tables: Engine) -> None:
    columns = control(STAFF, "age", ["x", "30"])
    assert found(STAFF, tables, columns=columns) == those(STAFF, lambda row: row["age"] == 30)
    assert noticed(STAFF, tables, columns=columns)
    assert listed(tables, "age", ["x"]) == []
    assert listed(tables, "office", ["a\0"]) == []


@pytest.mark.parametrize(
    "data", ["age", "name", *(pytest.param(n, marks=kinds.costly) for n in ("born", "seen"))]
)
def test_a_list_may_be_as_long_as_the_limit(tables: Engine, data: str) -> None:
    first = dt.date(2022, 1, 1)
    days = [(first + dt.timedelta(days=n)).isoformat() for n in range(1000)]
    entries = days if data in ("born", "seen") else [*map(str, range(2000, 2999)), "Bob"]
    assert 0 < len(listed(tables, data, entries, PEOPLE)) < len(PEOPLE.rows)


def test_a_longer_list_is_a_bad_request() -> None:
    columns = control(STAFF, "office", ["a", "b", "c"])
    parameter = refused(STAFF, Limits(max_values=2), columns=columns)
    assert parameter == "columns[3][columnControl][list]"


# The rarer kinds of columns


@pytest.fixture(scope="module")
def rare(engine: Engine) -> Iterator[Engine]:
    load_things(engine)
    yield engine
    ThingsBase.metadata.drop_all(engine)


@pytest.mark.parametrize(
    ("data", "asked", "ids"),
    [
        ("colour", {"search": {"logic": "equal", "value": "DARK RED"}}, [1]),
        ("colour", {"search": {"logic": "notContains", "value": "r"}}, [3]),
        ("colour", {"search": {"logic": "contains", "value": "RED dark"}}, [1]),
        ("colour", {"list": {"0": "Green", "1": ""}}, [2, 3]),
        ("colour", {"list": ["green"]}, []),
        ("key", {"search": {"logic": "notEqual", "value": str(KEY)}}, [2, 3]),
        ("key", {"list": [str(KEY)]}, [1]),
        ("opens", {"search": {"logic": "empty"}}, [2]),
        ("secret", {"search": {"logic": "equal", "value": "a"}, "list": ["b"]}, [1, 2, 3]),
    ],
)
def test_the_rarer_kinds(rare: Engine, data: str, asked: Any, ids: list[int]) -> None:
    assert things(rare, columns=[{"data": data, "columnControl": asked}]) == (ids, [])
