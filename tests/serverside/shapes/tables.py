"""What a schema is made of."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry

from tests.serverside.shapes.kinds import Kind


@dataclass(eq=False)
class Made:
    """A table, the kinds of its columns, its rows, and what its foreign keys refer to.

    `stored` is how the database has it: without the key, where a model only claims one.
    """

    table: sa.Table
    kinds: dict[str, Kind]
    rows: list[dict[str, Any]]
    links: dict[str, sa.Column[Any]] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    stored: Any = None


@dataclass(eq=False)
class Schema:
    """All tables of an example, in an order in which they can be filled, and classes over them.

    `views` are selects by the name of their view.
    """

    metadata: sa.MetaData
    registry: registry
    seed: int
    tables: list[Made] = field(default_factory=list)
    models: list[Any] = field(default_factory=list)
    views: dict[str, Any] = field(default_factory=dict)
    spaces: set[str] = field(default_factory=set)

    @property
    def only(self) -> str | None:
        """The one kind of database that has all its types."""
        held = (kind.only for made in self.tables for kind in made.kinds.values())
        return next((name for name in held if name), None)
