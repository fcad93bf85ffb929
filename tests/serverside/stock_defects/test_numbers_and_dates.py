"""Rows 27 to 32: numbers are exact, dates are ISO, and what is neither matches nothing."""

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.serverside.stock_defects.sixty_users import (
    column,
    column_search,
    ids,
    ours,
    request,
    stock,
    where,
)


@pytest.mark.parametrize("term", ["abc", "<>3", ">", "=", "1e3", "1,000", "0x10"])
def test_27_what_is_no_number_matches_nothing_and_says_so(sixty: Engine, term: str) -> None:
    answer = ours(sixty, column_search("score", term))
    assert (answer["recordsFiltered"], "error" in answer) == (0, False)
    assert answer["notices"] == ["columns[4][search][value] matches nothing: it is not a number."]


def test_27_an_operator_alone_is_not_more_than_zero(sixty: Engine) -> None:
    assert stock(sixty, column_search("score", ">"))["recordsFiltered"] == "48"


def test_28_numbers_keep_every_digit(sixty: Engine) -> None:
    declared = [column("id"), column("big", search_method="numeric")]
    sent = request(("id", "big"), {"columns[1][search][value]": "9007199254740993"})
    odd = where(lambda u: u["big"] == 9_007_199_254_740_993)
    assert ids(ours(sixty, {**sent, "length": "100"}, declared)) == odd
    assert len(odd) == 30


@pytest.mark.parametrize("term", ["nan", "inf", "-inf", "1e999", ">nan"])
def test_28_what_only_a_float_can_be_is_no_number(sixty: Engine, term: str) -> None:
    assert ours(sixty, column_search("balance", term))["recordsFiltered"] == 0


@pytest.mark.parametrize("term", ["garbage", "<garbage", ">garbage"])
def test_29_a_garbage_date_is_not_today(sixty: Engine, term: str) -> None:
    answer = ours(sixty, column_search("born", term))
    assert answer["recordsFiltered"] == 0
    assert "it is not a date like 2024-05-31" in answer["notices"][0]


def test_29_the_library_reads_it_as_today(sixty: Engine) -> None:
    assert stock(sixty, column_search("born", "<garbage"))["recordsFiltered"] == "60"


@pytest.mark.parametrize("term", ["99", "5", "02/03/1990", "3 Feb", "1990-1-5"])
def test_30_parts_of_a_date_are_not_guessed(sixty: Engine, term: str) -> None:
    assert ours(sixty, column_search("born", term))["recordsFiltered"] == 0


@pytest.mark.parametrize(
    ("term", "days"),
    [("1990-02", (32, 59)), ("1990", (1, 60)), (">=1990-02-01", (32, 60)), ("<1990-02", (1, 31))],
)
def test_30_a_month_and_a_year_are_spans(sixty: Engine, term: str, days: tuple[int, int]) -> None:
    first, last = days
    assert ids(ours(sixty, column_search("born", term))) == list(range(first, last + 1))


@pytest.mark.parametrize("term", ["9" * 20, "99999999999999999999-01-01", "0000", "0000-01-01"])
def test_31_a_year_that_no_calendar_has_matches_nothing(sixty: Engine, term: str) -> None:
    answer = ours(sixty, column_search("born", term))
    assert (answer["recordsFiltered"], "error" in answer) == (0, False)


@pytest.mark.parametrize("term", ["1990-01-05", "=1990-01-05", " = 1990-01-05 "])
def test_32_a_day_finds_a_date(sixty: Engine, term: str) -> None:
    assert ids(ours(sixty, column_search("born", term))) == [5]


def test_32_a_day_finds_all_its_moments(sixty: Engine) -> None:
    expected = where(lambda u: u["joined"].date() == date(2020, 1, 5))
    assert ids(ours(sixty, column_search("joined", "2020-01-05"))) == expected
    assert len(expected) == 2
    assert stock(sixty, column_search("joined", "2020-01-05"))["recordsFiltered"] != "2"
