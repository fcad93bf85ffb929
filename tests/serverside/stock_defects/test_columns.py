"""Rows 15 to 19: the declaration says what may be ordered and searched; columns go by name."""

import pytest
from sqlalchemy import Engine

from app.serverside import BadRequest
from tests.serverside.stock_defects.sixty_users import (
    NAMES,
    User,
    column,
    columns,
    global_search,
    ids,
    ours,
    request,
    stock,
    where,
)


def test_15_a_column_declared_not_orderable_is_not_ordered_by(sixty: Engine) -> None:
    declared = [column("id"), column("age", orderable=False)]
    sent = request(("id", "age"), {"order[0][column]": "1", "length": "5"})
    answer = ours(sixty, sent, declared)
    assert ids(answer) == [1, 2, 3, 4, 5]
    assert answer["notices"] == ["order[0] is left out: this column can't be ordered."]


def test_16_a_column_that_the_client_does_not_search_is_not_searched(sixty: Engine) -> None:
    sent = global_search("Ann", **{"columns[1][searchable]": "false"})
    assert stock(sixty, sent)["recordsFiltered"] == "12"
    assert ours(sixty, sent)["recordsFiltered"] == 0


@pytest.mark.parametrize("option", [{"searchable": False}, {"search_method": "none"}])
def test_16_a_column_declared_not_searchable_is_not_searched(
    sixty: Engine, option: dict[str, object]
) -> None:
    declared = [column("id"), column("name", **option)]
    sent = request(("id", "name"), {"search[value]": "Ann", "columns[1][search][value]": "Bob"})
    assert ours(sixty, sent, declared)["recordsFiltered"] == 0
    sent["search[value]"] = ""
    assert ours(sixty, sent, declared)["recordsFiltered"] == 60


def test_17_columns_go_by_name_never_by_position(sixty: Engine) -> None:
    sent = request(("age", "name", "id"), {"order[0][column]": "0", "order[0][dir]": "asc"})
    youngest = sorted(where(lambda u: True), key=lambda n: (20 + n * 7 % 50, n))
    assert [row["id"] for row in stock(sixty, sent)["data"]] == list(range(1, 11))
    assert ids(ours(sixty, sent)) == youngest[:10]


def test_17_a_column_that_is_not_declared_can_not_be_ordered_by(sixty: Engine) -> None:
    sent = request(("id", "password"), {"order[0][column]": "1"})
    with pytest.raises(BadRequest, match=r"columns\[1\]\[data\] names a column"):
        ours(sixty, sent)


def test_18_an_order_term_may_name_its_column(sixty: Engine) -> None:
    sent = request(changes={"order[0][name]": "id", "order[0][dir]": "desc", "length": "2"})
    assert ids(ours(sixty, sent)) == [60, 59]


@pytest.mark.parametrize(
    "changes",
    [
        {"search[fixed][0][name]": "mine", "search[fixed][0][term]": "zoe"},
        {"columns[1][search][fixed][0][name]": "mine", "columns[1][search][fixed][0][term]": "zoe"},
        {"search[groups][0][columns][]": "1", "search[groups][0][term]": "zoe"},
        {"search[groupsFixed][0][columns][]": "1", "search[groupsFixed][0][term]": "zoe"},
    ],
)
def test_18_fixed_searches_and_groups_filter(sixty: Engine, changes: dict[str, str]) -> None:
    sent = request(changes={"length": "100", **changes})
    assert stock(sixty, sent)["recordsFiltered"] == "60"
    assert ids(ours(sixty, sent)) == where(lambda u: u["name"].startswith("Zoé"))


def test_19_two_columns_of_one_name_are_refused_when_declared(sixty: Engine) -> None:
    declared = [column("id"), *columns("name", "name")]
    assert set(stock(sixty, request(), declared)["data"][0]) == {"id", "name"}
    with pytest.raises(ValueError, match="Two columns answer under the name 'name'"):
        ours(sixty, request(), declared)


def test_19_a_column_without_a_name_goes_by_its_number(sixty: Engine) -> None:
    declared = [column("id"), type(column("id"))(User.name)]
    answer = ours(sixty, request(("id", "1"), {"order[0][column]": "1", "length": "1"}), declared)
    assert answer["data"] == [{"id": 43, "1": "50% off 43"}] or answer["data"][0]["id"] in where(
        lambda u: u["name"].startswith("50%")
    )


def test_19_the_declared_names_are_the_row_keys_in_order(sixty: Engine) -> None:
    assert tuple(ours(sixty, request())["data"][0]) == NAMES
