"""What the library's own test suite checks, asked of our classes after changing one import.

The facts of its suite hold here except where it asserts a defect, which ours does not have:

- `recordsTotal`, `recordsFiltered` and `draw` are texts there, integers here;
- a bad `length` or order direction leaves a Python message in `error` there; here it is a
  `BadRequest` that names the parameter, which the project answers with 400;
- a query that leaves out the join answers a cartesian product there; here it is a `ValueError`;
- a regular expression has its special characters escaped there; here it is one;
- the 1.9 protocol raises `ValueError` there; here it is answered;
- `yadcf_range_date` takes any date there, guessed; here ISO dates.
"""

import operator
from collections.abc import Iterator
from datetime import date
from typing import Any

import datatables
import pytest
from sqlalchemy import Engine, func
from sqlalchemy.orm import Session

from app.serverside import BadRequest, ColumnDT, DataTables
from tests.serverside.stock_defects.sixty_users import USERS, Address, User, request, where

NAMES = ("id", "name", "city", "joined", "age", "score")


@pytest.fixture
def session(sixty: Engine) -> Iterator[Session]:
    with Session(sixty) as session:
        yield session


def declared(**methods: str) -> list[ColumnDT]:
    expressions = (User.id, User.name, Address.city, User.joined, User.age, User.score)
    return [
        ColumnDT(expression, mData=name, search_method=methods.get(name, "string_contains"))
        for name, expression in zip(NAMES, expressions, strict=True)
    ]


def draw(session: Session, changes: dict[str, str] | None = None, **methods: str) -> dict[str, Any]:
    query = session.query().select_from(User).join(Address, Address.id == User.address_id)
    sent = request(NAMES, {"length": "100", **(changes or {})})
    table = DataTables(sent, query, declared(**methods))
    return table.output_result()


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["data"]]


def in_column(name: str, term: str) -> dict[str, str]:
    return {f"columns[{NAMES.index(name)}][search][value]": term}


def order(*terms: tuple[str, str]) -> dict[str, str]:
    changes = {}
    for number, (name, direction) in enumerate(terms):
        changes[f"order[{number}][column]"] = str(NAMES.index(name))
        changes[f"order[{number}][dir]"] = direction
    return changes


def test_our_classes_are_the_librarys(session: Session) -> None:
    query = session.query().select_from(User)
    table = DataTables(request(("id",)), query, [ColumnDT(User.id, mData="id")])
    assert isinstance(table, datatables.DataTables)
    assert isinstance(table.columns[0], datatables.ColumnDT)


def test_a_column_takes_the_librarys_arguments_by_position() -> None:
    column = ColumnDT(User.name, "full_name", "name", "like", "nullsfirst", False)
    assert tuple(column) == (User.name, "full_name", "name", "like", "nullsfirst", False)


@pytest.mark.parametrize(
    "bad", [{"search_method": "quick"}, {"nulls_order": "middle"}, {"search_method": ""}]
)
def test_a_column_refuses_what_the_library_refuses(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not an allowed value"):
        ColumnDT(User.name, **bad)


def test_the_librarys_attributes_are_there(session: Session) -> None:
    query = session.query().select_from(User)
    table = DataTables(request(("id",)), query, [ColumnDT(User.id, mData="id")])
    assert (table.cardinality, table.cardinality_filtered, table.error) == (60, 60, None)
    assert table.results == table.output_result()["data"]


def test_all_rows_come_in_the_declared_shape(session: Session) -> None:
    answer = draw(session)
    assert (answer["draw"], answer["recordsTotal"], answer["recordsFiltered"]) == (1, 60, 60)
    assert answer["data"][0]["city"] == "City 1"
    assert tuple(answer["data"][0]) == NAMES


def test_columns_without_names_go_by_their_numbers(session: Session) -> None:
    query = session.query().select_from(User)
    columns = [ColumnDT(User.id), ColumnDT(User.name)]
    answer = DataTables(request(("0", "1")), query, columns).output_result()
    assert answer["data"][0] == {"0": 1, "1": "Bob 1"}


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("name", ["id", "age", "joined"])
def test_a_column_orders(session: Session, name: str, direction: str) -> None:
    values = [row[name] for row in draw(session, order((name, direction)))["data"]]
    assert values == sorted(values, reverse=direction == "desc")


def test_several_columns_order(session: Session) -> None:
    answer = draw(session, order(("city", "desc"), ("id", "asc")))
    keys = [(row["city"], -row["id"]) for row in answer["data"]]
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize(("nulls", "place"), [("nullsfirst", 0), ("nullslast", -1)])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_nulls_go_where_declared(session: Session, direction: str, nulls: str, place: int) -> None:
    columns = [ColumnDT(User.score, mData="score", nulls_order=nulls)]
    sent = request(("score",), {"length": "100", "order[0][column]": "0"})
    table = DataTables(
        {**sent, "order[0][dir]": direction}, session.query().select_from(User), columns
    )
    assert table.output_result()["data"][place] == {"score": None}


@pytest.mark.parametrize(
    ("start", "length", "rows"), [("0", "5", 5), ("55", "10", 5), ("5", "0", 0)]
)
def test_pages(session: Session, start: str, length: str, rows: int) -> None:
    assert len(draw(session, {"start": start, "length": length})["data"]) == rows


def test_length_minus_one_is_all_that_a_page_may_hold(session: Session) -> None:
    assert len(draw(session, {"length": "-1"})["data"]) == 60


@pytest.mark.parametrize(
    "changes", [{"length": "-5"}, {"order[0][column]": "0", "order[0][dir]": "up"}]
)
def test_bad_lengths_and_directions_are_bad_requests(
    session: Session, changes: dict[str, str]
) -> None:
    with pytest.raises(BadRequest):
        draw(session, changes)


def test_a_global_search_is_over_all_columns(session: Session) -> None:
    expected = where(lambda u: u["name"].startswith("Bob") and u["id"] % 7 == 3)
    assert ids(draw(session, {"search[value]": "bob city 3"})) == expected
    assert expected == [31]


def test_a_column_left_out_of_the_global_search_still_searches(session: Session) -> None:
    columns = [
        ColumnDT(User.id, mData="id"),
        ColumnDT(User.name, mData="name", global_search=False),
    ]
    query = session.query().select_from(User)
    globally = request(("id", "name"), {"search[value]": "bob"})
    assert DataTables(globally, query, columns).output_result()["recordsFiltered"] == 0
    alone = request(("id", "name"), {"columns[1][search][value]": "bob"})
    assert DataTables(alone, query, columns).output_result()["recordsFiltered"] == 6


@pytest.mark.parametrize(
    ("method", "term", "found"),
    [
        ("string_contains", "BOB", 6), ("ilike", "bob 1", 1), ("ilike", "bob", 0),
        ("like", "Bob 1", 1), ("like", "bob 1", 0), ("none", "bob", 60),
    ],
)  # fmt: skip
def test_text_methods(session: Session, method: str, term: str, found: int) -> None:
    assert draw(session, in_column("name", term), name=method)["recordsFiltered"] == found


@pytest.mark.parametrize(
    ("term", "test"),
    [
        ("30", operator.eq), ("=30", operator.eq), (">30", operator.gt), ("> 30", operator.gt),
        (">=30", operator.ge), ("<30", operator.lt), ("<=30", operator.le),
    ],
)  # fmt: skip
def test_numeric(session: Session, term: str, test: Any) -> None:
    expected = where(lambda u: test(u["age"], 30))
    assert ids(draw(session, in_column("age", term), age="numeric")) == expected


@pytest.mark.parametrize(
    ("term", "test"),
    [
        ("2020-01-05", lambda day: day == date(2020, 1, 5)),
        (">2020-01-05", lambda day: day > date(2020, 1, 5)),
        ("<=2020-01-05", lambda day: day <= date(2020, 1, 5)),
    ],
)
def test_date(session: Session, term: str, test: Any) -> None:
    expected = where(lambda u: test(u["joined"].date()))
    assert ids(draw(session, in_column("joined", term), joined="date")) == expected


@pytest.mark.parametrize(
    ("method", "term", "test"),
    [
        ("yadcf_range_number", "30-yadcf_delim-40", lambda u: 30 <= u["age"] <= 40),
        ("yadcf_range_number", "-yadcf_delim-40", lambda u: u["age"] <= 40),
        ("yadcf_range_number", "40-yadcf_delim-", lambda u: u["age"] >= 40),
        ("yadcf_range_number_slider", "30-yadcf_delim-40", lambda u: 30 <= u["age"] <= 40),
        ("yadcf_multi_select", "27|34", lambda u: u["age"] in (27, 34)),
    ],
)
def test_yadcf_on_numbers(session: Session, method: str, term: str, test: Any) -> None:
    expected = where(test)
    assert ids(draw(session, in_column("age", term), age=method)) == expected
    assert len(expected) > 0


@pytest.mark.parametrize("method", ["yadcf_text", "yadcf_select"])
def test_yadcf_on_text(session: Session, method: str) -> None:
    expected = where(lambda u: "Ann" in u["name"])
    assert ids(draw(session, in_column("name", "Ann"), name=method)) == expected


def test_yadcf_autocomplete_is_the_whole_text(session: Session) -> None:
    found = draw(session, in_column("name", "Ann 10"), name="yadcf_autocomplete")
    assert ids(found) == [10]


def test_yadcf_range_date(session: Session) -> None:
    term = "2020-01-05-yadcf_delim-2020-01-06"
    found = draw(session, in_column("joined", term), joined="yadcf_range_date")
    days = (date(2020, 1, 5), date(2020, 1, 6))
    assert set(ids(found)) <= set(where(lambda u: u["joined"].date() in days))
    assert ids(found)


def test_an_expression_is_a_column(session: Session) -> None:
    columns = [ColumnDT(User.id, mData="id"), ColumnDT(func.upper(User.name), mData="shout")]
    sent = request(("id", "shout"), {"columns[1][search][value]": "ann b. 9"})
    answer = DataTables(sent, session.query().select_from(User), columns).output_result()
    assert answer["data"] == [{"id": 9, "shout": "ANN B. 9"}, *answer["data"][1:]]


def test_a_query_that_filters_keeps_its_filter(session: Session) -> None:
    query = session.query().select_from(User).filter(User.age > 40)
    answer = DataTables(request(("id",)), query, [ColumnDT(User.id, mData="id")]).output_result()
    assert answer["recordsTotal"] == sum(user["age"] > 40 for user in USERS)


def test_a_method_that_a_project_registers_is_used(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = datatables.search_methods.SEARCH_METHODS
    monkeypatch.setitem(methods, "even", lambda expression, _: expression % 2 == 0)
    found = draw(session, in_column("age", "yes"), age="even")
    assert ids(found) == where(lambda u: u["age"] % 2 == 0)


def test_a_method_that_a_project_replaces_is_the_projects(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = datatables.search_methods.SEARCH_METHODS
    monkeypatch.setitem(methods, "like", lambda expression, value: expression.startswith(value))
    assert draw(session, in_column("name", "Ann B"), name="like")["recordsFiltered"] == 6
