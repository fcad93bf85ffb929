"""Queries of other shapes through the same `DataTables`, against brute force over the same rows."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, mapped_column

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
OWNED: dict[int, list[str]] = defaultdict(list)
for _address in ADDRESSES:
    OWNED[_address["owner_id"]].append(_address["city"])


# To-one: the join adds columns and no rows.

TO_ONE = [column("id"), ColumnDT(Address.city, mData="city")]


@pytest.mark.parametrize("outer", [True, False])
def test_a_join_to_one_is_searched_and_ordered(sixty: Engine, outer: bool) -> None:
    query = select().select_from(User).join(User.address, isouter=outer)
    changes = {"columns[1][search][value]": "city 3", **by(1, "desc"), "length": "5"}
    answer = draw(sixty, TO_ONE, query, changes)
    expected = where(lambda u: CITIES[u["address_id"]] == "City 3")
    assert totals(answer) == (60, len(expected), 5)
    assert ids(answer) == expected[::-1][:5]


# To-many: aggregated text, so that a user stays one row; searched by any of its parts.

_OWNED = select(func.aggregate_strings(Address.city, ", ")).where(Address.owner_id == User.id)
_PARTS = select(func.aggregate_strings(Address.city, "\x1f")).where(Address.owner_id == User.id)
_COUNT = select(func.count(Address.id)).where(Address.owner_id == User.id)
TO_MANY = [
    column("id"),
    ColumnDT(
        _OWNED.scalar_subquery(),
        mData="cities",
        search_expr=_PARTS.scalar_subquery(),  # a separator that nobody can type
    ),
    ColumnDT(_COUNT.scalar_subquery(), mData="owned", search_method="numeric"),
]
TO_MANY_QUERY = select().select_from(User)


@pytest.mark.parametrize("term", ["city 3", "3", "!3", "1 4", '"1, c"', "zzz"])
def test_to_many_is_searched_by_its_parts_without_more_rows(sixty: Engine, term: str) -> None:
    def matches(user: Row) -> bool:
        text = "\x1f".join(OWNED[user["id"]]).lower()
        if term.startswith('"'):
            return False
        negated = term.startswith("!")
        return all((word.lstrip("!") in text) is not negated for word in term.split())

    answer = draw(sixty, TO_MANY, TO_MANY_QUERY, {"columns[1][search][value]": term})
    assert ids(answer) == where(matches)
    assert answer["recordsTotal"] == 60


def test_to_many_is_ordered_and_searched_by_its_number(sixty: Engine) -> None:
    changes = {"columns[2][search][value]": ">=1", **by(2, "desc")}
    answer = draw(sixty, TO_MANY, TO_MANY_QUERY, changes)
    counts = {user["id"]: len(OWNED[user["id"]]) for user in USERS}
    expected = sorted((n for n in counts if counts[n]), key=lambda n: (-counts[n], -n))
    assert ids(answer) == expected
    assert [row["owned"] for row in answer["data"]] == [counts[n] for n in expected]


def test_to_many_shows_all_parts(sixty: Engine) -> None:
    rows = draw(sixty, TO_MANY, TO_MANY_QUERY)["data"]
    shown = [sorted((row["cities"] or "").split(", ")) for row in rows]
    assert shown == [sorted(OWNED[row["id"]]) or [""] for row in rows]


def test_an_exists_in_the_query_multiplies_nothing(sixty: Engine) -> None:
    owns = select(Address.id).where(Address.owner_id == User.id, Address.city == "City 3").exists()
    answer = draw(sixty, columns("id", "name"), select().select_from(User).where(owns))
    expected = where(lambda u: "City 3" in OWNED[u["id"]])
    assert (ids(answer), answer["recordsTotal"]) == (expected, len(expected))


# Expressions that no table holds.


def test_hybrids_and_functions_are_columns(sixty: Engine) -> None:
    length = ColumnDT(func.length(User.name), mData="length", search_method="numeric")
    declared = [column("id"), ColumnDT(User.shout, mData="shout"), length]
    changes = {"columns[1][search][value]": "ann", "columns[2][search][value]": ">7", **by(1)}
    answer = draw(sixty, declared, select().select_from(User), changes)
    expected = where(lambda u: "Ann" in u["name"] and len(u["name"]) > 7)
    assert sorted(ids(answer)) == expected
    shouted = [row["shout"] for row in answer["data"]]
    assert shouted == sorted(shouted, key=str.lower)


FULL = ColumnDT(
    User.name + " (" + sa.cast(User.age, sa.Text()) + ")",
    mData="full",
    sort_expr=User.age,
    search_expr=User.name,
)


def test_a_column_may_show_sort_and_search_differently(sixty: Engine) -> None:
    changes = {"columns[1][search][value]": "bob", **by(1, "desc")}
    answer = draw(sixty, [column("id"), FULL], select().select_from(User), changes)
    bobs = [user for user in USERS if user["name"].startswith("Bob")]
    expected = sorted(bobs, key=lambda user: (-user["age"], -user["id"]))
    assert [row["full"] for row in answer["data"]] == [
        f"{u['name']} ({u['age']})" for u in expected
    ]


def test_also_in_a_query_that_is_wrapped(sixty: Engine) -> None:
    query = select().select_from(User).order_by(User.id).limit(30)
    changes = {"columns[1][search][value]": "bob", **by(1, "desc")}
    answer = draw(sixty, [column("id"), FULL], query, changes)
    bobs = [user for user in USERS[:30] if user["name"].startswith("Bob")]
    assert ids(answer) == [u["id"] for u in sorted(bobs, key=lambda u: (-u["age"], -u["id"]))]
    assert answer["recordsTotal"] == 30


def test_what_only_the_search_reads_is_not_found_by_what_is_shown(sixty: Engine) -> None:
    changes = {"columns[1][search][value]": "("}
    answer = draw(sixty, [column("id"), FULL], select().select_from(User), changes)
    assert answer["recordsFiltered"] == 0


class _Base(DeclarativeBase):
    pass


@dataclass
class Point:
    """A composite value."""

    x: int
    y: int


class Segment(_Base):
    """Never stored: only its declaration is of interest."""

    __tablename__ = "sixty_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[Point] = composite(mapped_column("x"), mapped_column("y"))


def test_a_composite_is_declared_by_its_parts() -> None:
    with pytest.raises(TypeError, match=r"Segment\.start is a composite; declare its parts"):
        ColumnDT(Segment.start, mData="start")


def test_the_parts_of_a_composite_are_a_nested_object(sixty: Engine) -> None:
    _Base.metadata.create_all(sixty)
    table = Segment.__table__
    with sixty.begin() as connection:
        connection.execute(sa.delete(table))
        connection.execute(sa.insert(table), [{"id": n, "x": n, "y": -n} for n in (1, 2, 3)])
    declared = [ColumnDT(Segment.id, mData="id"), ColumnDT(table.c.x, mData="start.x"),
                ColumnDT(table.c.y, mData="start.y")]  # fmt: skip
    answer = draw(sixty, declared, select().select_from(Segment), by(2))
    assert [row["start"] for row in answer["data"]] == [{"x": n, "y": -n} for n in (3, 2, 1)]


# Scope: what an endpoint shows to whom changes both totals, and no request widens it.


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("term", ["", "ann", "!ann", '"x" !"y"'])
def test_a_scope_per_user_changes_both_totals(sixty: Engine, half: int, term: str) -> None:
    query = select().select_from(User).where(User.half == half)
    answer = draw(sixty, columns("id", "name"), query, {"search[value]": term})
    mine = where(lambda u: u["half"] == half)
    assert answer["recordsTotal"] == len(mine)
    assert set(ids(answer)) <= set(mine)
    if term == "!ann":
        assert ids(answer) == where(lambda u: u["half"] == half and "Ann" not in u["name"])
