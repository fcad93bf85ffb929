"""Rows that are not those of a table: groups, distinct values, a part of a query, a subquery."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import aliased

from app.serverside import ColumnDT
from tests.serverside.stock_defects.sixty_users import (
    ADDRESSES,
    USERS,
    Address,
    User,
    by,
    column,
    columns,
    draw,
    ids,
    totals,
    where,
)

Row = dict[str, Any]
CITIES = {address["id"]: address["city"] for address in ADDRESSES}

GROUPS = [
    ColumnDT(Address.city, mData="city"),
    ColumnDT(func.count(User.id), mData="users", search_method="numeric"),
    ColumnDT(func.max(User.age), mData="oldest", search_method="numeric"),
]
GROUPED = select().select_from(User).join(User.address).group_by(Address.city)


def groups(test: Callable[[Row], bool] = lambda group: True) -> list[Row]:
    members: dict[str, list[Row]] = defaultdict(list)
    for user in USERS:
        members[CITIES[user["address_id"]]].append(user)
    rows = [
        {"city": city, "users": len(users), "oldest": max(user["age"] for user in users)}
        for city, users in sorted(members.items())
    ]
    return [row for row in rows if test(row)]


def test_groups_are_rows(sixty: Engine) -> None:
    answer = draw(sixty, GROUPS, GROUPED)
    assert answer["data"] == groups()
    assert totals(answer) == (7, 7, 7)


def test_an_aggregate_is_searched_and_ordered(sixty: Engine) -> None:
    answer = draw(sixty, GROUPS, GROUPED, {"columns[1][search][value]": ">8", **by(2, "desc")})
    expected = groups(lambda group: group["users"] > 8)
    assert answer["data"] == sorted(
        expected, key=lambda g: (-g["oldest"], g["city"]), reverse=False
    )
    assert totals(answer) == (7, len(expected), len(expected))


def test_having_is_the_scope_of_groups(sixty: Engine) -> None:
    query = GROUPED.having(func.count(User.id) > 8)
    answer = draw(sixty, GROUPS, query, {"search[value]": "city 2"})
    assert answer["recordsTotal"] == len(groups(lambda g: g["users"] > 8))
    assert answer["data"] == groups(lambda g: g["users"] > 8 and g["city"] == "City 2")


def test_pages_of_groups_hold_each_once(sixty: Engine) -> None:
    seen = [
        row["city"]
        for start in range(0, 7, 2)
        for row in draw(
            sixty, GROUPS, GROUPED, {"start": str(start), "length": "2", **by(1, "desc")}
        )["data"]
    ]
    assert sorted(seen) == [group["city"] for group in groups()]


def test_distinct_values_are_rows(sixty: Engine) -> None:
    query = select().select_from(User).distinct()
    answer = draw(sixty, columns("half", "level"), query, by(0, "desc"))
    expected = {(user["half"], user["level"].value) for user in USERS}
    assert totals(answer) == (len(expected),) * 3
    assert {(row["half"], row["level"]) for row in answer["data"]} == expected


@pytest.mark.parametrize(("limit", "offset"), [(20, None), (20, 10), (None, 50)])
def test_a_part_of_a_query_is_its_scope(
    sixty: Engine, limit: int | None, offset: int | None
) -> None:
    query = select().select_from(User).order_by(User.age.desc(), User.id).limit(limit)
    query = query.offset(offset)
    oldest = sorted(USERS, key=lambda user: (-user["age"], user["id"]))
    part = oldest[offset or 0 :][: limit or 60]
    answer = draw(sixty, columns("id", "name", "age"), query)
    assert ids(answer) == [user["id"] for user in part]
    found = draw(sixty, columns("id", "name", "age"), query, {"search[value]": "ann"})
    assert ids(found) == [user["id"] for user in part if "Ann" in user["name"]]
    assert found["recordsTotal"] == len(part)


def test_a_subquery_is_a_table(sixty: Engine) -> None:
    inner = select(User.id, User.name, (User.age * 2).label("twice")).where(User.half == 1)
    table = inner.subquery("odd")
    declared = [ColumnDT(table.c[name], mData=name) for name in ("id", "name", "twice")]
    answer = draw(sixty, declared, select().select_from(table), {"search[value]": "ann"})
    expected = where(lambda u: u["half"] == 1 and "Ann" in u["name"])
    assert (ids(answer), answer["recordsTotal"]) == (expected, 30)


def test_an_alias_made_anew_for_each_request_is_answered_each_time(sixty: Engine) -> None:
    for _ in range(3):
        other = aliased(User, name="other")
        query = select().select_from(User).join(other, other.id == User.half)
        declared = [column("id"), ColumnDT(other.name, mData="partner")]
        answer = draw(sixty, declared, query, {"search[value]": "bob 1"})
        assert totals(answer) == (30, 30, 30)


def test_a_union_is_a_table(sixty: Engine) -> None:
    union = sa.union_all(
        select(User.id.label("id"), User.name.label("text")),
        select((Address.id + 100).label("id"), Address.city.label("text")),
    ).subquery("both")
    declared = [ColumnDT(union.c[name], mData=name) for name in ("id", "text")]
    answer = draw(
        sixty, declared, select().select_from(union), {"search[value]": "city 3", **by(0)}
    )
    assert answer["recordsTotal"] == 120
    assert ids(answer) == [a["id"] + 100 for a in ADDRESSES if a["city"] == "City 3"]
