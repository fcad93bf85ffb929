"""Rows 37 to 40: yadcf's filters, bounded and forgiving."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import Limits
from tests.serverside.stock_defects.sixty_users import (
    USERS,
    column,
    ids,
    ours,
    request,
    stock,
    where,
)

NUMBER, SLIDER, DATE = "yadcf_range_number", "yadcf_range_number_slider", "yadcf_range_date"


@pytest.mark.parametrize(
    ("name", "method", "term"),
    [("age", NUMBER, "30"), ("age", NUMBER, "a-yadcf_delim-b"), ("born", DATE, "x-yadcf_delim-y")],
)
def test_37_a_range_that_is_none_matches_nothing_and_says_so(
    sixty: Engine, name: str, method: str, term: str
) -> None:
    declared = [column("id"), column(name, search_method=method)]
    sent = request(("id", name), {"columns[1][search][value]": term})
    assert stock(sixty, sent, declared)["error"]
    answer = ours(sixty, sent, declared)
    assert (answer["recordsFiltered"], "error" in answer) == (0, False)
    assert answer["notices"]


def test_37_a_range_is_inclusive_and_may_be_open(sixty: Engine) -> None:
    declared = [column("id"), column("age", search_method=NUMBER)]
    for term, low, high in (("30-yadcf_delim-40", 30, 40), ("60-yadcf_delim-", 60, 999)):
        sent = request(("id", "age"), {"columns[1][search][value]": term, "length": "100"})
        expected = where(lambda u, low=low, high=high: low <= u["age"] <= high)
        assert ids(ours(sixty, sent, declared)) == expected


@pytest.mark.parametrize("method", [NUMBER, SLIDER])
def test_38_ranges_of_numbers_send_their_ends(sixty: Engine, method: str) -> None:
    sent = request(("id", "age"))
    declared = [column("id"), column("age", search_method=method)]
    ages = [user["age"] for user in USERS]
    assert ours(sixty, sent, declared)["yadcf_data_1"] == [min(ages), max(ages)]
    assert list(stock(sixty, sent, declared)["yadcf_data_1"]) == [min(ages), max(ages)]


def test_38_an_empty_table_has_no_ends(sixty: Engine) -> None:
    def nobody(session: Session) -> object:
        return session.query().filter(column("id").sqla_expr < 0)

    declared = [column("id"), column("age", search_method=SLIDER)]
    assert stock(sixty, request(("id", "age")), declared, nobody)["error"]
    answer = ours(sixty, request(("id", "age")), declared, nobody)
    assert (answer["recordsTotal"], answer["data"], "error" in answer) == (0, [], False)


def test_39_a_column_with_too_many_values_sends_none(sixty: Engine) -> None:
    declared = [column("id"), column("name", search_method="yadcf_select")]
    sent = request(("id", "name"))
    assert len(stock(sixty, sent, declared)["yadcf_data_1"]) == 60
    assert len(ours(sixty, sent, declared)["yadcf_data_1"]) == 60
    assert not ours(sixty, sent, declared, limits=Limits(max_options=59)).get("yadcf_data_1")


def test_40_a_select_offers_what_the_other_filters_leave(sixty: Engine) -> None:
    declared = [
        column("id"),
        column("half", search_method="yadcf_multi_select"),
        column("age", search_method="yadcf_multi_select"),
    ]
    sent = request(("id", "half", "age"), {"columns[1][search][value]": "1"})
    answer = ours(sixty, sent, declared)
    assert sorted(answer["yadcf_data_1"]) == [0, 1]
    assert sorted(answer["yadcf_data_2"]) == sorted({u["age"] for u in USERS if u["half"]})
