"""Every page of every sort holds each row exactly once, in the oracle's order."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine

from tests import kinds
from tests.serverside.oracle_answers import answered, expected
from tests.serverside.tables import PEOPLE
from tests.serverside.undisturbed import undisturbed

NAMES = [column.data for column in PEOPLE.described]
PLACES = [place for place, column in enumerate(PEOPLE.described) if column.orderable]
SINGLE = [[(place, way)] for place in PLACES for way in ("asc", "desc")]
PAIRS = [
    [(first, ways[0]), (second, ways[1])]
    for first, second in permutations((1, 2, 3, 8, 11), 2)
    for ways in (("asc", "asc"), ("asc", "desc"), ("desc", "asc"))
]
LENGTH = 17
Cold = Callable[[Callable[[], object], int], bool]


def request(order: list[tuple[int, str]], start: int, length: int) -> dict[str, Any]:
    return {
        "draw": 1,
        "start": start,
        "length": length,
        "columns": [{"data": name} for name in NAMES],
        "order": [{"column": place, "dir": way} for place, way in order],
    }


@pytest.mark.parametrize(
    "order",
    [[], *SINGLE, *PAIRS],
    ids=lambda order: ",".join(f"{NAMES[place]}-{way}" for place, way in order) or "unordered",
)
def test_pages_hold_each_row_once(tables: Engine, order: list[tuple[int, str]]) -> None:
    walked: list[int] = []
    for start in range(0, len(PEOPLE.rows), LENGTH):
        walked += answered(PEOPLE, tables, request(order, start, LENGTH))["keys"]
    assert walked == expected(PEOPLE, request(order, 0, -1))["keys"]
    assert sorted(walked) == sorted(row["id"] for row in PEOPLE.rows)


@kinds.remembering
@pytest.mark.parametrize("term", ["", "zo", "nobody"])
def test_draw_is_one_statement(
    tables: Engine, statements: list[str], cold: Cold, term: str
) -> None:
    def draw() -> None:
        answered(PEOPLE, tables, {**request([(1, "asc")], 10, 10), "search": {"value": term}})

    def takes_one() -> bool:
        statements.clear()
        draw()
        return len(statements) == 1

    assert cold(draw, 2)  # the draw, and the values that its columns offer
    assert undisturbed(takes_one)  # these are remembered, unless somebody commits
