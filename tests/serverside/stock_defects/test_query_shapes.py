"""Rows 47 to 54: queries of other shapes mean what they say, or are refused in a sentence."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from tests.serverside.awaiting import result_of
from tests.serverside.stock_defects.sixty_users import (
    ADDRESSES,
    USERS,
    Address,
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

CITY = ColumnDT(Address.city, mData="city")


def test_47_tables_that_nothing_joins_are_refused(sixty: Engine) -> None:
    declared = [column("id"), CITY]
    with pytest.raises(ValueError, match="Nothing joins sixty_users and sixty_addresses"):
        ours(sixty, request(("id", "city")), declared, lambda session: session.query())


def test_48_to_many_as_aggregated_text_keeps_one_row_a_user(sixty: Engine) -> None:
    owned = Address.owner_id == User.id
    cities = select(sa.func.aggregate_strings(Address.city, ", ")).where(owned).scalar_subquery()
    declared = [column("id"), ColumnDT(cities, mData="cities")]
    sent = request(("id", "cities"), {"columns[1][search][value]": "City 3", "length": "100"})

    def joined(session: Session) -> Any:
        return session.query().select_from(User).outerjoin(Address, owned)

    assert (
        stock(sixty, request(("id", "city")), [column("id"), CITY], joined)["recordsTotal"] == "80"
    )
    answer = ours(sixty, sent, declared)
    owners = {a["owner_id"] for a in ADDRESSES if a["city"] == "City 3"}
    assert (answer["recordsTotal"], ids(answer)) == (60, sorted(owners))


@pytest.mark.parametrize("selected", [(User,), (User.name,), (User.name, User.age)])
def test_49_columns_that_the_query_selects_itself_shift_nothing(
    sixty: Engine, selected: tuple[Any, ...]
) -> None:
    def preselected(session: Session) -> Any:
        return session.query(*selected)

    names = ("id", "name", "age")
    first = {name: USERS[0][name] for name in names}
    assert stock(sixty, request(names), columns(*names), preselected)["data"][0] != first
    assert ours(sixty, request(names), columns(*names), preselected)["data"][0] == first


GROUPED = [
    ColumnDT(Address.city, mData="city"),
    ColumnDT(sa.func.count(User.id), mData="users", search_method="numeric"),
]


def grouped(session: Session) -> Any:
    return session.query().select_from(User).join(User.address).group_by(Address.city)


def test_50_groups_are_searched_and_ordered_as_rows(sixty: Engine) -> None:
    cities = Counter(f"City {n % 7}" for n in range(1, 61))
    changes = {"order[0][column]": "1", "order[0][dir]": "desc", "search[value]": "9"}
    assert stock(sixty, request(("city", "users"), changes), GROUPED, grouped)["error"]
    answer = ours(sixty, request(("city", "users"), changes), GROUPED, grouped)
    nines = sorted(city for city, users in cities.items() if users == 9)
    assert [row["city"] for row in answer["data"]] == nines[::-1]
    assert (answer["recordsTotal"], answer["recordsFiltered"]) == (7, len(nines))


def test_51_distinct_counts_what_it_shows(sixty: Engine) -> None:
    def distinct(session: Session) -> Any:
        return session.query().select_from(User).distinct()

    declared, names = columns("half", "age"), ("half", "age")
    pairs = {(user["half"], user["age"]) for user in USERS}
    assert stock(sixty, request(names), declared, distinct)["recordsTotal"] == "2"
    answer = ours(sixty, request(names, {"length": "100"}), declared, distinct)
    assert (answer["recordsTotal"], len(answer["data"])) == (len(pairs), len(pairs))


def test_52_a_limit_in_the_query_is_its_scope(sixty: Engine) -> None:
    def some(session: Session) -> Any:
        return session.query().select_from(User).order_by(User.id.desc()).limit(20)

    assert stock(sixty, global_search("Ann"), query=some)["error"]
    answer = ours(sixty, global_search("Ann"), query=some)
    expected = where(lambda u: "Ann" in u["name"] and u["id"] > 40)
    assert (answer["recordsTotal"], sorted(ids(answer))) == (20, expected)


def test_52_a_select_is_a_query(sixty: Engine) -> None:
    sent = global_search("Ann")
    answer = ours(sixty, sent, query=lambda session: select().select_from(User))
    assert answer == ours(sixty, sent)


def test_52_a_relationship_is_no_column() -> None:
    with pytest.raises(TypeError, match=r"User\.address is a relationship; declare one of its"):
        ColumnDT(User.address, mData="address")


def test_53_a_hybrid_is_a_column(sixty: Engine) -> None:
    declared = [column("id"), ColumnDT(User.shout, mData="shout")]
    answer = ours(sixty, request(("id", "shout"), {"search[value]": "BOB 1"}), declared)
    assert answer["data"] == [{"id": 1, "shout": "BOB 1"}, *answer["data"][1:]]


def test_53_a_hybrid_without_an_sql_side_is_refused_when_declared() -> None:
    with pytest.raises(AttributeError):
        ColumnDT(User.initial, mData="initial")


def test_54_an_async_session_is_told_how_to_ask(sixty: Engine) -> None:
    with pytest.raises(TypeError, match="run_sync"):
        DataTables(request(), select().select_from(User), columns(), session=AsyncSession())


def test_54_and_then_answers(sixty: Engine) -> None:
    async def ask() -> dict[str, Any]:
        async with AsyncSession() as session:
            session.sync_session.bind = sixty
            table = await session.run_sync(
                lambda sync: DataTables(
                    request(), select().select_from(User), columns(), session=sync
                )
            )
            answer: dict[str, Any] = table.output_result()
            return answer

    answer = result_of(ask())
    assert answer == ours(sixty, request())
