"""What SearchBuilder, SearchPanes and ColumnControl add to a request."""

from typing import Any

from hypothesis import strategies as st

from tests.serverside.oracle import Column
from tests.serverside.oracle.columns import DATES, NUMBERS
from tests.serverside.strategies.searches import Request, described
from tests.serverside.strategies.terms import typed, written
from tests.serverside.tables import Table

TEXT_CONDITIONS = ("=", "!=", "starts", "contains", "ends", "!starts", "!contains", "!ends")
TYPED_CONDITIONS = ("=", "!=", "<", "<=", ">", ">=", "between", "!between")
EVERY_CONDITION = (*TEXT_CONDITIONS, *TYPED_CONDITIONS, "null", "!null", "undefined", "")
TEXT_LOGIC = ("contains", "notContains", "starts", "ends", "equal", "notEqual")
NUMBER_LOGIC = ("equal", "notEqual", "greater", "greaterOrEqual", "less", "lessOrEqual")
DATE_LOGIC = ("equal", "notEqual", "greater", "less")
MASKS = ("", "", "YYYY-MM-DD", "YYYY-MM", "hh:mm:ss", "MM-DD", "YYYY-MM-DD hh:mm", "nothing")


@st.composite
def searchbuilder(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add a tree of criteria, some of them incomplete."""
    criterion = st.sampled_from(table.described).flatmap(lambda column: _criterion(table, column))
    request["searchBuilder"] = draw(_group(st.recursive(criterion, _group, max_leaves=4)))


def _group(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda logic, criteria: {"logic": logic, "criteria": criteria},
        st.sampled_from(["AND", "OR", "OR"]),
        st.lists(parts, min_size=1, max_size=3),
    )


@st.composite
def _criterion(draw: st.DrawFn, table: Table, column: Column) -> dict[str, Any]:
    usual = TYPED_CONDITIONS if column.kind in NUMBERS | DATES else TEXT_CONDITIONS
    conditions = st.one_of(*[st.sampled_from((*usual, "null", "!null"))] * 4)
    condition = draw(st.one_of(conditions, st.sampled_from(EVERY_CONDITION)))
    count = 2 if "between" in condition else 1
    values = [draw(typed(table, column)) for _ in range(count)]
    criterion = {"condition": condition, "data": "Title", "origData": column.data, "type": "num"}
    forms = (
        {"value": values, "value1": values[0]},
        {"value": [value.replace("&", "&amp;").replace("<", "&lt;") for value in values]},
        {"value1": values[0], "value2": values[-1]},
        {"value1": "undefined", "value2": "undefined"},
        {"value": values, "origData": "undefined"},
        {"value": values, "origData": "nosuch"},
        {"value": values, "condition": "nosuch"},
    )
    return criterion | draw(st.sampled_from([forms[0]] * 6 + list(forms)))


@st.composite
def searchpanes(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add selections in some panes, with the client's null flags."""
    offered = [column for column in table.described if column.options]
    panes: dict[str, Any] = {}
    flags: dict[str, Any] = {}
    for column in draw(st.lists(st.sampled_from(offered), max_size=2, unique=True)):
        stored = sorted({written(row[column.data]) for row in table.rows})
        value = st.sampled_from([*stored, "", "nobody has this", "0"])
        values = draw(st.lists(value, min_size=1, max_size=6))
        panes[column.data] = {str(n): value for n, value in enumerate(values)}
        flags[column.data] = {str(n): value in ("", "0") for n, value in enumerate(values)}
    if draw(st.sampled_from([False] * 9 + [True])):
        panes["nosuch"] = {"0": "x"}
    request |= {"searchPanes": panes, "searchPanes_null": flags}
    if panes:
        request["searchPanesLast"] = draw(st.sampled_from(list(panes)))
    request["searchPanes_options"] = {"cascade": True, "viewCount": True, "viewTotal": True}


@st.composite
def columncontrol(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add an input, a list or both to one or two columns."""
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        asked = draw(st.sampled_from(request["columns"]))
        column = described(table, asked)
        if column is not None:
            asked["columnControl"] = draw(_control(table, column))
        elif draw(st.booleans()):
            asked["columnControl"] = {"search": {"logic": "contains", "value": ""}}
        else:
            asked["columnControl"] = draw(_control(table, table.described[0]))


@st.composite
def _control(draw: st.DrawFn, table: Table, column: Column) -> dict[str, Any]:
    control: dict[str, Any] = {}
    if not column.options or draw(st.booleans()):
        control["search"] = draw(_input(table, column))
    if column.options and draw(st.booleans()):
        stored = sorted({written(row[column.data]) for row in table.rows})
        entry = st.sampled_from([*stored, "", "nobody has this"])
        entries = draw(st.lists(entry, max_size=6))
        control["list"] = {str(n): entry for n, entry in enumerate(entries)}
    return control


@st.composite
def _input(draw: st.DrawFn, table: Table, column: Column) -> dict[str, Any]:
    logic = NUMBER_LOGIC if column.kind in NUMBERS else TEXT_LOGIC
    search = {
        "type": "text",
        "value": draw(typed(table, column)),
        "logic": draw(st.sampled_from((*logic, *logic, "empty", "notEmpty", "nosuch"))),
    }
    if column.kind in DATES:
        search |= {
            "type": "date",
            "logic": draw(st.sampled_from((*DATE_LOGIC, *DATE_LOGIC, "empty", "notEmpty"))),
            "mask": draw(st.sampled_from(MASKS)),
        }
    return search
