"""The oracle against examples worked out by hand, so that it is worth asking."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.serverside.oracle import Column, Oracle, RefusedError, UserError
from tests.serverside.oracle.fold import fold
from tests.serverside.oracle.words import Word, split_words

COLUMNS = [
    Column("id", "integer", search_method="numeric"),
    Column("name", options=True),
    Column("pay", "number", search_method="numeric"),
    Column("born", "date", search_method="date"),
    Column("seen", "datetime", search_method="date"),
    Column("on", "boolean"),
]


def _at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


ROWS: list[dict[str, Any]] = [
    {"id": i + 1, "name": n, "pay": p, "born": b, "seen": s, "on": o}
    for i, (n, p, b, s, o) in enumerate(
        [
            ("Zoé Li", Decimal("1.50"), dt.date(2024, 2, 29), _at(2024, 2, 29, 23, 59, 59), True),
            ("bob", Decimal(2), dt.date(2024, 3, 1), _at(2024, 3, 1), False),
            (None, None, None, None, None),
            ("Bob", Decimal(-1), dt.date(2023, 12, 31), _at(2024, 2, 29), True),
            ("", Decimal(2024), dt.date(2024, 1, 1), _at(2025, 1, 1, 12), False),
        ]
    )
]


def request(**parts: Any) -> dict[str, Any]:
    columns = [{"data": column.data, "search": {"value": ""}} for column in COLUMNS]
    return {"draw": 1, "start": 0, "length": 10, "columns": columns, **parts}


def keys(**parts: Any) -> list[int]:
    return Oracle(ROWS, COLUMNS, regex=True).answer(request(**parts))["keys"]


def in_column(name: str, value: str, *, regex: bool = False) -> list[int]:
    asked = request()
    place = [column.data for column in COLUMNS].index(name)
    asked["columns"][place]["search"] = {"value": value, "regex": regex}
    return Oracle(ROWS, COLUMNS, regex=True).answer(asked)["keys"]


def built(condition: str, column: str, *value: str) -> list[int]:
    criterion = {"condition": condition, "origData": column, "value": list(value)}
    return keys(searchBuilder={"logic": "AND", "criteria": [criterion]})


def controlled(column: str, **search: str) -> list[int]:
    asked = {"data": column, "columnControl": {"search": search}}
    return keys(columns=[asked])


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ZOÉ", "zoe"), ("Straße", "strasse"), ("ŁÓDŹ", "lodz"), ("ǾÆŒĐ", "oaeoed"), ("İ", "i")],
)
def test_fold_writes_letters_out(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("a  b", [Word("a"), Word("b")]),
        ('"a b" c', [Word("a b"), Word("c")]),
        ('!"a b" !c', [Word("a b", negated=True), Word("c", negated=True)]),
        ('"" "x', [Word('""'), Word('"x')]),
        ("“a b” “c", [Word("a b"), Word("“c")]),
        ("! !!", [Word("!", negated=True)]),
        ("a\u00a0b", [Word("a"), Word("b")]),
    ],
)
def test_words_are_split_as_the_client_does(term: str, words: list[Word]) -> None:
    assert split_words(term) == words


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("zoe", [1]),
        ("li ZOÉ", [1]),
        ("!bob", [1, 3, 5]),
        ("2024", [1, 2, 4, 5]),
        ("2024-02-29", [1, 4]),
        ("2", [2]),
        ("true", []),
        ("", [1, 2, 3, 4, 5]),
        ("bob nobody", []),
        ("x\0 bob", []),
        ("!x\0 bob", [2, 4]),
    ],
)
def test_global_search(term: str, expected: list[int]) -> None:
    assert keys(search={"value": term}) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("pay", ">= 1.5", [1, 2, 5]),
        ("pay", "1,5", []),
        ("pay", "  ", [1, 2, 3, 4, 5]),
        ("born", "<2024-01", [4]),
        ("born", "<=2024-01", [4, 5]),
        ("born", "=2024", [1, 2, 5]),
        ("seen", "2024-02-29", [1, 4]),
        ("seen", ">2024-02-29", [2, 5]),
        ("seen", "2024-03-01T01:00+01:00", [2]),
        ("born", "2024-03-01 00:30+01:00", [1]),
        ("born", "2024-02-30", []),
        ("on", "true", [1, 4]),
        ("on", "!true", [2, 3, 5]),
        ("name", "!bob", [1, 3, 5]),
    ],
)
def test_column_search(name: str, value: str, expected: list[int]) -> None:
    assert in_column(name, value) == expected


def test_patterns_ignore_case_and_see_raw_text() -> None:
    assert in_column("name", "^B", regex=True) == [2, 4]
    with pytest.raises(UserError):
        in_column("name", "(", regex=True)


def test_fixed_terms_are_words_patterns_or_ignored() -> None:
    fixed = [{"name": "f", "term": term} for term in ("function", "", "/^z/", "li")]
    assert keys(search={"fixed": fixed}) == [1]


def test_group_is_any_of_its_columns() -> None:
    assert keys(search={"groups": [{"columns": [1, 2], "term": "2"}]}) == [2]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([(1, "asc")], [5, 2, 4, 1, 3]),
        ([(1, "desc")], [1, 4, 2, 5, 3]),
        ([(5, "asc"), (2, "desc")], [5, 2, 1, 4, 3]),
        ([], [1, 2, 3, 4, 5]),
    ],
)
def test_order(terms: list[tuple[int, str]], expected: list[int]) -> None:
    assert keys(order=[{"column": c, "dir": d} for c, d in terms]) == expected


@pytest.mark.parametrize(
    ("parts", "parameter"),
    [
        ({"order": [{"column": 9, "dir": "asc"}]}, "order[0][column]"),
        ({"order": [{"column": 0, "dir": "DESC"}]}, "order[0][dir]"),
        ({"start": "-1"}, "start"),
        ({"length": -2}, "length"),
        ({"columns": []}, "columns"),
        ({"columns": [{"data": "nosuch", "search": {"value": "x"}}]}, "columns[data]"),
        ({"columns": [{"data": "nosuch"}], "order": [{"column": 0}]}, "columns[data]"),
    ],
)
def test_unsound_requests_are_refused(parts: dict[str, Any], parameter: str) -> None:
    with pytest.raises(RefusedError) as caught:
        keys(**parts)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (built("=", "name", "bob"), [2]),
        (built("!contains", "name", "O"), [3, 5]),
        (built("null", "name"), [3, 5]),
        (built("!null", "pay"), [1, 2, 4, 5]),
        (built("between", "pay", "2", "1.5"), [1, 2]),
        (built("!between", "pay", "1.5", "2"), [3, 4, 5]),
        (built("<=", "born", "2024-01"), [4, 5]),
        (built("!=", "pay", "x"), []),
        (built("between", "pay", "", "2"), [1, 2, 3, 4, 5]),
        (built("starts", "name", "ZOE"), [1]),
    ],
)
def test_searchbuilder(found: list[int], expected: list[int]) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (controlled("name", logic="contains", value="li zoe"), [1]),
        (controlled("name", logic="notContains", value="li zoe"), [1, 2, 3, 4, 5]),
        (controlled("name", logic="empty", value="x"), [3, 5]),
        (controlled("seen", logic="equal", value="2024-02-29T00:00:00.000+02:00"), [1, 4]),
        (controlled("seen", logic="less", value="2024-03-02", mask="DD"), [2, 5]),
        (controlled("seen", logic="equal", value="2030-01-01T12:00:00", mask="hh:mm:ss"), [5]),
        (controlled("pay", logic="notEqual", value="2"), [1, 3, 4, 5]),
        (controlled("pay", logic="notEqual", value="12abc"), []),
    ],
)
def test_columncontrol(found: list[int], expected: list[int]) -> None:
    assert found == expected


def test_panes_count_under_all_filters_but_the_last_pane_s_own() -> None:
    answer = Oracle(ROWS, COLUMNS).answer(
        request(
            search={"value": "!li"},
            searchPanes={"name": {"0": "bob", "1": "gone", "2": ""}},
            searchPanesLast="name",
            searchPanes_options={"cascade": "true"},
        )
    )
    assert answer["keys"] == [2, 3, 5]
    assert answer["panes"]["name"] == {"Zoé Li": (1, 0), "bob": (1, 1), "": (2, 2), "Bob": (1, 1)}
