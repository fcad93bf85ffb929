"""A query in parts, so that what is asked and the truth can be written of the same parts."""

from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from tests.serverside.shapes.kinds import Kind


@dataclass(frozen=True, eq=False)
class Cell:
    """An expression that can be shown; a `plain` one may also stand in WHERE, ON and GROUP BY.

    `origin` is the stored column behind it, `refers` the one that this is a foreign key to.
    """

    expression: Any
    kind: Kind
    plain: bool = True
    origin: Any = None
    refers: Any = None

    def moved(self, expression: Any) -> "Cell":
        """Return the cell as another source shows it."""
        return replace(self, expression=expression, plain=True)


@dataclass(frozen=True, eq=False)
class Source:
    """What rows come from: a table, a class, an alias, a subquery."""

    target: Any
    cells: tuple[Cell, ...]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Joined:
    """A source beside those before it."""

    target: Any
    condition: Any
    outer: bool = False
    full: bool = False


@dataclass(frozen=True, eq=False)
class Own:
    """A term of the query's own order; `written` is how the query says it."""

    cell: Cell
    descending: bool = False
    nulls: str | None = None
    written: Any = None

    @property
    def term(self) -> Any:
        """The term as SQLAlchemy writes it."""
        if self.written is not None:
            return self.written
        term = self.cell.expression
        term = term.desc() if self.descending else term
        if self.nulls is None:
            return term
        return term.nulls_first() if self.nulls == "first" else term.nulls_last()


@dataclass(frozen=True, eq=False)
class Shape:
    """A query without its columns; `cells` can be declared, `tags` name what is special."""

    main: Any
    joins: tuple[Joined, ...] = ()
    where: tuple[Any, ...] = ()
    group: tuple[Any, ...] = ()
    having: tuple[Any, ...] = ()
    distinct: Any = None  # True, or expressions for DISTINCT ON
    order: tuple[Own, ...] = ()
    limit: int | None = None
    offset: int | None = None
    cells: tuple[Cell, ...] = ()
    tags: frozenset[str] = field(default_factory=frozenset)

    @property
    def wrapped(self) -> bool:
        """Whether its rows are not those of its tables."""
        return bool(self.group or self.distinct or self.limit is not None)

    def select(self, *columns: Any, restated: bool = False) -> Any:
        """Write the query with these columns; `restated`: the order in plain expressions."""
        query = sa.select(*columns).select_from(self.main)
        for one in self.joins:
            query = query.join(one.target, one.condition, isouter=one.outer, full=one.full)
        query = query.where(*self.where)
        if self.group:
            query = query.group_by(*self.group)
        if self.having:
            query = query.having(*self.having)
        if self.distinct is not None:
            query = query.distinct(*(() if self.distinct is True else self.distinct))
        terms = [replace(own, written=None) if restated else own for own in self.order]
        query = query.order_by(*(own.term for own in terms))
        return query.limit(self.limit).offset(self.offset)

    def tagged(self, *tags: str) -> "Shape":
        """Return it with more tags."""
        return replace(self, tags=self.tags | set(tags))
