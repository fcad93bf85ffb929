"""Requests for any columns, with the conditions that the fixed tables are asked with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.serverside.oracle import Column
from tests.serverside.strategies.requests import EXTENSIONS
from tests.serverside.strategies.searches import SEARCHES

Request = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """What a request is drawn for: the columns, and rows to take terms from."""

    described: list[Column]
    rows: Sequence[dict[str, Any]]


@st.composite
def requests(draw: st.DrawFn, asked: Asked) -> Request:
    """Give a sound request for all rows; whoever sends it chooses the page."""
    listed = draw(st.permutations(asked.described))
    request: Request = {
        "draw": draw(st.integers(1, 9)),
        "columns": [{"data": column.data} for column in listed],
        "order": draw(_order(len(listed))),
        "search": {"value": "", "regex": False},
    }
    if draw(st.sampled_from([False, False, True])):
        draw(EXTENSIONS[draw(st.sampled_from(_families(asked)))](asked, request))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        draw(draw(st.sampled_from(SEARCHES))(asked, request))
    return request


def _families(asked: Asked) -> list[str]:
    offers = any(column.options for column in asked.described)
    return ["searchbuilder", "columncontrol", *(["searchpanes"] if offers else [])]


def _order(columns: int) -> st.SearchStrategy[list[Request]]:
    place, direction = st.integers(0, columns - 1), st.sampled_from(["asc", "desc"])
    term = st.builds(lambda number, way: {"column": number, "dir": way}, place, direction)
    return st.lists(term, max_size=3)
