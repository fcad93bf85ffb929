"""Classes over tables: with hybrids, column properties and relationships."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import column_property, relationship

from tests.serverside.shapes import kinds
from tests.serverside.shapes.kinds import Kind
from tests.serverside.shapes.tables import Made, Schema


@dataclass(frozen=True, eq=False)
class Held:
    """An attribute of a class: its kind, the column behind it, the one it refers to and how."""

    key: str
    kind: Kind
    origin: Any = None
    refers: Any = None
    relation: str | None = None


@dataclass(frozen=True, eq=False)
class Through:
    """A relationship by way of an association table."""

    key: str
    to: "Model"


@dataclass(frozen=True, eq=False)
class Model:
    """A class and what it holds."""

    entity: Any
    held: tuple[Held, ...]
    tags: frozenset[str]
    through: list[Through] = field(default_factory=list)


def mapped(schema: Schema, made: Made) -> Model:
    """Map a class to a table; its first text and number also come as something made of them."""
    entity: Any = type(f"Entity{len(schema.models)}", (), {})
    held = [_held(made, column) for column in made.table.columns]
    properties: dict[str, Any] = {
        one.relation: _relation(schema, made, entity, one) for one in held if one.relation
    }
    if (text := _first(held, kinds.TEXT)) is not None:
        properties["made_text"] = column_property(text + "?")
        held.append(Held("made_text", kinds.TEXT))
    if (number := _first(held, kinds.INTEGER)) is not None:
        entity.twice = _twice(number.key)
        held.append(Held("twice", kinds.INTEGER))
    schema.registry.map_imperatively(entity, made.table, properties=properties)
    return Model(entity, tuple(held), made.tags | {"orm"})


def _held(made: Made, column: sa.Column[Any]) -> Held:
    target = made.links.get(column.name)
    relation = None if target is None or made.view is not None else f"to {column.key}"
    return Held(column.key, made.kinds[column.name], column, target, relation)


def _relation(schema: Schema, made: Made, entity: Any, held: Held) -> Any:
    """Relate a foreign key to the class of the table that it refers to."""
    to = entity if held.refers.table is made.table else _class_of(schema, held.refers.table)
    remote = held.refers if to is entity else None
    return relationship(to, foreign_keys=[held.origin], remote_side=remote, viewonly=True)


def _class_of(schema: Schema, table: sa.Table) -> Any:
    return next(model.entity for model in schema.models if model.held[0].origin.table is table)


def _first(held: list[Held], kind: Kind) -> Any:
    return next((one.origin for one in held if one.kind is kind and one.origin is not None), None)


def _twice(key: str) -> Any:
    return hybrid_property(lambda it: getattr(it, key) * 2)


def associate(schema: Schema, made: Made) -> None:
    """Relate the classes that an association table links, by way of it."""
    if len(made.links) != 2:
        return
    keys = list(made.links.values())
    one, other = (_model_of(schema, target.table) for target in keys)
    mine, its = (made.table.c[name] for name in made.links)
    key = f"by way of {made.table.name}"
    sa.inspect(one.entity).add_property(
        key,
        relationship(
            other.entity, secondary=made.table, viewonly=True,
            primaryjoin=keys[0] == mine, secondaryjoin=keys[1] == its,
        ),
    )  # fmt: skip
    one.through.append(Through(key, other))


def _model_of(schema: Schema, table: sa.Table) -> Model:
    return next(model for model in schema.models if model.held[0].origin.table is table)
