"""Schemas: tables with and without keys, linked or not, under names that clash; rows that tie."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import registry

from tests.serverside.shapes import kinds, names
from tests.serverside.shapes.inheritance import families
from tests.serverside.shapes.kinds import Kind
from tests.serverside.shapes.models import associate, mapped
from tests.serverside.shapes.tables import Made, Row, Schema

COUNTS = (3, 8, 14, 14, 20, 1, 0)
KEYS = ("integer", "integer", "integer", "text", "pair", "none", "none", "association", "claimed")
Rarely = st.sampled_from([False] * 5 + [True])


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Give two to four tables, each linked to those made before, to itself, or to none."""
    metadata = sa.MetaData()
    schema = Schema(metadata, registry(metadata=metadata), draw(st.integers(0, 2**16)))
    called = draw(names.several(names.TABLES, 2, 5))
    if len(called) > 3 and draw(st.booleans()):
        draw(families(schema, (called.pop(), called.pop())))
    for name in called:
        _add(schema, draw(_table(schema, name)))
    bases = [made for made in schema.tables if made.table.schema is None]
    if bases and draw(Rarely):
        name = draw(st.sampled_from([name for name in names.PLAIN if name not in called]))
        _add(schema, view_of(draw(st.sampled_from(bases)), name))
    return schema


def view_of(made: Made, name: str) -> Made:
    """Give a view that shows each row of a table twice, with the key that the table has."""
    table, base = sa.Table(name, sa.MetaData()), made.table
    for column in base.columns:
        table.append_column(sa.Column(column.name, column.type, primary_key=column.primary_key))
    twice = sa.union_all(sa.select(*base.columns), sa.select(*base.columns))
    return Made(table, made.kinds, [], made.links, frozenset({"view"}), view=twice)


def _add(schema: Schema, made: Made) -> None:
    schema.tables.append(made)
    if len(made.table.primary_key):
        schema.models.append(mapped(schema, made))
    elif "key:association" in made.tags:
        associate(schema, made)


@dataclass
class _Plan:
    """What a table will have, before it has names."""

    key: list[Kind]
    held: list[Kind]
    links: list[Made]
    loops: bool

    @property
    def width(self) -> int:
        return len(self.key) + len(self.held) + len(self.links) + self.loops


@st.composite
def _table(draw: st.DrawFn, schema: Schema, name: str) -> Made:
    key = draw(st.sampled_from(KEYS))
    plan = draw(_plans(schema, key))
    called = draw(names.several(names.COLUMNS, *[plan.width] * 2))
    space = draw(st.sampled_from([None] * 25 + list(names.SPACES)))
    if space is not None:
        schema.spaces.add(space)
    nullable = [draw(st.booleans()) for _ in plan.held]
    tags = {f"key:{key}"} | ({"self-reference"} if plan.loops else set())
    tags |= {"schema"} if space else set()
    tags |= {kind.name for kind in plan.held if kind in kinds.FOREIGN}
    metadata = sa.MetaData() if key == "claimed" else schema.metadata
    made = _made(plan, called, nullable, sa.Table(name, metadata, schema=space))
    made.tags = frozenset(tags)
    if key == "claimed":
        made.stored = _keyless(made.table, schema.metadata)
    made.rows = _rows(schema, made, draw(st.sampled_from(COUNTS)))
    return made


@st.composite
def _plans(draw: st.DrawFn, schema: Schema, key: str) -> _Plan:
    targets = [made for made in schema.tables if _can_be_target(made)]
    pool = kinds.FOREIGN if draw(Rarely) else kinds.PLAIN
    held = draw(st.lists(st.sampled_from(pool), min_size=key != "association", max_size=4))
    most = st.lists(st.sampled_from(targets), max_size=2) if targets else st.just([])
    links = draw(most)
    if key == "association" and targets:
        links = [draw(st.sampled_from(targets)) for _ in range(2)]
        held = held[:1]
    own = {
        "integer": [kinds.INTEGER], "text": [kinds.TEXT], "pair": [kinds.INTEGER, kinds.TEXT],
        "claimed": [kinds.INTEGER],
    }.get(key, [])  # fmt: skip
    loops = key == "integer" and draw(st.sampled_from([False, False, True]))
    return _Plan(own, held or [kinds.TEXT], links, loops)


def _can_be_target(made: Made) -> bool:
    return (
        len(made.table.primary_key) == 1 and made.written is made.table and "id" not in made.links
    )


def _made(plan: _Plan, called: Sequence[str], nullable: Sequence[bool], table: sa.Table) -> Made:
    found, links = dict[str, Kind](), dict[str, sa.Column[Any]]()
    left = iter(called)
    for kind in plan.key:
        found[name := next(left)] = kind
        table.append_column(sa.Column(name, kind.type(), primary_key=True, autoincrement=False))
    for kind, empty in zip(plan.held, nullable, strict=True):
        found[name := next(left)] = kind
        table.append_column(sa.Column(name, kind.type(), nullable=empty))
    targets = [next(iter(made.table.primary_key)) for made in plan.links]
    kinds_ = [made.kinds[target.name] for made, target in zip(plan.links, targets, strict=True)]
    if plan.loops:
        targets.append(next(iter(table.primary_key)))
        kinds_.append(plan.key[0])
    for target, kind in zip(targets, kinds_, strict=True):
        found[name := next(left)], links[name] = kind, target
        table.append_column(sa.Column(name, sa.ForeignKey(target)))
    return Made(table, found, [], links)


def _keyless(table: sa.Table, metadata: sa.MetaData) -> sa.Table:
    """Return the table as it is stored: without the key that its model claims."""
    columns = (sa.Column(column.name, column.type) for column in table.columns)
    return sa.Table(table.name, metadata, *columns, schema=table.schema)


def _rows(schema: Schema, made: Made, count: int) -> list[Row]:
    """Fill a table by chance that its schema's seed decides; a link meets a row or is NULL."""
    chance = random.Random(f"{schema.seed} {len(schema.tables)}")
    rows, seen = list[Row](), set[Any]()
    for number in range(count):
        row = {c.name: _cell(chance, schema, made, c, number, rows) for c in made.table.columns}
        key = tuple(row[column.name] for column in made.table.primary_key)
        if (not key or key not in seen or made.stored is not None) and _is_whole(made, row):
            seen.add(key)
            rows.append(row)
    return rows


def _cell(
    chance: random.Random,
    schema: Schema,
    made: Made,
    column: sa.Column[Any],
    number: int,
    rows: Sequence[Row],
) -> Any:
    if column.name in made.links:
        target = made.links[column.name]
        held = rows if target.table is made.table else _of(schema, target.table).rows
        values = [row[target.name] for row in held]
        return chance.choice(values) if values and chance.random() < 0.8 else None
    kind = made.kinds[column.name]
    if "key:integer" in made.tags and column.primary_key:
        return number + 1
    empty = column.nullable and not column.primary_key and chance.random() < 0.25
    return None if empty else chance.choice(kind.values)


def _of(schema: Schema, table: sa.Table) -> Made:
    return next(made for made in schema.tables if made.table is table)


def _is_whole(made: Made, row: dict[str, Any]) -> bool:
    return all(row[c.name] is not None or c.nullable for c in made.table.columns)
