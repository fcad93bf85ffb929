"""The values that columns declared `options=True` offer to pick, in the words of each extension.

Distinct values under the scope in the column's order, NULL and empty text as one empty entry; of
all columns in one statement. A column with more than `max_options` offers none. SearchPanes wants
each value's `total` (rows of the scope) and `count` (rows that match) as well. All three clients
insert a label as HTML and send a value back as text, so labels are escaped and values are not.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from .columns import ColumnDT
from .naming import part_name
from .offers import Offer, Source, limited, offered, offers, parted, united
from .plan import Declaration, Plan
from .request import DrawRequest
from .searchpanes import SOURCE

Offers = dict[str, list[Offer]]
Choices = list[dict[str, Any]]
Some = TypeVar("Some")


def answer(
    request: DrawRequest, declaration: Declaration, plan: Plan, source: Source
) -> dict[str, Any]:
    """Return the answer's `columnControl`, and `searchPanes` and `searchBuilder` when asked for."""
    columns = offering(declaration)
    if not columns:
        return {}
    if counts(request):
        last = request.root["searchPanesLast"].text(source.limits.max_term_length)
        found = _as_named(
            counted(columns, plan, declaration.lookup(last), source), request, declaration
        )
        lists = {name: _choices(some) for name, some in found.items()}
        return _lists(lists, request) | {"searchPanes": {"options": _counts(found)}}
    return _lists(_as_named(distinct(columns, source), request, declaration), request)


def counts(request: DrawRequest) -> bool:
    """Tell whether each value's rows are asked for, which takes a statement at every draw."""
    return any(name.startswith("searchPanes") for name in request.root.value)


def offering(declaration: Declaration) -> dict[str, ColumnDT]:
    """Return the columns that offer values, by key: those of a kind that can be compared."""
    pairs = zip(declaration.keys, declaration.columns, strict=True)
    return {key: column for key, column in pairs if column.options and column.kind != "other"}


def distinct(columns: dict[str, ColumnDT], source: Source) -> dict[str, Choices]:
    """Return the choices of each column; they depend on nothing but the scope."""

    def legs() -> Any:
        return [limited(source.values(column), source.limits) for column in columns.values()]

    def made(found: Sequence[Any]) -> dict[str, Choices]:
        some = _by_key(columns, parted(found, len(columns)), source)
        return {key: _choices(offered_values) for key, offered_values in some.items()}

    def asked() -> Any:
        # Whatever the choices depend on must be in what tells this question from others.
        named = (offered(c).label(f"{key} nulls {c.nulls_order}") for key, c in columns.items())
        return limited(source.scope.rows(*named), source.limits)

    question = "options", source.limits.max_options
    choices: dict[str, Choices] = source.recall(question, asked, lambda: united(legs()), made)
    return choices


def counted(
    columns: dict[str, ColumnDT], plan: Plan, last: ColumnDT | None, source: Source
) -> Offers:
    """Return the values with their totals and counts.

    The rows are read once: grouped by all columns together, then by each. The pane changed `last`
    is counted without its own selection, so that more can be picked there.
    """
    own = next((f"{SOURCE}{key}" for key, column in columns.items() if column is last), None)
    values = [offered(column).label(f"v{n}") for n, column in enumerate(columns.values())]
    matches = [
        source.matches(plan.where()).label("match"),
        source.matches(plan.where(without=own)).label("match_last"),
    ]
    each = source.scope.rows(*values, *matches).subquery(part_name("each"))
    groups = (
        sa.select(*each.c, sa.func.count().label("n")).group_by(*each.c).cte(part_name("groups"))
    )
    legs = []
    for number, key in enumerate(columns):
        value = groups.c[f"v{number}"].label("value")
        match = groups.c.match_last if own == f"{SOURCE}{key}" else groups.c.match
        total = sa.func.sum(groups.c.n).label("total")
        count = sa.func.sum(groups.c.n * match).label("count")
        leg = sa.select(value, total, count).group_by(groups.c[f"v{number}"])
        legs.append(limited(leg, source.limits))
    return _by_key(columns, parted(source.execute(united(legs)), len(legs)), source)


def _by_key(columns: dict[str, ColumnDT], found: Sequence[Any], source: Source) -> Offers:
    pairs = zip(columns.items(), found, strict=True)
    made = {key: offers(column, cells) for (key, column), cells in pairs}
    return {key: some for key, some in made.items() if len(some) <= source.limits.max_options}


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


def _choices(some: list[Offer]) -> Choices:
    return [_choice(offer) for offer in some]


def _counts(found: Offers) -> dict[str, Any]:
    return {
        name: [_choice(offer) | {"total": offer.total, "count": offer.count} for offer in some]
        for name, some in found.items()
    }


def _choice(offer: Offer) -> dict[str, Any]:
    return {"label": offer.label, "value": offer.value}
