"""How a source is joined to those before it."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import Join as JoinClause

from tests.serverside.shapes.conditions import condition
from tests.serverside.shapes.shape import Cell, Joined, Shape, Source

Rarely = st.sampled_from([False] * 7 + [True])


@st.composite
def joined(draw: st.DrawFn, shape: Shape, source: Source) -> Joined | None:
    """Say how a source is joined; None where nothing can be compared."""
    pairs = _pairs(shape.cells, source.cells)
    linked = [pair for pair in pairs if _is_linked(*pair)]
    if not pairs:
        return None
    mine, other = draw(st.sampled_from(linked or pairs))
    way = draw(st.sampled_from(["inner"] * 5 + ["outer"] * 5 + ["full"]))
    entity = getattr(getattr(mine.relation, "property", None), "entity", None)
    if entity is not None and source.model and entity.class_ is source.model.entity:
        return Joined(mine.relation.of_type(source.target), None, way == "outer")
    test = mine.expression == other.expression
    if way != "full" and draw(Rarely):
        test &= draw(condition(source.cells))
    elif way != "full" and draw(Rarely):
        test = mine.expression <= other.expression
    return Joined(source.target, test, way == "outer", way == "full")


def tables(target: Any) -> set[Any]:
    """Name all tables of a source; those without a name are themselves."""
    if isinstance(target, InstrumentedAttribute) or hasattr(target, "_of_type"):
        target = sa.inspect(target).entity  # a relationship
    return {_called(part) for part in _parts(sa.inspect(target).selectable)}


def _parts(selectable: Any) -> Iterator[Any]:
    if isinstance(selectable, JoinClause):
        yield from _parts(selectable.left)
        yield from _parts(selectable.right)
    else:
        yield selectable


def _called(selectable: Any) -> Any:
    name = getattr(selectable, "name", None)
    plain = isinstance(name, str) and not isinstance(name, sa.sql.elements._anonymous_label)
    return name.casefold() if plain else selectable  # type: ignore[union-attr]


def _pairs(mine: Sequence[Cell], others: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    return [
        (one, other)
        for one in mine
        for other in others
        if one.kind is other.kind and one.plain and other.plain and one.kind.joined
        and one.kind.compared
    ]  # fmt: skip


def _is_linked(one: Cell, other: Cell) -> bool:
    return (one.refers is not None and one.refers is other.origin) or (
        other.refers is not None and other.refers is one.origin
    )
