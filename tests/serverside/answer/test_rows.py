"""Rows as objects by name, objects by number, nested objects or lists; columns of the client."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import BadRequest, ColumnDT
from tests.serverside.stock_defects.sixty_users import (
    USERS,
    Address,
    User,
    column,
    columns,
    ids,
    ours,
    request,
    where,
)

NAMES = ("id", "name", "age")
NUMBERS = ("0", "1", "2")


def draw(sixty: Engine, names: Any, changes: Any = None, **options: Any) -> dict[str, Any]:
    return ours(sixty, request(names, changes), columns(*NAMES), **options)


def row_id(row: dict[str, Any]) -> str:
    return f"user_{row['id']}"


def test_rows_are_objects_by_declared_name(sixty: Engine) -> None:
    assert draw(sixty, NAMES)["data"][0] == {"id": 1, "name": "Bob 1", "age": 27}


def test_a_page_without_names_gets_objects_by_number(sixty: Engine) -> None:
    row = draw(sixty, NUMBERS, row_id=row_id)["data"][0]
    assert row == {"0": 1, "1": "Bob 1", "2": 27, "DT_RowId": "user_1"}


def test_numbers_in_a_json_body_are_numbers_too(sixty: Engine) -> None:
    sent = {"draw": 1, "start": 0, "length": 1, "columns": [{"data": n} for n in (2, 0, 1)]}
    assert ours(sixty, sent, columns(*NAMES))["data"] == [{"0": 1, "1": "Bob 1", "2": 27}]


def test_columns_of_the_client_do_not_make_a_page_named(sixty: Engine) -> None:
    row = draw(sixty, ("", "0", "function", "1"))["data"][0]
    assert row == {"0": 1, "1": "Bob 1", "2": 27}


def test_numbers_mean_the_declared_columns_wherever_they_are_shown(sixty: Engine) -> None:
    """ColReorder sends columns as displayed; each keeps its number."""
    changes = {
        "order[0][column]": "0", "order[0][dir]": "desc", "columns[1][search][value]": "ann",
        "length": "100",
    }  # fmt: skip
    answer = draw(sixty, ("2", "1", "0"), changes)
    anns = where(lambda u: "Ann" in u["name"])
    by_age = sorted(anns, key=lambda n: (USERS[n - 1]["age"], n), reverse=True)
    assert [row["0"] for row in answer["data"]] == by_age


def test_reordered_names_mean_the_same_columns(sixty: Engine) -> None:
    changes = {"order[0][column]": "2", "order[0][dir]": "desc", "length": "3"}
    assert ids(draw(sixty, ("age", "name", "id"), changes)) == [60, 59, 58]


def test_one_name_among_numbers_makes_rows_named(sixty: Engine) -> None:
    assert tuple(draw(sixty, ("0", "name", "2"))["data"][0]) == NAMES


def test_columns_declared_without_names_answer_by_number(sixty: Engine) -> None:
    declared = [column("id"), ColumnDT(User.name), column("age")]
    mixed = ours(sixty, request(("id", "1", "age")), declared)
    assert mixed["data"][0] == {"id": 1, "1": "Bob 1", "age": 27}
    numbered = ours(sixty, request(NUMBERS), declared)
    assert numbered["data"][0] == {"0": 1, "1": "Bob 1", "2": 27}


def test_a_number_that_is_a_declared_name_is_a_name(sixty: Engine) -> None:
    declared = [column("id"), ColumnDT(User.age, mData="2024")]
    assert ours(sixty, request(("2024",)), declared)["data"][0] == {"id": 1, "2024": 27}


def test_arrays_are_lists_in_the_declared_order(sixty: Engine) -> None:
    assert draw(sixty, ("2", "0", "1"), arrays=True)["data"][0] == [1, "Bob 1", 27]


def test_arrays_have_no_place_for_an_id(sixty: Engine) -> None:
    with pytest.raises(TypeError, match="Rows as arrays have no place for row_id"):
        draw(sixty, NUMBERS, arrays=True, row_id=row_id)


def test_every_member_of_a_row_is_declared_by_a_function_of_the_named_row(sixty: Engine) -> None:
    answer = draw(
        sixty, NAMES, {"length": "1"}, row_id=row_id,
        row_class=lambda row: "adult" if row["age"] > 17 else "child",
        row_data=lambda row: {"key": row["id"]}, row_attr=lambda row: {"title": row["name"]},
    )  # fmt: skip
    assert answer["data"] == [
        {
            "id": 1, "name": "Bob 1", "age": 27, "DT_RowId": "user_1", "DT_RowClass": "adult",
            "DT_RowData": {"key": 1}, "DT_RowAttr": {"title": "Bob 1"},
        }
    ]  # fmt: skip


def test_a_dotted_name_is_a_nested_object(sixty: Engine) -> None:
    def joined(session: Session) -> Any:
        return session.query().select_from(User).join(User.address)

    declared = [column("id"), ColumnDT(Address.city, mData="address.city"),
                ColumnDT(Address.id, mData="address.id")]  # fmt: skip
    sent = request(("id", "address.city"), {"columns[1][search][value]": "city 3", "length": "1"})
    answer = ours(sixty, sent, declared, joined)
    assert answer["data"] == [{"id": 3, "address": {"city": "City 3", "id": 3}}]


CLIENT_ONLY = [None, "", "function"]


@pytest.mark.parametrize("source", CLIENT_ONLY)
def test_a_column_of_the_client_is_not_searched(sixty: Engine, source: str | None) -> None:
    changes = {"columns[0][search][value]": "zzz", "search[value]": "ann", "length": "100"}
    sent = {**request(("?", "name"), changes), "columns[0][data]": source}
    answer = ours(sixty, sent, columns(*NAMES))
    assert ids(answer) == where(lambda u: "Ann" in u["name"])


@pytest.mark.parametrize("source", CLIENT_ONLY)
def test_a_column_of_the_client_is_not_ordered_by(sixty: Engine, source: str | None) -> None:
    sent = {**request(("?", "name"), {"order[0][column]": "0"}), "columns[0][data]": source}
    answer = ours(sixty, sent, columns(*NAMES))
    assert ids(answer) == list(range(1, 11))
    assert answer["notices"] == ["order[0] is left out: this column can't be ordered."]


def test_a_function_with_a_name_goes_by_the_name(sixty: Engine) -> None:
    declared = [column("id"), ColumnDT(User.age, "years", "age", "numeric")]
    changes = {"columns[0][name]": "years", "order[0][column]": "0", "order[0][dir]": "desc"}
    rows = ours(sixty, request(("function", "id"), changes), declared)["data"]
    assert [row["age"] for row in rows] == sorted((u["age"] for u in USERS), reverse=True)[:10]


@pytest.mark.parametrize("name", ["search[value]", "columns[1][search][value]"])
def test_the_word_undefined_is_a_word(sixty: Engine, name: str) -> None:
    """DataTables 3 writes it for what is not set; in a search box it is what was typed."""
    assert draw(sixty, NAMES, {name: "undefined"})["recordsFiltered"] == 0


def test_a_data_source_that_is_undefined_is_no_order(sixty: Engine) -> None:
    with pytest.raises(BadRequest, match=r"columns\[0\]\[data\] names a column"):
        draw(sixty, ("undefined", "name"), {"order[0][column]": "0"})


def test_an_orthogonal_source_orders_and_searches_by_its_roles(sixty: Engine) -> None:
    changes = {
        "columns[0][data][_]": "name", "columns[0][data][sort]": "age",
        "columns[0][data][filter]": "id", "columns[0][search][value]": "<=30",
        "order[0][column]": "0", "order[0][dir]": "asc",
    }  # fmt: skip
    sent = request(("?", "id"), changes)
    del sent["columns[0][data]"]
    expected = sorted(range(1, 31), key=lambda n: (USERS[n - 1]["age"], n))
    assert ids(ours(sixty, sent, columns(*NAMES))) == expected[:10]
