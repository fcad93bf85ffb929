"""The judge of generated shapes against answers made wrong on purpose."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.serverside.shapes.judging import Walk, WrongError
from tests.serverside.shapes.long_run import seconds
from tests.serverside.shapes.truth import Wanted

LEVELS = [[("a", 1), ("A", 2)], [("b", 1), ("b", 1), ("B", 3)], [(None, 4)]]
ROWS = [{"name": name, "n": n} for level in LEVELS for name, n in level]
NAMES = ["name", "n"]


def wanted() -> Wanted:
    return Wanted(9, 6, LEVELS, {"name": {"a", ""}}, {"name": {"a": (2, 1)}})


def answer(rows: list[Any], total: int = 9, filtered: int = 6) -> dict[str, Any]:
    return {"recordsTotal": total, "recordsFiltered": filtered, "data": rows}


def test_level_rows_may_come_in_any_order() -> None:
    walk = Walk(wanted(), NAMES)
    walk.take(answer([ROWS[1], ROWS[0], ROWS[4]]), 0, 3)
    walk.take(answer([ROWS[2], ROWS[3], ROWS[5]]), 3, 3)


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "a row twice": lambda: answer([ROWS[0], ROWS[0], ROWS[2]]),
    "an order": lambda: answer([ROWS[0], ROWS[2], ROWS[1]]),
    "a row too few": lambda: answer(ROWS[:2]),
    "a row too many": lambda: answer(ROWS[:4]),
    "a value": lambda: answer([ROWS[0], {"name": "A", "n": 2.5}, ROWS[2]]),
    "a total": lambda: answer(ROWS[:3], total=8),
    "a filtered total": lambda: answer(ROWS[:3], filtered=7),
    "an error": lambda: answer(ROWS[:3]) | {"error": "Sorry."},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_page_is_noticed(what: str) -> None:
    with pytest.raises(WrongError):
        Walk(wanted(), NAMES).take(WRONG[what](), 0, 3)


def test_a_row_that_comes_on_two_pages_is_noticed() -> None:
    walk = Walk(wanted(), NAMES)
    walk.take(answer([*ROWS[:2], ROWS[4]]), 0, 3)
    with pytest.raises(WrongError):
        walk.take(answer([ROWS[4], ROWS[3], ROWS[5]]), 3, 3)


@pytest.mark.parametrize("lists", [{"name": [{"value": "a"}]}, {}])
def test_a_missing_offer_is_noticed(lists: dict[str, Any]) -> None:
    given = answer([]) | {"columnControl": lists, "searchPanes": {"options": {}}}
    with pytest.raises(WrongError, match="offered name"):
        Walk(wanted(), NAMES).offers(given)


def test_a_wrong_count_of_a_pane_is_noticed() -> None:
    offered = {"value": "a", "total": 2, "count": 2}
    lists = {"name": [{"value": "a"}, {"value": ""}]}
    given = answer([]) | {
        "columnControl": lists, "searchPanes": {"options": {"name": [offered]}},
    }  # fmt: skip
    with pytest.raises(WrongError, match="pane name"):
        Walk(wanted(), NAMES).offers(given)


def test_a_time_is_read_as_people_write_it() -> None:
    assert [seconds(text) for text in ("90s", "10m", "1h", "5")] == [90, 600, 3600, 5]
    with pytest.raises(ValueError, match="is no time"):
        seconds("soon")
