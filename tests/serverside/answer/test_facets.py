"""What columns offer to pick, in the words of SearchPanes, SearchBuilder and ColumnControl."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, note
from sqlalchemy import (
    Engine,
)
from sqlalchemy.orm import Session

from app.serverside import DataTables, Limits
from tests.serverside.examples_tried import looking
from tests.serverside.oracle import RefusedError, UserError
from tests.serverside.strategies import requests
from tests.serverside.strategies.terms import written
from tests.serverside.tables import PEOPLE, STAFF
from tests.serverside.tables import Table as Described

Cold = Callable[[Callable[[], object], int], bool]

PANES = {"searchPanes_options": {"cascade": True, "viewCount": True, "viewTotal": True}}


def drawn(
    engine: Engine, table: Described = STAFF, limits: Limits | None = None, **request: Any
) -> dict[str, Any]:
    columns = [{"data": column.data} for column in table.described]
    asked = {"draw": 2, "columns": columns, **request}
    with Session(engine) as session:
        more = {} if limits is None else {"limits": limits}
        return DataTables(
            asked, table.query(), table.columns, True, session=session, **more
        ).output_result()


def offering(table: Described) -> list[str]:
    return [column.data for column in table.described if column.options]


def counts(answer: dict[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    panes = answer["searchPanes"]["options"]
    return {
        name: {str(option["value"]): (option["total"], option["count"]) for option in options}
        for name, options in panes.items()
    }


def expected(panes: dict[str, dict[Any, tuple[int, int]]]) -> dict[str, dict[str, Any]]:
    """Write the oracle's panes as an answer has them."""
    return {
        name: {
            str(value) if isinstance(value, bool) else written(value): counted
            for value, counted in options.items()
        }
        for name, options in panes.items()
    }


@given(request=requests(PEOPLE, "searchpanes"))
@looking()
def test_totals_and_counts_are_the_oracles(tables: Engine, request: dict[str, Any]) -> None:
    note(str(request))
    request["columns"] = [{**one, "data": _plain(one["data"])} for one in request["columns"]]
    try:
        wanted = PEOPLE.oracle(regex=False).answer(request)
        given_answer = PEOPLE.draw(tables, request, regex=False)
    except (RefusedError, UserError):
        return  # told apart from an answer in test_oracle.py
    assert counts(given_answer) == expected(wanted["panes"])


def _plain(data: Any) -> Any:
    """Name a column by its own name, so that its options come under it."""
    if isinstance(data, dict):
        return data["_"]
    numbered = str(data or "").isdigit() and int(data) < len(PEOPLE.described)
    return PEOPLE.described[int(data)].data if numbered else data


def test_counts_look_at_every_filter_and_totals_at_none(tables: Engine) -> None:
    control = {"search": {"value": "R", "logic": "starts", "type": "text"}}
    columns = [{"data": column.data} for column in STAFF.described]
    columns[1] |= {"columnControl": control}
    answer = drawn(tables, columns=columns, search={"value": "london"}, **PANES)
    office = counts(answer)["office"]
    londoners = [row for row in STAFF.rows if row["office"] == "London"]
    named = [row for row in londoners if row["name"].startswith("R")]
    assert office["London"] == (len(londoners), len(named))
    assert {count for name, (_, count) in office.items() if name != "London"} == {0}


def test_the_pane_changed_last_is_counted_without_its_own_selection(tables: Engine) -> None:
    selected = {"searchPanes": {"office": ["London"]}, **PANES}
    others = counts(drawn(tables, **selected))["office"]["Tokyo"]
    last = counts(drawn(tables, **selected, searchPanesLast="office"))
    assert others[1] == 0
    assert last["office"]["Tokyo"] == (others[0], others[0])
    londoners = [row for row in STAFF.rows if row["office"] == "London"]
    assert sum(count for _, count in last["age"].values()) == len(londoners)


def test_totals_and_counts_are_json_integers(tables: Engine) -> None:
    answer = json.loads(json.dumps(drawn(tables, **PANES)))
    found = [option for some in answer["searchPanes"]["options"].values() for option in some]
    assert {type(option[name]) for option in found for name in ("total", "count")} == {int}


@pytest.mark.parametrize(
    ("request_", "members"),
    [
        ({"draw": 1}, {"columnControl", "searchBuilder"}),
        ({"draw": 2}, {"columnControl"}),
        ({"searchBuilder": {}}, {"columnControl", "searchBuilder"}),
        ({"searchPanes": {}}, {"columnControl", "searchPanes"}),
        ({"searchPanesLast": "office"}, {"columnControl", "searchPanes"}),
        (PANES, {"columnControl", "searchPanes"}),
    ],
)
def test_each_extension_gets_its_options_when_it_reads_them(
    tables: Engine, request_: dict[str, Any], members: set[str]
) -> None:
    answer = drawn(tables, **request_)
    assert {"columnControl", "searchBuilder", "searchPanes"} & set(answer) == members
    lists = answer["columnControl"]
    assert list(lists) == offering(STAFF)


def test_values_are_distinct_typed_as_in_rows_and_in_the_columns_order(tables: Engine) -> None:
    lists = drawn(tables, PEOPLE)["columnControl"]
    values = {name: [option["value"] for option in some] for name, some in lists.items()}
    assert values["age"] == [-1, 0, 1, 7, 12, 30, 44, 2024, ""]
    assert values["active"] == [False, True, ""]
    assert values["born"][:2] == ["1900-01-01", "1999-12-31"]
    texts = [
        "100%",
        "New York",
        "S\u00e3o Paulo",
        "York",
        "zurich",
        "Z\u00fcrich",
        "\u0141\u00f3d\u017a",
    ]
    assert values["place.city"] == [*texts, ""]


def test_null_and_empty_text_are_one_entry_where_nulls_go(tables: Engine) -> None:
    answer = drawn(tables, PEOPLE, **PANES)
    empty = {"label": "", "value": ""}
    assert [answer["columnControl"][name].count(empty) for name in offering(PEOPLE)] == [1] * 5
    first = answer["searchPanes"]["options"]["nick"][0]  # declared nullsfirst
    rows = [row for row in PEOPLE.rows if not row["nick"]]
    assert (first["value"], first["total"]) == ("", len(rows))


def test_searchbuilder_is_offered_no_empty_value(tables: Engine) -> None:
    options = drawn(tables, draw=1)["searchBuilder"]["options"]
    assert all(option["value"] != "" for some in options.values() for option in some)
    assert [len(some) for some in options.values()] == [5, 9, 3]


@pytest.mark.parametrize("name", offering(PEOPLE))
def test_every_value_that_is_offered_can_be_picked(tables: Engine, name: str) -> None:
    for option in drawn(tables, PEOPLE, **PANES)["searchPanes"]["options"][name]:
        value = option["value"]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        picked = drawn(tables, PEOPLE, searchPanes={name: {"0": text}})
        assert picked["recordsFiltered"] == option["total"]


def test_options_come_under_the_clients_own_names(tables: Engine) -> None:
    columns: list[dict[str, Any]] = [{"data": "3"}, {"data": {"_": "age", "sort": "age"}}]
    assert list(drawn(tables, columns=columns)["columnControl"]) == ["3", "age", "address.city"]


def test_a_column_over_the_cap_sends_none_and_one_at_the_cap_all(tables: Engine) -> None:
    # nine ages and an empty one, five offices and an empty one that is NULL or ""
    for cap, names in ((10, ["office", "age", "address.city"]), (9, ["office", "address.city"])):
        for more in ({}, PANES):
            answer = drawn(tables, limits=Limits(max_options=cap), **more)
            assert list(answer["columnControl"]) == names
    assert "office" in drawn(tables, limits=Limits(max_options=6))["columnControl"]


@pytest.mark.parametrize(
    ("request_", "count"), [({}, 2), ({"draw": 1}, 2), ({"searchPanes": {"age": ["30"]}}, 2)]
)
def test_options_of_all_columns_are_one_statement(
    tables: Engine, cold: Cold, request_: dict[str, Any], count: int
) -> None:
    assert cold(lambda: drawn(tables, **request_, **PANES), count)


def test_a_table_that_offers_nothing_is_drawn_in_one_statement(tables: Engine, cold: Cold) -> None:
    columns = [one for one in STAFF.columns if not one.options]
    asked = {"draw": 1, "columns": [{"data": "id"}], **PANES, "searchBuilder": {}}

    def draw() -> None:
        with Session(tables) as session:
            answer = DataTables(asked, STAFF.query(), columns, session=session).output_result()
        assert set(answer) == {"draw", "recordsTotal", "recordsFiltered", "data"}

    assert cold(draw, 1)


def test_options_follow_the_scope(tables: Engine) -> None:
    office = STAFF.expressions["office"]
    query = STAFF.query().where(office == "Tokyo")
    asked = {"draw": 1, "columns": [{"data": "office"}]}
    with Session(tables) as session:
        answer = DataTables(asked, query, STAFF.columns, session=session).output_result()
    assert answer["columnControl"]["office"] == [{"label": "Tokyo", "value": "Tokyo"}]


def test_a_search_that_fails_leaves_no_options_behind(tables: Engine) -> None:
    answer = drawn(tables, search={"value": "(", "regex": True}, **PANES)
    assert answer["error"]
    assert {"columnControl", "searchPanes"}.isdisjoint(answer)
