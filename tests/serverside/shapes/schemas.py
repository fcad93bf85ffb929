"""Tables: with and without keys, linked or not, under names that clash, and few rows that tie."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import registry

from tests.serverside.shapes import kinds, names
from tests.serverside.shapes.kinds import Kind

COUNTS = (3, 8, 14, 14, 20, 1, 0)


@dataclass
class Made:
    """A table, the kinds of its columns, its rows; `entity` is its class, where it has one."""

    table: sa.Table
    kinds: dict[str, Kind]
    rows: list[dict[str, Any]]
    links: dict[str, sa.Column[Any]] = field(default_factory=dict)
    entity: Any = None
    tags: frozenset[str] = frozenset()


@dataclass
class Schema:
    """All tables of an example, in an order in which they can be filled."""

    metadata: sa.MetaData
    registry: registry
    tables: list[Made]
    seed: int


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Give two to four tables, each linked to one made before, or to itself, or to none."""
    metadata = sa.MetaData()
    schema = Schema(metadata, registry(metadata=metadata), [], draw(st.integers(0, 2**16)))
    for name in draw(names.several(names.TABLES, 2, 4)):
        schema.tables.append(draw(_table(schema, name)))
    for number, made in enumerate(schema.tables):
        if len(made.table.primary_key):
            made.entity = type(f"Entity{number}", (), {})
            schema.registry.map_imperatively(made.entity, made.table)
    return schema


@st.composite
def _table(draw: st.DrawFn, schema: Schema, name: str) -> Made:
    targets = _targets(schema)
    held = draw(st.lists(st.sampled_from(kinds.PLAIN), min_size=1, max_size=4))
    key = draw(st.sampled_from(["integer"] * 5 + ["text", "pair", "none", "none"]))
    linked = draw(st.lists(st.sampled_from(targets), max_size=2)) if targets else []
    loops = key == "integer" and draw(st.sampled_from([False, False, True]))
    own = {"integer": 1, "text": 1, "pair": 2, "none": 0}[key]
    called = draw(names.several(names.COLUMNS, *[own + len(held) + len(linked) + loops] * 2))
    columns, found = list[sa.Column[Any]](), dict[str, Kind]()
    for place in range(own):
        kind = kinds.TEXT if key == "text" or place else kinds.INTEGER
        found[called[place]] = kind
        columns.append(sa.Column(called[place], kind.type(), primary_key=True, autoincrement=False))
    for column, kind in zip(called[own:], held, strict=False):
        found[column] = kind
        columns.append(sa.Column(column, kind.type(), nullable=draw(st.booleans())))
    links = dict[str, sa.Column[Any]]()
    for column, target in zip(called[own + len(held) :], linked, strict=False):
        found[column] = target.kinds[_key(target).name]
        links[column] = _key(target)
        columns.append(sa.Column(column, sa.ForeignKey(_key(target))))
    if loops:
        found[called[-1]] = kinds.INTEGER
        links[called[-1]] = columns[0]
        columns.append(sa.Column(called[-1], sa.ForeignKey(columns[0])))
    table = sa.Table(name, schema.metadata, *columns)
    tags = {f"key:{key}"} | ({"self-reference"} if loops else set())
    made = Made(table, found, [], links, tags=frozenset(tags))
    made.rows = _rows(schema, made, draw(st.sampled_from(COUNTS)))
    return made


def _targets(schema: Schema) -> list[Made]:
    return [made for made in schema.tables if len(made.table.primary_key) == 1]


def _key(made: Made) -> sa.Column[Any]:
    return next(iter(made.table.primary_key))


def _rows(schema: Schema, made: Made, count: int) -> list[dict[str, Any]]:
    """Fill a table by chance that its schema's seed decides; a link meets a row or is NULL."""
    chance = random.Random(f"{schema.seed} {len(schema.tables)}")
    rows, seen = list[dict[str, Any]](), set[Any]()
    for number in range(count):
        row = {c.name: _cell(chance, schema, made, c, number, rows) for c in made.table.columns}
        key = tuple(row[column.name] for column in made.table.primary_key)
        if (not key or key not in seen) and _is_whole(made, row):
            seen.add(key)
            rows.append(row)
    return rows


def _cell(
    chance: random.Random,
    schema: Schema,
    made: Made,
    column: sa.Column[Any],
    number: int,
    rows: Sequence[dict[str, Any]],
) -> Any:
    if column.name in made.links:
        target = made.links[column.name]
        held = rows if target.table is made.table else _made(schema, target.table).rows
        values = [row[target.name] for row in held]
        return chance.choice(values) if values and chance.random() < 0.8 else None
    kind = made.kinds[column.name]
    if column.primary_key and kind is kinds.INTEGER and len(made.table.primary_key) == 1:
        return number + 1
    empty = column.nullable and not column.primary_key and chance.random() < 0.25
    return None if empty else chance.choice(kind.values)


def _made(schema: Schema, table: sa.Table) -> Made:
    return next(made for made in schema.tables if made.table is table)


def _is_whole(made: Made, row: dict[str, Any]) -> bool:
    return all(row[c.name] is not None or c.nullable for c in made.table.columns)
