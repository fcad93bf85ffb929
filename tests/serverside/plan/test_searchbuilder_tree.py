"""SearchBuilder's tree: groups, what drops out, values as clients send them, and bounds."""

from typing import Any

import pytest
from sqlalchemy import Engine

from app.serverside import Limits
from tests.serverside.asking import (
    built,
    criterion,
    everyone,
    found,
    group,
    noticed,
    refused,
    those,
)
from tests.serverside.tables import PEOPLE, STAFF

# Groups


def test_groups_nest_and_each_is_a_unit(tables: Engine) -> None:
    london, old = criterion("office", "=", "London"), criterion("age", ">", "60")
    eng = criterion("position", "contains", "engineer")
    rows = those(
        STAFF,
        lambda row: (
            "ngineer" in row["position"] and (row["office"] == "London" or row["age"] == 66)
        ),
    )
    old_one = criterion("age", "=", "66")
    assert built(tables, eng, group(london, old_one, logic="OR")) == rows
    tree = group(london, old, logic="OR")
    searched = found(STAFF, tables, searchBuilder=tree, search={"value": "zoe"})
    either = built(tables, london, old, logic="OR")
    assert searched == [
        key for key in found(STAFF, tables, search={"value": "zoe"}) if key in either
    ]


@pytest.mark.parametrize(
    "tree",
    [
        {}, None, "", "false", False, "undefined", {"criteria": []}, {"logic": "OR"},
        group(group()), group("text"), group({"logic": "AND", "criteria": {}}, logic="OR"),
    ],
)  # fmt: skip
def test_a_tree_without_criteria_filters_nothing(tables: Engine, tree: Any) -> None:
    assert found(STAFF, tables, searchBuilder=tree) == everyone(STAFF)


def test_an_empty_group_does_not_widen_its_neighbours(tables: Engine) -> None:
    london = criterion("office", "=", "London")
    rows = those(STAFF, lambda row: row["office"] == "London")
    assert built(tables, london, group(), logic="OR") == rows


# Criteria that filter nothing


@pytest.mark.parametrize(
    "incomplete",
    [
        criterion("age", "between", "", "45"),
        criterion("position", "contains"),
        criterion("position", "contains", ""),
        {"origData": "position", "condition": "contains", "value1": "undefined"},
        {"origData": "position", "condition": "=", "value": "", "value2": "undefined"},
        {"origData": "position", "value": ["x"]},
        {"condition": "=", "value": ["x"], "data": "Position"},
        criterion("undefined", "=", "x"),
        criterion("position", "undefined", "x"),
        criterion("position", "!<", "x"),
        criterion("[object Object]", "=", "x"),
        criterion("password", "starts", "a"),
        criterion("__class__", "!null"),
        criterion("99", "=", "x"),
    ],
)
def test_what_is_incomplete_unknown_or_not_served_drops_out(
    tables: Engine, incomplete: dict[str, Any]
) -> None:
    assert built(tables, incomplete) == everyone(STAFF)
    rows = those(STAFF, lambda row: row["office"] == "London")
    assert built(tables, incomplete, criterion("office", "=", "London"), logic="OR") == rows


def test_a_condition_of_another_type_is_left_out_with_a_notice(tables: Engine) -> None:
    tree = group(criterion("age", "contains", "4"), criterion("name", "<", "B"))
    assert found(STAFF, tables, searchBuilder=tree) == everyone(STAFF)
    first, second = noticed(STAFF, tables, searchBuilder=tree)
    assert "searchBuilder[criteria][0]" in first
    assert "searchBuilder[criteria][1]" in second


# Values


def test_value1_counts_only_without_a_list(tables: Engine) -> None:
    rows = those(STAFF, lambda row: row["age"] in (44, 45))
    plain = {"origData": "age", "condition": "between", "value1": "44", "value2": "45"}
    assert built(tables, plain) == rows
    assert built(tables, {**plain, "value": ["30", "31"]}) == those(
        STAFF, lambda row: row["age"] in (30, 31)
    )


def test_undefined_is_a_value_when_it_is_typed(tables: Engine) -> None:
    rows = those(PEOPLE, lambda row: row["name"] == "undefined")
    typed = criterion("name", "=", "undefined", value1="undefined")
    assert built(tables, typed, table=PEOPLE) == rows


def test_entities_match_as_sent_or_decoded(tables: Engine) -> None:
    rows = those(PEOPLE, lambda row: row["name"] in ("R&D <Lead>", "R&amp;D <Lead>"))
    assert built(tables, criterion("name", "=", "R&amp;D <Lead>"), table=PEOPLE) == rows
    decoded = those(PEOPLE, lambda row: row["name"] == "R&D <Lead>")
    assert built(tables, criterion("name", "=", "R&amp;D &lt;Lead&gt;"), table=PEOPLE) == decoded
    quoted = those(PEOPLE, lambda row: row["name"] == 'say "hi"')
    assert built(tables, criterion("name", "ends", "&quot;HI&quot;"), table=PEOPLE) == quoted


@pytest.mark.parametrize("data", ["address.city", "7"])
def test_columns_are_named_by_their_data(tables: Engine, data: str) -> None:
    rows = those(STAFF, lambda row: row["address.city"] == "York")
    assert built(tables, criterion(data, "=", "York", type="num")) == rows


@pytest.mark.parametrize(
    ("data", "condition", "value"),
    [("age", "=", "x"), ("age", "!=", "1e5"), ("start_date", "!=", "202"), ("salary", "<", "1,5")],
)
def test_a_value_that_does_not_parse_matches_nothing(
    tables: Engine, data: str, condition: str, value: str
) -> None:
    tree = group(criterion(data, condition, value))
    assert found(STAFF, tables, searchBuilder=tree) == []
    (notice,) = noticed(STAFF, tables, searchBuilder=tree)
    assert notice.startswith("searchBuilder[criteria][0][value] matches nothing")


def test_nul_matches_nothing_and_its_negation_everything(tables: Engine) -> None:
    assert built(tables, criterion("name", "contains", "a\0")) == []
    assert built(tables, criterion("name", "!contains", "a\0")) == everyone(STAFF)


# Bounds


def nested(depth: int) -> dict[str, Any]:
    return group(nested(depth - 1)) if depth > 1 else group(criterion("age", "=", "1"))


@pytest.mark.parametrize(
    ("tree", "parameter"),
    [
        (group(*[criterion("age", "=", "1")] * 4), "searchBuilder[criteria]"),
        (group(group(criterion("age", "=", "1"), group()), group()), "searchBuilder[criteria]"),
        (nested(4), "searchBuilder[criteria][0][criteria][0][criteria][0]"),
        ("text", "searchBuilder"),
        ({"criteria": "text"}, "searchBuilder[criteria]"),
        (group(logic="XOR"), "searchBuilder[logic]"),
        (group(criterion("a" * 101, "=", "1")), "searchBuilder[criteria][0][origData]"),
        (group(criterion("age", "=", *[["1"]])), "searchBuilder[criteria][0][value][0]"),
    ],
)
def test_what_is_too_much_or_misshapen_is_a_bad_request(tree: Any, parameter: str) -> None:
    limits = Limits(max_criteria=3, max_depth=3, max_term_length=100)
    assert refused(STAFF, limits, searchBuilder=tree) == parameter


def test_as_deep_as_the_limit_is_answered(tables: Engine) -> None:
    rows = those(STAFF, lambda row: row["age"] == 1)
    assert found(STAFF, tables, searchBuilder=nested(10)) == rows
