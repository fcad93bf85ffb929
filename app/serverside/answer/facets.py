"""The values that columns declared `options=True` offer to pick, in the words of each extension.

Distinct values of the query in the column's order, NULL and empty text as one empty entry; of
all columns in one statement. A column with more than `max_options` offers none. SearchPanes wants
each value's `total` (rows of the query) and `count` (rows that match) as well. All three clients
insert a label as HTML and send a value back as text, so labels are escaped and values are not.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from ..columns.column import ColumnDT
from ..limits import Limits
from ..plan.lookup import Declaration
from ..plan.searchpanes import SOURCE
from ..run.question import Question
from ..sql.facets import parted, united
from ..wire.request import DrawRequest
from .draw import Draw
from .facet_values import FacetValue, facet_values

FacetValues = dict[str, list[FacetValue]]
Choices = list[dict[str, Any]]
Some = TypeVar("Some")


def question(draw: Draw) -> Question | None:
    """Return what is to be asked for the values that columns offer; None for nothing."""
    columns = offering(draw.declaration)
    if not columns:
        return None
    return _counted(columns, draw) if counts(draw.request) else _distinct(columns, draw)


def answer(draw: Draw, made: Any) -> dict[str, Any]:
    """Return the answer's `columnControl`, and `searchPanes` and `searchBuilder` when asked for."""
    if not counts(draw.request):
        return _lists(_as_named(made, draw.request, draw.declaration), draw.request)
    found: FacetValues = _as_named(made, draw.request, draw.declaration)
    lists = {name: _choices(some) for name, some in found.items()}
    return _lists(lists, draw.request) | {"searchPanes": {"options": _counts(found)}}


def counts(request: DrawRequest) -> bool:
    """Return whether each value's rows are asked for, which takes a statement at every draw."""
    return any(name.startswith("searchPanes") for name in request.root.value)


def offering(declaration: Declaration) -> dict[str, ColumnDT]:
    """Return the columns that offer values, by key: those of a kind that can be compared."""
    pairs = zip(declaration.keys, declaration.columns, strict=True)
    return {key: column for key, column in pairs if column.options and column.kind != "other"}


def _distinct(columns: dict[str, ColumnDT], draw: Draw) -> Question:
    """Ask for the choices of each column; they depend on nothing but the query's rows."""

    def made(found: Sequence[Any]) -> dict[str, Choices]:
        some = _by_key(columns, draw.limits, found)
        return {key: _choices(values) for key, values in some.items()}

    facets = draw.facets
    return Question(
        ("distinct", facets.most),
        lambda: united([facets.distinct(column) for column in columns.values()], facets.dialect),
        made,
        partial(facets.named, columns),
    )


def _counted(columns: dict[str, ColumnDT], draw: Draw) -> Question:
    """Ask for the values with their totals and counts.

    The pane changed last is counted without its own selection, so that more can be picked there.
    """
    name = draw.request.root["searchPanesLast"].text(draw.limits.max_term_length)
    last = draw.declaration.lookup(name)
    own = next((f"{SOURCE}{key}" for key, column in columns.items() if column is last), None)
    where, where_last = draw.plan.where(), draw.plan.where(without=own)
    return Question(
        "counted",
        lambda: united(
            draw.facets.counted(list(columns.values()), where, where_last, last),
            draw.facets.dialect,
        ),
        partial(_by_key, columns, draw.limits),
    )


def _by_key(columns: dict[str, ColumnDT], limits: Limits, found: Sequence[Any]) -> FacetValues:
    pairs = zip(columns.items(), parted(found, len(columns)), strict=True)
    made = {key: facet_values(column, cells) for (key, column), cells in pairs}
    return {key: some for key, some in made.items() if len(some) <= limits.max_options}


def _as_named(
    found: dict[str, Some], request: DrawRequest, declaration: Declaration
) -> dict[str, Some]:
    """Key the offers as this client names its columns: some by number, some by another path."""
    named: dict[str, Some] = {}
    listed = set()
    for asked in request.columns:
        column = declaration.find(asked, "filter")
        key = declaration.key(column) if column else ""
        if key in found:
            listed.add(key)
            plain = set(asked.sources) == {"_"}
            named[asked.sources["_"] if plain else key] = found[key]
    return named | {key: some for key, some in found.items() if key not in listed}


def _lists(lists: dict[str, Choices], request: DrawRequest) -> dict[str, Any]:
    if "searchBuilder" not in request.root.value and request.draw > 1:
        return {"columnControl": lists}
    # In SearchBuilder an empty value is no filter; its condition "Empty" is.
    filled = {name: [c for c in choices if c["value"] != ""] for name, choices in lists.items()}
    return {"columnControl": lists, "searchBuilder": {"options": filled}}


def _choices(some: list[FacetValue]) -> Choices:
    return [_choice(facet) for facet in some]


def _counts(found: FacetValues) -> dict[str, Any]:
    return {
        name: [_choice(facet) | {"total": facet.total, "count": facet.count} for facet in some]
        for name, some in found.items()
    }


def _choice(facet: FacetValue) -> dict[str, Any]:
    return {"label": facet.label, "value": facet.value}
