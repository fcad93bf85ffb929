"""SearchPanes: what a selection filters. What panes offer is in `test_facets.py`."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import BadRequest, DataTables, Limits
from tests import kinds
from tests.serverside.tables import PEOPLE, STAFF, Table

Cold = Callable[[Callable[[], object], int], bool]


def drawn(engine: Engine, panes: Any, table: Table = STAFF, **more: Any) -> dict[str, Any]:
    columns = [{"data": column.data} for column in table.described]
    request = {"draw": 2, "columns": columns, "length": 1000, "searchPanes": panes, **more}
    return table.draw(engine, request)


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["data"]]


def having(key: str, *values: object, table: Table = STAFF) -> list[int]:
    return [row["id"] for row in table.rows if row[key] in values]


def test_values_are_ored_inside_a_pane(tables: Engine) -> None:
    answer = drawn(tables, {"office": {"0": "London", "1": "Tokyo"}})
    assert ids(answer) == having("office", "London", "Tokyo")
    assert answer["recordsFiltered"] == len(answer["data"])


def test_panes_are_joined_by_and(tables: Engine) -> None:
    answer = drawn(tables, {"office": ["London", "Tokyo"], "address.city": ["Bath"]})
    both = set(having("office", "London", "Tokyo")) & set(having("address.city", "Bath"))
    assert ids(answer) == sorted(both)


@pytest.mark.parametrize("flag", ["true", "false", True, None])
@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_value_is_null_or_empty_text_whatever_its_flag(
    tables: Engine, empty: object, flag: object
) -> None:
    answer = drawn(tables, {"office": {"0": empty}}, searchPanes_null={"office": {"0": flag}})
    assert ids(answer) == having("office", None, "")


def test_a_zero_flagged_as_null_is_zero(tables: Engine) -> None:
    answer = drawn(tables, {"age": {"0": "0"}}, searchPanes_null={"age": {"0": "true"}})
    assert ids(answer) == having("age", 0)


@pytest.mark.parametrize("value", ["false", False])
def test_a_false_flagged_as_null_is_false(tables: Engine, value: object) -> None:
    answer = drawn(tables, {"active": [value]}, PEOPLE, searchPanes_null={"active": [True]})
    assert ids(answer) == having("active", False, table=PEOPLE)


def test_values_are_compared_exactly(tables: Engine) -> None:
    assert ids(drawn(tables, {"nick": ["x"]}, PEOPLE)) == having("nick", "x", table=PEOPLE)
    assert ids(drawn(tables, {"nick": ["%"]}, PEOPLE)) == having("nick", "%", table=PEOPLE)


def test_a_date_is_picked_as_rows_write_it(tables: Engine) -> None:
    answer = drawn(tables, {"born": ["2024-02-29"]}, PEOPLE)
    written = [row["id"] for row in PEOPLE.rows if str(row["born"]) == "2024-02-29"]
    assert ids(answer) == written


@pytest.mark.parametrize("panes", [{}, {"office": {}}, {"office": []}, {"office": ""}, "", None])
def test_panes_without_selection_filter_nothing(tables: Engine, panes: object) -> None:
    answer = drawn(tables, panes)
    assert (answer["recordsFiltered"], "notices" in answer) == (len(STAFF.rows), False)


def test_a_value_that_no_row_has_adds_nothing(tables: Engine) -> None:
    assert ids(drawn(tables, {"office": ["London", "Atlantis"]})) == having("office", "London")


@pytest.mark.parametrize("pane", [{"office": ["Atlantis"]}, {"age": ["old"]}, {"office": ["\0"]}])
def test_a_pane_of_values_that_no_row_has_is_left_out_and_says_so(
    tables: Engine, pane: dict[str, Any]
) -> None:
    answer = drawn(tables, {**pane, "address.city": ["Bath"]})
    assert ids(answer) == having("address.city", "Bath")
    assert f"searchPanes[{next(iter(pane))}] is left out" in " ".join(answer["notices"])


def test_panes_that_no_row_meets_together_match_nothing(tables: Engine) -> None:
    pair = {"office": ["London"], "age": ["64"], "address.city": ["Krak\u00f3w"]}
    answer = drawn(tables, pair)
    assert (answer["recordsFiltered"], answer["data"], "notices" in answer) == (0, [], False)


def test_picks_that_no_row_has_take_no_further_statement(tables: Engine, cold: Cold) -> None:
    assert cold(lambda: drawn(tables, {"office": ["London", "Atlantis"]}), 2)
    assert cold(lambda: drawn(tables, {"office": ["Atlantis"]}), 2)


def test_a_pane_of_an_unknown_column_is_left_out_and_says_so(tables: Engine) -> None:
    answer = drawn(tables, {"nosuch": ["1"], "id) OR (1=1": ["1"]})
    assert answer["recordsFiltered"] == len(STAFF.rows)
    assert "searchPanes[nosuch] is left out: it is no pane of this table." in answer["notices"]


def test_a_column_that_is_not_searched_is_no_pane(tables: Engine) -> None:
    answer = drawn(tables, {"place.country": ["UK"]}, PEOPLE)
    assert (answer["recordsFiltered"], len(answer["notices"])) == (len(PEOPLE.rows), 1)


def test_panes_are_found_by_number_where_columns_are_numbered(tables: Engine) -> None:
    columns = [{"data": str(number)} for number in range(len(STAFF.described))]
    answer = drawn(tables, {"3": ["London"]}, columns=columns)
    assert [row["0"] for row in answer["data"]] == having("office", "London")


@pytest.mark.parametrize(
    ("panes", "parameter"),
    [
        ({"office": "London"}, "searchPanes[office]"),
        ({"office": {"first": "London"}}, "searchPanes[office]"),
        ({"office": [["London"]]}, "searchPanes[office][0]"),
        ({"office": ["1", "2", "3", "4"]}, "searchPanes[office]"),
        ({"office": ["L" * 1001]}, "searchPanes[office][0]"),
        ({str(number): [] for number in range(501)}, "searchPanes"),
    ],
)
def test_misshapen_and_oversized_selections_are_bad_requests(
    tables: Engine, panes: Any, parameter: str
) -> None:
    request = {"columns": [{"data": "id"}], "searchPanes": panes}
    limits = Limits(max_values=3)
    with Session(tables) as session, pytest.raises(BadRequest) as caught:
        DataTables(request, STAFF.query(), STAFF.columns, session=session, limits=limits)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    "name",
    ["id", "nick", *(pytest.param(n, marks=kinds.costly) for n in ("born", "seen", "balance"))],
)
def test_many_values_are_answered(tables: Engine, name: str) -> None:
    values = {
        "id": [str(number) for number in range(1000)],
        "born": [f"{1250 + number}-01-01" for number in range(800)],
        "seen": [f"{1250 + number}-01-01T00:00:00Z" for number in range(800)],
        "nick": [f"nick {number}" for number in range(999)] + ["x"],
        "balance": [f"{number}.10" for number in range(1000)],
    }[name]
    answer = drawn(tables, {name: values}, PEOPLE)
    assert 0 < answer["recordsFiltered"] <= len(PEOPLE.rows)
    assert "error" not in answer
