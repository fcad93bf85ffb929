"""The protocol of DataTables 1.9: `sEcho` in, `aaData` out."""

from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict

from app.serverside import BadRequest
from tests.serverside.stock_defects.sixty_users import column, columns, ids, ours, stock, where

NAMES = ("id", "name", "age")


def old(changes: dict[str, Any] | None = None, sources: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """Build a request as DataTables 1.9 sends it, then change it; None removes a parameter."""
    sent: dict[str, Any] = {
        "sEcho": "3", "iColumns": str(len(sources)), "sColumns": ",full_name,",
        "iDisplayStart": "0", "iDisplayLength": "10", "sSearch": "", "bRegex": "false",
        "iSortCol_0": "0", "sSortDir_0": "asc", "iSortingCols": "1",
    }  # fmt: skip
    for n, source in enumerate(sources):
        sent |= {f"mDataProp_{n}": source, f"sSearch_{n}": "", f"bRegex_{n}": "false"}
        sent |= {f"bSearchable_{n}": "true", f"bSortable_{n}": "true"}
    sent |= changes or {}
    return {name: value for name, value in sent.items() if value is not None}


def draw(sixty: Engine, changes: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    return ours(sixty, old(changes), columns(*NAMES), **options)


def found(answer: dict[str, Any]) -> list[int]:
    return ids({"data": answer["aaData"]})


def test_the_answer_has_the_old_names(sixty: Engine) -> None:
    answer = draw(sixty)
    assert list(answer) == ["sEcho", "iTotalRecords", "iTotalDisplayRecords", "aaData"]
    assert (answer["sEcho"], answer["iTotalRecords"], answer["iTotalDisplayRecords"]) == (3, 60, 60)
    assert answer["aaData"][0] == {"id": 1, "name": "Bob 1", "age": 27}


def test_the_library_refuses_it(sixty: Engine) -> None:
    with pytest.raises(ValueError, match="Legacy datatables not supported"):
        stock(sixty, old(), columns(*NAMES))


def test_a_page_and_its_order(sixty: Engine) -> None:
    changes = {"iDisplayStart": "5", "iDisplayLength": "3", "sSortDir_0": "desc"}
    assert found(draw(sixty, changes)) == [55, 54, 53]


def test_several_orders(sixty: Engine) -> None:
    changes = {"iSortingCols": "2", "iSortCol_0": "2", "iSortCol_1": "0", "sSortDir_1": "desc"}
    rows = draw(sixty, changes)["aaData"]
    assert [(row["age"], -row["id"]) for row in rows] == sorted(
        (row["age"], -row["id"]) for row in rows
    )


def test_global_and_column_searches(sixty: Engine) -> None:
    changes = {"sSearch": "ann", "sSearch_2": ">30", "iDisplayLength": "-1"}
    assert found(draw(sixty, changes)) == where(lambda u: "Ann" in u["name"] and u["age"] > 30)


def test_a_column_that_is_not_searchable(sixty: Engine) -> None:
    answer = draw(sixty, {"sSearch": "ann", "bSearchable_1": "false"})
    assert answer["iTotalDisplayRecords"] == 0


def test_regular_expressions_by_flag(sixty: Engine) -> None:
    changes = {"sSearch_1": "^ann b", "bRegex_1": "true"}
    answer = draw(sixty, changes, allow_regex_searches=True)
    assert found(answer) == where(lambda u: u["name"].startswith("Ann B"))


def test_a_user_error_has_its_old_name(sixty: Engine) -> None:
    changes = {"sSearch_1": "(", "bRegex_1": "true"}
    answer = draw(sixty, changes, allow_regex_searches=True)
    assert answer["sError"] == "The regular expression is not valid."
    assert (answer["iTotalDisplayRecords"], answer["aaData"]) == (0, [])


def test_a_page_without_names_gets_rows_by_number(sixty: Engine) -> None:
    absent = dict.fromkeys(("mDataProp_0", "mDataProp_1", "mDataProp_2"))
    assert draw(sixty, absent)["aaData"][0] == {"0": 1, "1": "Bob 1", "2": 27}
    assert draw(sixty, absent, arrays=True)["aaData"][0] == [1, "Bob 1", 27]


def test_features_that_are_off_send_nothing(sixty: Engine) -> None:
    off = [f"{name}_{n}" for name in ("sSearch", "bRegex", "bSearchable", "bSortable")
           for n in range(3)]  # fmt: skip
    off += ["sSearch", "bRegex", "iSortingCols", "iSortCol_0", "sSortDir_0", "sColumns"]
    answer = draw(sixty, dict.fromkeys(off))
    assert found(answer) == list(range(1, 11))


def test_columns_go_by_their_names_too(sixty: Engine) -> None:
    declared = [column("id"), column("age")]
    sent = old({"sColumns": "age,id", "iDisplayLength": "1"}, ("function", ""))
    answer = ours(sixty, sent, [type(c)(c.sqla_expr, c.mData, c.mData) for c in declared])
    assert answer["aaData"][0]["age"] == 20


def test_a_repeated_name_counts_once(sixty: Engine) -> None:
    sent = MultiDict([*old().items(), ("iDisplayLength", "3")])
    assert len(ours(sixty, sent, columns(*NAMES))["aaData"]) == 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iColumns", "x"), ("iColumns", "501"), ("iColumns", "-1"), ("iSortingCols", "51"),
        ("iDisplayStart", "x"), ("sEcho", "<script>"), ("iSortCol_0", "3"), ("iSortCol_0", "-1"),
        ("sSortDir_0", "up"), ("mDataProp_0", "password"), ("iColumns", None),
    ],
)  # fmt: skip
def test_an_unsound_request_is_refused(sixty: Engine, name: str, value: str | None) -> None:
    with pytest.raises(BadRequest) as caught:
        draw(sixty, {name: value})
    assert "script" not in str(caught.value)
