"""The core's conditions; each function adds one to a request."""

from typing import Any

from hypothesis import strategies as st

from tests.serverside.oracle import Column
from tests.serverside.strategies.terms import patterns, terms, typed
from tests.serverside.tables import Table

Request = dict[str, Any]
COMPARED = ("numeric", "date")


def described(table: Table, asked: Request) -> Column | None:
    """Return the described column that a listed column names plainly."""
    return next((one for one in table.described if one.data == asked["data"]), None)


@st.composite
def everywhere(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add a global search."""
    regex = draw(st.sampled_from([False, False, False, True]))
    value = draw(patterns() if regex else terms(table))
    request["search"] |= {"value": value, "regex": regex}


@st.composite
def in_column(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add a column search."""
    asked = draw(st.sampled_from(request["columns"]))
    column = described(table, asked)
    if column is None:
        asked["search"] = {"value": "x"}
        return
    seen = column.kind in ("text", "integer", "date") and "yadcf" not in column.search_method
    regex = draw(st.sampled_from([False, False, True])) and seen
    value = draw(patterns() if regex else st.one_of(_method_value(table, column), terms(table)))
    asked["search"] = {**asked.get("search", {}), "value": value, "regex": regex}


def _method_value(table: Table, column: Column) -> st.SearchStrategy[str]:
    value = typed(table, column)
    if column.search_method in COMPARED:
        operators = st.sampled_from(["", "", "=", "<", "<=", ">", ">= ", " >=", "<>", "!"])
        return st.builds("{}{}".format, operators, value)
    if column.search_method.startswith("yadcf_range"):
        bound = st.one_of(value, value, value, st.sampled_from(["", " "]))
        return st.builds("{}-yadcf_delim-{}".format, bound, bound)
    if column.search_method == "yadcf_multi_select":
        return st.lists(value, min_size=1, max_size=3).map("|".join)
    if column.search_method in ("like", "ilike"):
        forms = st.sampled_from(["{}%", "%{}", "%{}%", "_{}", "{}", "{}\\", "\\{}"])
        return st.builds(lambda form, text: form.replace("{}", text), forms, value)
    return value


@st.composite
def fixed(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add fixed searches, to the table or to a column."""
    searches = [request["search"]]
    for asked in request["columns"]:
        asked.setdefault("search", {"value": ""})
        searches.append(asked["search"])
    search = searches[draw(st.sampled_from([0, *range(len(searches))]))]
    found = draw(st.lists(_term(table), min_size=1, max_size=2))
    search["fixed"] = [{"name": "n", "term": term} for term in found]


@st.composite
def group(draw: st.DrawFn, table: Table, request: Request) -> None:
    """Add a group of columns, fixed or not."""
    kind = draw(st.sampled_from(["groups", "groupsFixed"]))
    place = st.integers(0, len(request["columns"]) - 1)
    places = draw(st.lists(place, min_size=1, max_size=6))
    request["search"][kind] = [{"columns": places, "name": "n", "term": draw(_term(table))}]


def _term(table: Table) -> st.SearchStrategy[str]:
    slashed = st.builds("/{}/{}".format, patterns(), st.sampled_from(["", "i", "gi"]))
    return st.one_of(terms(table), terms(table), slashed, st.sampled_from(["function", "", " "]))


SEARCHES = (everywhere, everywhere, in_column, in_column, in_column, fixed, group)
