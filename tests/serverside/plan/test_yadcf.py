"""yadcf: its search methods, and the values and ends that its filters need in the answer."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, false
from sqlalchemy.orm import Session

from app.serverside import DataTables, Limits
from tests.serverside.tables import METHODS

Cold = Callable[[Callable[[], object], int], bool]

ROWS = METHODS.rows
PLACES = {column.data: number for number, column in enumerate(METHODS.described)}


def drawn(engine: Engine, limits: Limits | None = None, **terms: Any) -> dict[str, Any]:
    """Ask with a term, or a (term, regex), for some of the columns."""
    columns = []
    for column in METHODS.described:
        term = terms.get(column.data, "")
        value, regex = term if isinstance(term, tuple) else (term, False)
        columns.append({"data": column.data, "search": {"value": value, "regex": regex}})
    request = {"draw": 1, "columns": columns, "length": 1000}
    with Session(engine) as session:
        return DataTables(
            request, METHODS.query(), METHODS.columns, True, session=session,
            limits=limits or Limits(),
        ).output_result()  # fmt: skip


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["data"]]


def where(key: str, *values: object) -> list[int]:
    return [row["id"] for row in ROWS if row[key] in values]


def data(answer: dict[str, Any], name: str) -> Any:
    return answer.get(f"yadcf_data_{PLACES[name]}")


def test_text_and_select_find_a_part_of_the_text_without_wildcards(tables: Engine) -> None:
    assert ids(drawn(tables, text="50%")) == where("text", "50% off")
    assert ids(drawn(tables, text="ann lee")) == where("text", "Ann Lee")
    assert ids(drawn(tables, select="york")) == where("select", "York", "New York")


def test_autocomplete_finds_exactly_its_text(tables: Engine) -> None:
    assert ids(drawn(tables, auto="x")) == where("auto", "x")
    assert ids(drawn(tables, auto="_")) == where("auto", "_")


def test_multi_select_finds_any_of_its_values_exactly(tables: Engine) -> None:
    assert ids(drawn(tables, multi="UK|CH")) == where("multi", "UK", "CH")
    assert ids(drawn(tables, multi="U")) == []
    assert ids(drawn(tables, numbers="30|44|")) == where("numbers", 30, 44)


@pytest.mark.parametrize(("term", "values"), [("UK|CH", ["UK", "CH"]), (r"\_|U\K", ["_", "UK"])])
def test_values_marked_as_a_pattern_are_escaped_values_not_a_pattern(
    tables: Engine, term: str, values: list[str]
) -> None:
    assert ids(drawn(tables, multi=(term, True))) == where("multi", *values)


@pytest.mark.parametrize(
    ("term", "low", "high"),
    [
        ("0-yadcf_delim-30", 0, 30),
        ("30-yadcf_delim-", 30, math.inf),
        ("-yadcf_delim-0.01", -math.inf, 0.01),
        (" 30.00 -yadcf_delim- 1250.5 ", 30, 1250.5),
        ("9-yadcf_delim-3", 9, 3),
    ],
)
def test_a_range_includes_its_ends_and_may_be_open(
    tables: Engine, term: str, low: float, high: float
) -> None:
    found = [r["id"] for r in ROWS if r["range"] is not None and low <= float(r["range"]) <= high]
    assert ids(drawn(tables, range=term)) == found


def test_a_range_of_dates_includes_whole_days(tables: Engine) -> None:
    term = "2024-02-28-yadcf_delim-2024-02-29"
    days = [r["id"] for r in ROWS if "2024-02-28" <= str(r["days"]) <= "2024-02-29"]
    moments = [r["id"] for r in ROWS if "2024-02-28" <= str(r["moments"])[:10] <= "2024-02-29"]
    assert ids(drawn(tables, days=term)) == days
    assert ids(drawn(tables, moments=term)) == moments


def test_a_range_without_ends_is_no_filter(tables: Engine) -> None:
    answer = drawn(tables, range="-yadcf_delim-")
    assert (answer["recordsFiltered"], "notices" in answer) == (len(ROWS), False)


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("range", "30"),
        ("range", "a-yadcf_delim-30"),
        ("range", "1-yadcf_delim-2-yadcf_delim-3"),
        ("slider", "1e3-yadcf_delim-"),
        ("days", "2024-02-30-yadcf_delim-"),
        ("moments", "-yadcf_delim-yesterday"),
    ],
)
def test_what_is_no_range_matches_nothing_and_says_so(tables: Engine, name: str, term: str) -> None:
    answer = drawn(tables, **{name: term})
    assert (answer["recordsFiltered"], "error" in answer) == (0, False)
    parameter = f"columns[{PLACES[name]}][search][value]"
    assert parameter in " ".join(answer["notices"])


@pytest.mark.parametrize("name", ["slider", "range"])
def test_a_range_of_numbers_gets_its_whole_ends_whatever_is_filtered(
    tables: Engine, name: str
) -> None:
    values = [row[name] for row in ROWS if row[name] is not None]
    ends = [math.floor(min(values)), math.ceil(max(values))]
    assert data(drawn(tables, auto="x"), name) == ends


def test_other_columns_get_nothing(tables: Engine) -> None:
    answer = drawn(tables)
    assert [data(answer, name) for name in ("days", "moments", "text", "id")] == [None] * 4


def test_selects_get_the_values_that_all_other_filters_leave(tables: Engine) -> None:
    answer = drawn(tables, auto="x", multi="UK")
    left = {row["auto"] for row in ROWS if row["multi"] == "UK" and row["auto"]}
    assert set(data(answer, "auto")) == left
    kept = {row["multi"] for row in ROWS if row["auto"] == "x" and row["multi"]}
    assert set(data(answer, "multi")) == kept
    both = [row for row in ROWS if row["auto"] == "x" and row["multi"] == "UK"]
    assert data(answer, "numbers") == sorted({r["numbers"] for r in both} - {None})


def test_values_are_in_the_columns_order_and_never_empty(tables: Engine) -> None:
    texts = [
        "100%",
        "New York",
        "S\u00e3o Paulo",
        "York",
        "zurich",
        "Z\u00fcrich",
        "\u0141\u00f3d\u017a",
    ]
    assert data(drawn(tables), "select") == texts


def test_a_column_over_the_cap_sends_no_values(tables: Engine) -> None:
    answer = drawn(tables, limits=Limits(max_options=8))
    assert [len(data(answer, name) or []) for name in ("numbers", "auto", "select")] == [8, 0, 7]


def test_all_of_it_is_one_statement_beside_the_draw(tables: Engine, cold: Cold) -> None:
    assert cold(lambda: drawn(tables, multi="UK"), 2)


def test_over_no_rows_there_are_no_ends_and_no_values(tables: Engine) -> None:
    request = {"draw": 1, "columns": [{"data": "id"}]}
    with Session(tables) as session:
        query = METHODS.query().where(false())
        answer = DataTables(request, query, METHODS.columns, session=session).output_result()
    assert "error" not in answer
    assert (answer["recordsTotal"], data(answer, "slider"), data(answer, "multi")) == (0, None, [])
