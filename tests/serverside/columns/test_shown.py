"""What a cell shows is what is searched, compared, offered and picked, whatever its type stores.

Expected rows are those whose shown values pass a test in plain Python.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.serverside.asking import criterion, group
from tests.serverside.foreign_cells import SHOWN, Ask, column, ids, load_foreign, those, written

NUMBERS = ("cents", "price", "lasts", "variant", "small", "loose", "rounded")
TEXTS = ("lower", "backwards", "level", "time", "bytes")
UUIDS = ("key", "code", "native")
EVERY = (*NUMBERS, *TEXTS, *UUIDS, "flag", "moment", "day", "zoned")


@pytest.fixture(scope="module")
def ask(engine: Engine) -> Ask:
    return load_foreign(engine)


@pytest.mark.parametrize("name", [*EVERY, "anything", "json", "plain"])
def test_cells_are_what_the_types_show(ask: Ask, name: str) -> None:
    assert [row[name] for row in ask(name)["data"]] == [row[name] for row in SHOWN]


def _offered(name: str) -> list[Any]:
    filled = {row[name] for row in SHOWN} - {None}
    if name in TEXTS:
        return sorted(filled, key=str.lower)
    return sorted(filled)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_shown_is_offered(ask: Ask, name: str) -> None:
    offered = [choice["value"] for choice in ask(name)["columnControl"][name]]
    assert offered == _offered(name) + ([] if name == "flag" else [""])


@pytest.mark.parametrize("name", EVERY)
def test_what_is_offered_finds_its_rows_wherever_it_is_picked(ask: Ask, name: str) -> None:
    for cell in _offered(name)[:7]:
        expected = those(lambda row, cell=cell: row[name] == cell)
        picked = written(cell)
        listed = column(name, columnControl={"list": [picked]})
        assert ids(ask(name, columns=listed)) == expected, picked
        pane = ask(name, searchPanes={name: [picked]})
        assert ids(pane) == expected, picked
        [option] = (o for o in pane["searchPanes"]["options"][name] if o["value"] == cell)
        assert (option["total"], option["count"]) == (len(expected),) * 2
        built = ask(name, searchBuilder=group(criterion(name, "!=", picked)))
        assert ids(built) == those(lambda row, cell=cell: row[name] != cell)


def test_what_shows_nothing_is_empty(ask: Ask) -> None:
    for name in EVERY:
        empty = those(lambda row, name=name: row[name] is None)
        assert ids(ask(name, searchBuilder=group(criterion(name, "null")))) == empty
        assert ids(ask(name, columns=column(name, columnControl={"list": [""]}))) == empty
        assert empty == ([] if name == "flag" else [31, 32])


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b,
}  # fmt: skip
BOUNDS = ("25.5", "25.505", "25.504999", "-7.001", "0.1", "1.75", "0.33", "9" * 30, "-" + "9" * 30)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("operator", COMPARISONS)
def test_numbers_are_compared_as_shown(ask: Ask, name: str, operator: str) -> None:
    for bound in BOUNDS:
        expected = those(
            lambda row, bound=bound: (
                row[name] is not None
                and COMPARISONS[operator](Decimal(str(row[name])), Decimal(bound))
            )
        )
        found = ask(name, searchBuilder=group(criterion(name, operator, bound)))
        assert ids(found) == expected, bound


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_in_the_global_search_finds_what_shows_it(ask: Ask, name: str) -> None:
    for cell in (*_offered(name)[:3], "25.555", "2023"):
        number = Decimal(written(cell))
        expected = those(
            lambda row, number=number: (
                row["id"] == number or (row[name] is not None and Decimal(str(row[name])) == number)
            )
        )
        assert ids(ask(name, search={"value": written(cell)})) == expected
        others = those(lambda row, found=expected: row["id"] not in found)
        assert ids(ask(name, search={"value": f"!{written(cell)}"})) == others


@pytest.mark.parametrize("span", ["2024", "2024-05", "2024-05-06", "2024-06-07T06:06", "1999"])
def test_spans_of_shown_moments(ask: Ask, span: str) -> None:
    within = those(lambda row: (row["moment"] or "").startswith(span))
    after = those(lambda row: row["moment"] and row["moment"][: len(span)] > span)
    assert ids(ask("moment", columns=column("moment", search={"value": span}))) == within
    assert ids(ask("moment", search={"value": span})) == within
    assert ids(ask("moment", searchBuilder=group(criterion("moment", ">", span)))) == after
    typed = {"search": {"logic": "greater", "value": span}}
    assert ids(ask("moment", columns=column("moment", columnControl=typed))) == after


@pytest.mark.parametrize("spelling", [str, str.upper, "{{{}}}".format, "urn:uuid:{}".format])
@pytest.mark.parametrize("name", UUIDS)
def test_a_uuid_is_found_in_any_spelling(
    ask: Ask, name: str, spelling: Callable[[str], str]
) -> None:
    for text in (SHOWN[6][name], SHOWN[6][name].replace("-", "")):
        listed = column(name, search={"value": spelling(text)})
        assert ids(ask(name, columns=listed)) == [7]


def test_members_are_found_by_label(ask: Ask) -> None:
    some = those(lambda row: row["level"] in ("low", "middle"))
    assert ids(ask("level", columns=column("level", search={"value": "L"}))) == some
    middle = those(lambda row: row["level"] == "middle")
    assert ids(ask("level", search={"value": "iDD"})) == middle


ORDERED = (*NUMBERS, *UUIDS, "flag", "moment", "zoned", "level", "time", "bytes")


@pytest.mark.parametrize("name", ORDERED)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_rows_stand_in_the_order_of_what_is_shown(ask: Ask, name: str, direction: str) -> None:
    backwards = direction == "desc"
    filled = [row for row in SHOWN if row[name] is not None]
    filled.sort(key=lambda row: row["id"], reverse=backwards)
    filled.sort(key=lambda row: row[name], reverse=backwards)
    empty = [row["id"] for row in SHOWN if row[name] is None]
    expected = [row["id"] for row in filled] + sorted(empty, reverse=backwards)
    order = [{"column": 1, "dir": direction}]
    answer = ask(name, order=order)
    assert ids(answer) == expected
    assert ids(ask(name, order=order, start=10, length=9)) == expected[10:19]
    assert "notices" not in answer


@pytest.mark.parametrize("name", ["price", "lasts"])
def test_a_slider_goes_from_the_least_shown_number_to_the_greatest(ask: Ask, name: str) -> None:
    shown = [row[name] for row in SHOWN if row[name] is not None]
    listed = [{"data": name, "search": {"value": f"{shown[0]}-yadcf_delim-"}}, {"data": "id"}]
    answer = ask(name, columns=listed, method="yadcf_range_number_slider")
    assert answer["yadcf_data_1"] == [math.floor(min(shown)), math.ceil(max(shown))]
    assert ids(answer) == those(lambda row: row[name] is not None and row[name] >= shown[0])
