"""What a schema is made of."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry

from tests.serverside.shapes.kinds import Kind

Row = dict[str, Any]


@dataclass(eq=False)
class Made:
    """A table, the kinds of its columns, its rows, and what its foreign keys refer to.

    `stored` is how the database has it: without the key, where a model only claims one. `view` is
    the select of a view.
    """

    table: sa.Table
    kinds: dict[str, Kind]
    rows: list[Row]
    links: dict[str, sa.Column[Any]] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    stored: Any = None
    view: Any = None

    @property
    def written(self) -> Any:
        """The table that is written to; None for a view."""
        return None if self.view is not None else self.table if self.stored is None else self.stored


@dataclass(eq=False)
class Schema:
    """All tables of an example, in an order in which they can be filled, and classes over them.

    `spaces` are the schemas that some of them stand in.
    """

    metadata: sa.MetaData
    registry: registry
    seed: int
    tables: list[Made] = field(default_factory=list)
    models: list[Any] = field(default_factory=list)
    spaces: set[str] = field(default_factory=set)

    @property
    def only(self) -> str | None:
        """The one kind of database that has all its types."""
        held = (kind.only for made in self.tables for kind in made.kinds.values())
        return next((name for name in held if name), None)
