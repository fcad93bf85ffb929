"""Where rows come from: tables, classes, aliases, subqueries, CTEs, unions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import aliased

from tests.serverside.shapes import kinds, names
from tests.serverside.shapes.models import Model
from tests.serverside.shapes.shape import Cell, Shape, Source
from tests.serverside.shapes.tables import Made, Schema

Queries = st.SearchStrategy[Shape]
Shapes = Callable[[Schema, int], Queries]
# A union gives them their type; SQLAlchemy has none for the first of them.
NULLS = (kinds.UNTYPED, kinds.UNTYPED_TEXT)
ALIASES = st.one_of(st.none(), st.none(), st.sampled_from(names.ALIASES))


@st.composite
def sources(draw: st.DrawFn, schema: Schema, depth: int, shapes: Shapes) -> Source:
    """Give one source; those made of queries, which `shapes` gives, are as deep as `depth` says."""
    stored = ["table"] * 4 + ["alias"] * 2 + (["class"] * 4 + ["aliased"] * 2) * bool(schema.models)
    made = ["subquery"] * 2 + ["cte", "union", "union all", "values", "recursive"]
    way = draw(st.sampled_from(stored + made * (depth > 0)))
    if way in ("table", "alias"):
        return of_table(draw(st.sampled_from(schema.tables)), way == "alias", draw(ALIASES))
    if way in ("class", "aliased"):
        return of_model(draw(st.sampled_from(schema.models)), way == "aliased", draw(ALIASES))
    return named(draw(_MADE[way](schema, shapes(schema, depth - 1))))


def of_table(made: Made, alias: bool = False, name: str | None = None) -> Source:
    """Give a table or an alias of it."""
    target: Any = made.table.alias(name) if alias else made.table
    cells = tuple(
        Cell(
            target.c[column.key], made.kinds[column.name], True, column,
            made.links.get(column.name),
        )
        for column in made.table.columns
    )  # fmt: skip
    return named(Source(target, cells, made.tags | ({"alias"} if alias else set())))


def of_model(model: Model, alias: bool = False, name: str | None = None) -> Source:
    """Give a class or an alias of it."""
    joined = {"joined inheritance", "subclass"} <= model.tags
    target = model.entity
    if alias:
        target = aliased(target, flat=True) if joined else aliased(target, name=name)
    cells = tuple(
        Cell(
            getattr(target, one.key), one.kind, True, one.origin, one.refers,
            getattr(target, one.relation) if one.relation else None,
        )
        for one in model.held
    )  # fmt: skip
    tags = model.tags | ({"alias"} if alias else set())
    return named(Source(target, cells, tags, model))


def named(source: Source) -> Source:
    """Tag a source whose name the engine has used itself."""
    name = getattr(sa.inspect(source.target).selectable, "name", None)
    return replace(source, tags=source.tags | {"our name"}) if name in names.OURS else source


def _columns(shape: Shape, called: list[str]) -> list[tuple[str, Cell]]:
    return list(zip(called, shape.cells, strict=False))


@st.composite
def _subquery(draw: st.DrawFn, schema: Schema, shapes: Queries, cte: bool = False) -> Source:
    shape: Shape = draw(shapes)
    called = _columns(shape, draw(names.several(names.COLUMNS, *[len(shape.cells)] * 2)))
    query = shape.select(*(cell.expression.label(name) for name, cell in called))
    made = query.cte(draw(ALIASES)) if cte else query.subquery(draw(ALIASES))
    cells = tuple(cell.moved(made.c[name]) for name, cell in called)
    return Source(made, cells, shape.tags | {"cte" if cte else "subquery"})


@st.composite
def _union(draw: st.DrawFn, schema: Schema, shapes: Queries, every: bool = False) -> Source:
    one: Shape = draw(shapes)
    other: Shape = draw(shapes)
    called = _columns(one, draw(names.several(names.COLUMNS, *[len(one.cells)] * 2)))
    if not every:
        called = [(name, cell) for name, cell in called if cell.kind.compared and cell.kind.joined]
    first = one.select(*(cell.expression.label(name) for name, cell in called))
    second = other.select(*(_alike(cell, other).label(name) for name, cell in called))
    selects = [_bare(shape, query) for shape, query in ((one, first), (other, second))]
    made = (sa.union_all if every else sa.union)(*selects).subquery(draw(ALIASES))
    cells = tuple(cell.moved(made.c[name]) for name, cell in called)
    return Source(made, cells, one.tags | other.tags | {"union all" if every else "union"})


def _bare(shape: Shape, query: Any) -> Any:
    """Put a query in a subquery where SQLite takes no ORDER BY or LIMIT within a union."""
    return sa.select(query.subquery()) if shape.order or shape.limit is not None else query


def _alike(cell: Cell, shape: Shape) -> Any:
    """Give a column of the same kind, or NULL."""
    found = [own.expression for own in shape.cells if own.kind is cell.kind]
    if found:
        return found[0]
    return sa.null() if cell.kind in NULLS else sa.cast(sa.null(), cell.kind.type())


@st.composite
def _values(draw: st.DrawFn, schema: Schema, _shapes: Queries) -> Source:
    held = draw(st.lists(st.sampled_from((kinds.INTEGER, kinds.TEXT)), min_size=1, max_size=3))
    called = draw(names.several(names.COLUMNS, *[len(held)] * 2))
    row = st.tuples(*(st.sampled_from(kind.values) for kind in held))
    columns = [sa.column(name, kind.type()) for name, kind in zip(called, held, strict=True)]
    name = draw(st.sampled_from(names.OURS + names.RESERVED))
    made = sa.values(*columns, name=name).data(draw(st.lists(row, min_size=1, max_size=8)))
    kept = made.cte()  # SQLite names the columns of VALUES in no other way
    cells = (Cell(kept.c[name], kind) for name, kind in zip(called, held, strict=True))
    return Source(kept, tuple(cells), frozenset({"values"}))


@st.composite
def _recursive(draw: st.DrawFn, schema: Schema, shapes: Queries) -> Source:
    looped = [made for made in schema.tables if "self-reference" in made.tags]
    if not looped:
        return draw(_subquery(schema, shapes))
    made = draw(st.sampled_from(looped))
    key = next(iter(made.table.primary_key))
    parent = next(made.table.c[name] for name, to in made.links.items() if to is key)
    depths = sa.literal(0, sa.Integer()).label("depth")
    first = sa.select(key.label("id"), depths)
    first = first.where(parent.is_(None)) if draw(st.booleans()) else first
    tree = first.cte(draw(ALIASES), recursive=True)
    step = sa.select(key, tree.c.depth + 1).join(tree, parent == tree.c.id)
    tree = tree.union_all(step)
    cells = (Cell(tree.c.id, kinds.INTEGER, True, key), Cell(tree.c.depth, kinds.INTEGER))
    return Source(tree, cells, frozenset({"recursive"}))


_MADE: dict[str, Any] = {
    "subquery": _subquery,
    "cte": lambda schema, shapes: _subquery(schema, shapes, cte=True),
    "union": _union,
    "union all": lambda schema, shapes: _union(schema, shapes, every=True),
    "values": _values,
    "recursive": _recursive,
}
