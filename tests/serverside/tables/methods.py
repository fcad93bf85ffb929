"""`people` again, with a column for every search method of the stock library."""

from dataclasses import replace
from typing import Any

from tests.serverside.oracle import Column
from tests.serverside.tables.people import PEOPLE

_METHODS = [
    ("id", "integer", "id", "numeric"),
    ("text", "text", "name", "yadcf_text"),
    ("select", "text", "place.city", "yadcf_select"),
    ("auto", "text", "nick", "yadcf_autocomplete"),
    ("multi", "text", "place.country", "yadcf_multi_select"),
    ("numbers", "integer", "age", "yadcf_multi_select"),
    ("range", "number", "balance", "yadcf_range_number"),
    ("slider", "integer", "big", "yadcf_range_number_slider"),
    ("days", "date", "born", "yadcf_range_date"),
    ("moments", "datetime", "seen", "yadcf_range_date"),
    ("like", "text", "nick", "like"),
    ("ilike", "text", "name", "ilike"),
    ("none", "text", "name", "none"),
]


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {data: row[source] for data, _, source, _ in _METHODS}


METHODS = replace(
    PEOPLE,
    models={},
    rows=[_renamed(row) for row in PEOPLE.rows],
    described=[Column(data, kind, search_method=method) for data, kind, _, method in _METHODS],
    expressions={data: PEOPLE.expressions[source] for data, _, source, _ in _METHODS},
)
