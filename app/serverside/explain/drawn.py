"""What of a draw is told: by the inspector to the page, by `explain` at the terminal."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from ..plan.conditions import Every, Predicate
from ..plan.lookup import Declaration
from ..plan.plan import Plan
from ..run.executed import Executed
from ..run.recollection import Recollection
from ..sql.order import SortKey
from ..sql.source import Source
from ..sqlalchemy_private import element
from ..wire.request import DrawRequest


class Drawn(Protocol):
    """A draw that was run: a `DataTables`."""

    request: DrawRequest
    declaration: Declaration
    plan: Plan
    source: Source
    executed: list[Executed]
    looked: list[Executed]
    remembered: list[Recollection]
    sorted_by: Sequence[SortKey]
    results: list[Any]
    cardinality: int
    cardinality_filtered: int
    at_least: bool
    error: str | None


def conditions(drawn: Drawn) -> list[dict[str, str]]:
    """Return where each condition came from, and what it says in words; each word is one."""
    return [
        {"source": part.source, "words": predicate.words()}
        for part in drawn.plan.filters
        for predicate in _joined_by_and(part.predicate)
    ]


def _joined_by_and(predicate: Predicate) -> tuple[Predicate, ...]:
    return predicate.parts if isinstance(predicate, Every) else (predicate,)


def order(drawn: Drawn) -> list[str]:
    """Return the whole order: what was asked for, or the query's own, and what leaves no ties."""
    return [f"{name} {direction}" for name, direction in _terms(drawn)]


def _terms(drawn: Drawn) -> Iterator[tuple[str, str]]:
    asked = [(drawn.declaration.key(term.column), term.direction) for term in drawn.plan.order]
    yield from asked
    for key in drawn.sorted_by[len(asked) :]:
        expression = element(key.expression)
        yield str(getattr(expression, "key", None) or expression), key.direction
