"""Rows 41 to 46: totals are integers and one with the page; every order is total."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.serverside.stock_defects.sixty_users import (
    USERS,
    User,
    columns,
    global_search,
    ids,
    ours,
    request,
    stock,
)


def by(column: int, direction: str = "asc", **more: Any) -> dict[str, Any]:
    changes = {"order[0][column]": str(column), "order[0][dir]": direction, **more}
    return dict(request(changes=changes))


def test_41_draw_and_totals_are_integers(sixty: Engine) -> None:
    numbers = ("draw", "recordsTotal", "recordsFiltered")
    assert [stock(sixty, request())[name] for name in numbers] == ["1", "60", "60"]
    assert [ours(sixty, request())[name] for name in numbers] == [1, 60, 60]


def test_42_a_draw_is_one_statement(sixty: Engine, recorded: list[str]) -> None:
    stock(sixty, request())
    assert sum("SELECT" in statement for statement in recorded) == 3
    recorded.clear()
    ours(sixty, request())
    assert sum("SELECT" in statement for statement in recorded) == 1


def test_42_what_nothing_filters_is_counted_once_at_most(
    sixty: Engine, recorded: list[str]
) -> None:
    ours(sixty, request())
    assert recorded[-1].lower().count("count(") <= 1


def test_43_totals_and_rows_come_from_one_statement(sixty: Engine, recorded: list[str]) -> None:
    answer = ours(sixty, global_search("Ann"))
    assert sum("SELECT" in statement for statement in recorded) == 1
    assert (answer["recordsTotal"], answer["recordsFiltered"], len(answer["data"])) == (60, 12, 12)


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("column", range(10))
def test_44_every_row_is_on_exactly_one_page(sixty: Engine, column: int, direction: str) -> None:
    pages = [ours(sixty, by(column, direction, start=str(start))) for start in range(0, 60, 10)]
    seen = [number for page in pages for number in ids(page)]
    assert sorted(seen) == list(range(1, 61))


def test_45_without_an_order_the_primary_key_is_the_order(sixty: Engine) -> None:
    assert ids(ours(sixty, request())) == list(range(1, 11))


def test_45_the_querys_own_order_is_where_there_is_no_other(sixty: Engine) -> None:
    def newest(session: Session) -> Any:
        return session.query().select_from(User).order_by(User.id.desc())

    assert ids(ours(sixty, request(), query=newest))[:3] == [60, 59, 58]
    youngest = sorted(USERS, key=lambda user: (user["age"], user["id"]))[:10]
    assert ids(stock(sixty, by(2), query=newest))[:3] == [60, 59, 58]
    assert ids(ours(sixty, by(2), query=newest)) == [user["id"] for user in youngest]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_46_rows_without_a_value_come_last(sixty: Engine, direction: str) -> None:
    answer = ours(sixty, by(4, direction, start="48", length="12"))
    assert [row["score"] for row in answer["data"]] == [None] * 12


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_46_or_first_where_declared(sixty: Engine, direction: str) -> None:
    declared = columns()
    declared[4] = type(declared[4])(User.score, None, "score", "numeric", "nullsfirst")
    answer = ours(sixty, by(4, direction, length="12"), declared)
    assert [row["score"] for row in answer["data"]] == [None] * 12
