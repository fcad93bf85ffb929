"""A class and its subclass, in one table or in two."""

import random
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.serverside.shapes import kinds
from tests.serverside.shapes.models import Held, Model
from tests.serverside.shapes.tables import Made, Row, Schema

HELD = {"id": kinds.INTEGER, "kind": kinds.TEXT, "name": kinds.TEXT}
LEVELS = (None, 1, 2, 10)


@st.composite
def families(draw: st.DrawFn, schema: Schema, called: tuple[str, str]) -> None:
    """Add workers and the managers among them, in one table or in two."""
    chance = random.Random(f"{schema.seed} family")
    rows: list[Row] = [
        {
            "id": number + 1,
            "kind": chance.choice(["worker", "manager"]),
            "name": chance.choice((*kinds.TEXTS[:8], None)),
            "level": chance.choice(LEVELS),
        }
        for number in range(draw(st.sampled_from([3, 8, 12])))
    ]
    if draw(st.booleans()):
        _in_one(schema, called[0], rows)
    else:
        _in_two(schema, called, rows)


def _in_one(schema: Schema, name: str, rows: list[Row]) -> None:
    base = _base(schema, name, sa.Column("level", sa.Integer))
    tags = frozenset({"single inheritance"})
    schema.tables.append(Made(base, HELD | {"level": kinds.INTEGER}, rows, tags=tags))
    properties = {"level": base.c.level}
    _classes(schema, base, Held("level", kinds.INTEGER, base.c.level), tags, properties=properties)


def _in_two(schema: Schema, called: tuple[str, str], rows: list[Row]) -> None:
    base = _base(schema, called[0])
    key = sa.Column("id", sa.ForeignKey(base.c.id), primary_key=True)
    own = sa.Table(called[1], schema.metadata, key, sa.Column("level", sa.Integer))
    tags = frozenset({"joined inheritance"})
    schema.tables.append(Made(base, HELD, [_part(row, HELD) for row in rows], tags=tags))
    held = {"id": kinds.INTEGER, "level": kinds.INTEGER}
    mine = [_part(row, held) for row in rows if row["kind"] == "manager"]
    schema.tables.append(Made(own, held, mine, {"id": base.c.id}))
    _classes(schema, base, Held("level", kinds.INTEGER, own.c.level), tags, local_table=own)


def _part(row: Row, names: Any) -> Row:
    return {name: row[name] for name in names}


def _base(schema: Schema, name: str, *more: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name, schema.metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False), sa.Column("name", sa.String), *more,
    )  # fmt: skip


def _classes(
    schema: Schema, base: sa.Table, level: Held, tags: frozenset[str], **mapping: Any
) -> None:
    worker = type("Worker", (), {})
    manager = type("Manager", (worker,), {})
    schema.registry.map_imperatively(
        worker, base, polymorphic_on=base.c.kind, polymorphic_identity="worker",
        exclude_properties=["level"],
    )  # fmt: skip
    schema.registry.map_imperatively(
        manager, inherits=worker, polymorphic_identity="manager", **mapping
    )
    held = tuple(Held(name, kind, base.c[name]) for name, kind in HELD.items())
    schema.models.append(Model(worker, held, tags | {"orm"}))
    schema.models.append(Model(manager, (*held, level), tags | {"orm", "subclass"}))
