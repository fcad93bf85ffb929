"""Columns that the page lists and the server did not declare: buttons, checkboxes, row numbers."""

from typing import Any

import pytest
from sqlalchemy import Engine

from app.serverside import BadRequest
from tests.serverside.asking import (
    built,
    control,
    criterion,
    everyone,
    found,
    group,
    noticed,
    those,
)
from tests.serverside.stock_defects.sixty_users import columns, ids, ours, request, stock
from tests.serverside.tables import STAFF

LISTED = ("id", "actions", "name")
CULPRIT = "columns[1][data]"

WISHES: dict[str, dict[str, Any]] = {
    "an order": {"order[0][column]": "1", "order[0][dir]": "asc"},
    "its own search": {"columns[1][search][value]": "x"},
    "a fixed search": {"columns[1][search][fixed][0][term]": "x"},
    "a group": {"search[groups][0][columns][]": "1", "search[groups][0][term]": "x"},
    "a fixed group": {
        "search[groupsFixed][0][columns][]": "1", "search[groupsFixed][0][term]": "x",
    },
    "an input of ColumnControl": {
        "columns[1][columnControl][search][value]": "x",
        "columns[1][columnControl][search][logic]": "contains",
    },
    "emptiness in ColumnControl": {"columns[1][columnControl][search][logic]": "empty"},
    "a list of ColumnControl": {"columns[1][columnControl][list][0]": "x"},
}  # fmt: skip
NOTHING: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a direction that is none": {"order[0][column]": "1", "order[0][dir]": ""},
    "a search that the client switched off": {
        "columns[1][search][value]": "x", "columns[1][searchable]": "false",
    },
    "an empty search": {"columns[1][search][value]": " "},
    "an empty fixed search": {"columns[1][search][fixed][0][term]": ""},
    "a function": {"columns[1][search][fixed][0][term]": "function"},
    "an empty group": {"search[groups][0][columns][]": "1", "search[groups][0][term]": ""},
    "an empty input": {
        "columns[1][columnControl][search][value]": "",
        "columns[1][columnControl][search][logic]": "contains",
    },
}  # fmt: skip


@pytest.mark.parametrize("data", ["actions", "users[, ].actions", "99", "undefined"])
def test_listing_it_costs_nothing(sixty: Engine, data: str) -> None:
    sent = request(LISTED, {CULPRIT: data, "search[value]": "ann"})
    plain = request(("id", "name"), {"search[value]": "ann"})
    declared = columns("id", "name")
    assert ours(sixty, sent, declared) == ours(sixty, plain, declared)
    assert stock(sixty, sent, declared)["data"]


@pytest.mark.parametrize("changes", NOTHING.values(), ids=NOTHING)
def test_asking_nothing_of_it_costs_nothing(sixty: Engine, changes: dict[str, Any]) -> None:
    answer = ours(sixty, request(LISTED, changes), columns("id", "name"))
    assert ids(answer) == list(range(1, 11))


@pytest.mark.parametrize("changes", WISHES.values(), ids=WISHES)
def test_searching_or_ordering_by_it_is_refused_by_name(
    sixty: Engine, changes: dict[str, Any]
) -> None:
    with pytest.raises(BadRequest, match="names a column that this table does not have") as caught:
        ours(sixty, request(LISTED, changes), columns("id", "name"))
    assert caught.value.parameter == CULPRIT


@pytest.mark.parametrize("changes", [WISHES["an order"], WISHES["its own search"]])
def test_a_column_without_data_is_never_refused(sixty: Engine, changes: dict[str, Any]) -> None:
    """Clients say of it that it can be searched and ordered, and order by the first by default."""
    answer = ours(sixty, request(LISTED, changes | {CULPRIT: ""}), columns("id", "name"))
    assert ids(answer) == list(range(1, 11))


def test_only_the_role_that_is_asked_for_must_be_declared(sixty: Engine) -> None:
    sent = request(LISTED, {"columns[1][data][_]": "actions", "columns[1][data][sort]": "id",
                            "order[0][column]": "1", "order[0][dir]": "desc"})  # fmt: skip
    del sent[CULPRIT]
    assert ids(ours(sixty, sent, columns("id", "name")))[:2] == [60, 59]
    with pytest.raises(BadRequest):
        ours(sixty, sent | {"columns[1][search][value]": "x"}, columns("id", "name"))


def test_rows_are_still_asked_for_by_number(sixty: Engine) -> None:
    answer = ours(sixty, request(("0", "actions", "1")), columns("id", "name"))
    assert answer["data"][0] == {"0": 1, "1": "Bob 1"}


# SearchBuilder and SearchPanes name columns by themselves: `preDefined` knows only their titles.

COMPLETE = [
    {"condition": "=", "data": "Office", "type": "string", "value": ["London"]},
    {"condition": "=", "data": "Office", "origData": "undefined", "value": ["London"]},
    {"condition": "=", "data": "Office", "origData": "nosuch", "value": ["Tokyo"]},
    {"condition": "null", "data": "Office", "value": []},
]


@pytest.mark.parametrize("part", COMPLETE)
@pytest.mark.parametrize("logic", ["AND", "OR"])
def test_a_criterion_without_a_column_is_left_out_with_a_notice(
    tables: Engine, part: dict[str, Any], logic: str
) -> None:
    tree = group(criterion("office", "=", "London"), part, logic=logic)
    assert noticed(STAFF, tables, searchBuilder=tree) == [
        "searchBuilder[criteria][1] is left out: it names no column of this table."
    ]
    assert built(tables, tree) == those(STAFF, lambda row: row["office"] == "London")


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"condition": "=", "data": "Office"},
        {"condition": "between", "data": "Age", "value": ["1"]},
        {"condition": "=", "value1": "undefined", "value2": "undefined"},
        {"condition": "undefined", "data": "Office", "value": ["London"]},
    ],
)
def test_a_half_typed_criterion_is_left_out_in_silence(
    tables: Engine, part: dict[str, Any]
) -> None:
    assert built(tables, part) == everyone(STAFF)
    assert noticed(STAFF, tables, searchBuilder=group(part)) == []


def test_a_condition_of_the_pages_own_is_left_out_with_a_notice(tables: Engine) -> None:
    part = criterion("office", "sounds like", "x")
    assert built(tables, part) == everyone(STAFF)
    (notice,) = noticed(STAFF, tables, searchBuilder=group(part))
    assert "no condition “sounds like”" in notice


def test_a_logic_of_the_pages_own_is_left_out_with_a_notice(tables: Engine) -> None:
    columns_ = control(STAFF, "office", logic="sounds like", value="x")
    assert found(STAFF, tables, columns=columns_) == everyone(STAFF)
    (notice,) = noticed(STAFF, tables, columns=columns_)
    assert "no search by “sounds like”" in notice


def test_a_pane_of_no_column_is_left_out_with_a_notice(tables: Engine) -> None:
    panes = {"nosuch": ["x"]}
    assert found(STAFF, tables, searchPanes=panes) == everyone(STAFF)
    assert noticed(STAFF, tables, searchPanes=panes) == [
        "searchPanes[nosuch] is left out: it is no pane of this table."
    ]
