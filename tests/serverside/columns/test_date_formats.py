"""Dates as the page writes them: `date_format`, in the words of yadcf's option of that name."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from app.serverside import ColumnDT
from tests.serverside.stock_defects.sixty_users import USERS, User, column, ids, ours, request

EARLY, LATE = dt.date(1990, 1, 5), dt.date(1990, 2, 12)


def found(
    engine: Engine, term: str, method: str, date_format: str | None, name: str = "born"
) -> list[int]:
    declared = [column("id"), column(name, search_method=method, date_format=date_format)]
    sent = request(("id", name), {"columns[1][search][value]": term, "length": "100"})
    answer = ours(engine, sent, declared)
    assert bool(answer.get("notices")) == (not ids(answer))
    return ids(answer)


def born(test: Callable[[dt.date], bool]) -> list[int]:
    return [user["id"] for user in USERS if test(user["born"])]


@pytest.mark.parametrize(
    ("date_format", "low", "high"),
    [
        ("mm/dd/yyyy", "01/05/1990", "02/12/1990"), ("dd/mm/yyyy", "05/01/1990", "12/02/1990"),
        ("dd/mm/yyyy", "5/1/1990", " 12/2/1990 "), ("d.m.yyyy", "5.1.1990", "12.2.1990"),
        ("mm-dd-yy", "01-05-1990", "02-12-1990"), ("DD/MM/YYYY", "05/01/1990", "12/02/1990"),
        ("yyyymmdd", "19900105", "19900212"), ("dd/mm/yyyy", "1990-01-05", "12/02/1990"),
        ("yyyy年m月d日", "1990年1月5日", "1990年2月12日"),
    ],
)  # fmt: skip
def test_a_range_is_read_as_the_page_writes_it(
    sixty: Engine, date_format: str, low: str, high: str
) -> None:
    term = f"{low}-yadcf_delim-{high}"
    expected = born(lambda day: EARLY <= day <= LATE)
    assert found(sixty, term, "yadcf_range_date", date_format) == expected


def test_an_end_may_be_open(sixty: Engine) -> None:
    term = "-yadcf_delim-05/01/1990"
    assert found(sixty, term, "yadcf_range_date", "dd/mm/yyyy") == born(lambda day: day <= EARLY)


def test_a_day_of_date_times_is_the_whole_day(sixty: Engine) -> None:
    term = "03/01/2020-yadcf_delim-03/01/2020"
    expected = [u["id"] for u in USERS if u["joined"].date() == dt.date(2020, 1, 3)]
    assert found(sixty, term, "yadcf_range_date", "dd/mm/yyyy", "joined") == expected
    assert len(expected) == 2


def test_a_comparison_is_read_as_the_page_writes_it(sixty: Engine) -> None:
    assert found(sixty, ">= 12/02/1990", "date", "dd/mm/yyyy") == born(lambda day: day >= LATE)


@pytest.mark.parametrize("term", ["05/13/1990", "31/02/1990", "05/01/90", "5-1-1990", "x"])
def test_what_is_no_such_date_matches_nothing_and_says_so(sixty: Engine, term: str) -> None:
    assert found(sixty, f"{term}-yadcf_delim-", "yadcf_range_date", "dd/mm/yyyy") == []
    assert found(sixty, term, "date", "dd/mm/yyyy") == []


def test_without_a_format_only_iso_is_read(sixty: Engine) -> None:
    assert found(sixty, "01/05/1990-yadcf_delim-", "yadcf_range_date", None) == []


@pytest.mark.parametrize(
    "date_format",
    ["", "hh:mm", "dd/mm", "mm/yyyy", "dd/MM/yyyy", "dd/mm/yyyy hh:mm", "dd/mm/yyy", "ddd/mm/yyyy",
     "dd/dd/yyyy", "%d/%m/%Y", "d M, yyyy"],
)  # fmt: skip
def test_a_format_that_can_not_be_read_is_refused_when_declared(date_format: str) -> None:
    with pytest.raises(ValueError, match="is not an allowed value for date_format") as caught:
        ColumnDT(User.born, mData="born", date_format=date_format)
    assert repr(date_format) in str(caught.value)
