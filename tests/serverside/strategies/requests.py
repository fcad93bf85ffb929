"""Whole requests: columns in any order, a page, an order, and few enough conditions to match."""

from typing import Any

from hypothesis import strategies as st

from tests.serverside.oracle import Column
from tests.serverside.strategies.extensions import columncontrol, searchbuilder, searchpanes
from tests.serverside.strategies.searches import SEARCHES
from tests.serverside.tables import Table

CLIENT_ONLY = ({"data": ""}, {"data": None}, {"data": "function"})
UNDECLARED = ({"data": "actions"}, {"data": "nosuch[, ].name", "name": "nosuch"}, {"data": "99"})
UNSOUND: tuple[dict[str, Any], ...] = (
    {"start": "-1"}, {"start": "x"}, {"length": "-2"}, {"length": "1.5"}, {"columns": []},
    {"columns": [{"data": "nosuch"}]}, {"order": [{"column": "99", "dir": "asc"}]},
    {"order": [{"column": "-1", "dir": "asc"}]}, {"order": [{"column": "0", "dir": "up"}]},
)  # fmt: skip
EXTENSIONS = {
    "searchbuilder": searchbuilder,
    "searchpanes": searchpanes,
    "columncontrol": columncontrol,
}


@st.composite
def requests(draw: st.DrawFn, table: Table, family: str = "core") -> dict[str, Any]:
    """Give one nested request; `family` names the extension that joins in, or "everything"."""
    request = draw(_plain(table))
    joining = list(EXTENSIONS) if family == "everything" else [family]
    extensions = [EXTENSIONS[name] for name in joining if name in EXTENSIONS]
    for extend in extensions:
        draw(extend(table, request))
    usual = [0, 1, 1] if extensions else [0, 1, 1, 1, 2, 2, 3]
    for _ in range(draw(st.sampled_from(usual))):
        draw(draw(st.sampled_from(SEARCHES))(table, request))
    return request | draw(st.sampled_from([{}] * 150 + list(UNSOUND)))


@st.composite
def _plain(draw: st.DrawFn, table: Table) -> dict[str, Any]:
    described = draw(st.permutations(table.described))
    columns = [draw(_column(table, one)) for one in described[draw(st.sampled_from([0, 0, 3])) :]]
    extra = draw(st.sampled_from([0, 0, 0, 1, len(CLIENT_ONLY)]))
    columns += [dict(column) for column in CLIENT_ONLY[:extra]]
    if draw(st.sampled_from([False, False, False, True])):
        columns.append(dict(draw(st.sampled_from(UNDECLARED))))
    return {
        "draw": draw(st.integers(1, 9)),
        "start": draw(st.sampled_from([0, 0, 0, 0, 1, 7, 118, 500])),
        "length": draw(st.sampled_from([10, 10, 25, 7, 1, 0, -1, 1000, 1001])),
        "columns": columns,
        "order": draw(_order(len(columns))),
        "search": {"value": "", "regex": draw(st.booleans())},
    }


@st.composite
def _column(draw: st.DrawFn, table: Table, column: Column) -> dict[str, Any]:
    number = str(table.described.index(column))
    other = {"_": column.data, "sort": "other"}
    return {
        "data": draw(st.sampled_from([column.data] * 6 + [number, other])),
        "name": draw(st.sampled_from(["", column.name or ""])),
        "searchable": draw(st.sampled_from([True, True, True, True, False])),
        "orderable": draw(st.booleans()),
    }


def _order(columns: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    place, direction = st.integers(0, columns - 1), st.sampled_from(["asc", "desc", "asc", ""])
    term = st.builds(lambda number, way: {"column": number, "dir": way}, place, direction)
    return st.lists(term, max_size=3)
