"""A query in parts, so that what is asked and the truth can be written of the same parts."""

from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import join as orm_join

from tests.serverside.shapes.kinds import Kind


@dataclass(frozen=True, eq=False)
class Cell:
    """An expression that can be shown; a `plain` one may also stand in WHERE, ON and GROUP BY.

    `origin` is the stored column behind it, `refers` the one that this is a foreign key to,
    `relation` the relationship that says so.
    """

    expression: Any
    kind: Kind
    plain: bool = True
    origin: Any = None
    refers: Any = None
    relation: Any = None

    def moved(self, expression: Any) -> "Cell":
        """Return the cell as another source shows it."""
        return replace(self, expression=expression, plain=True, relation=None)


@dataclass(frozen=True, eq=False)
class Source:
    """What rows come from: a table, a class (of a `model`), an alias, a subquery."""

    target: Any
    cells: tuple[Cell, ...]
    tags: frozenset[str] = frozenset()
    model: Any = None


@dataclass(frozen=True, eq=False)
class Joined:
    """A source beside those before it; a relationship as target has no condition."""

    target: Any
    condition: Any = None
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
    """A query without its columns; `cells` can be declared, `tags` name what is special.

    `style` is how joins are written: in a chain, as one source, or as conditions.
    """

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
    style: str = "chain"
    options: tuple[Any, ...] = ()

    @property
    def wrapped(self) -> bool:
        """Whether its rows are not those of its tables."""
        return bool(self.group or self.distinct or self.limit is not None)

    @property
    def targets(self) -> list[Any]:
        """All its sources."""
        return [self.main, *(one.target for one in self.joins)]

    def select(self, *columns: Any, restated: bool = False) -> Any:
        """Write the query with these columns; `restated`: the order in plain expressions."""
        return self.written(sa.select(*columns), restated=restated)

    def written(self, query: Any, *, restated: bool = False) -> Any:
        """Add everything but columns to a `select()` or a `session.query()`."""
        query = self._joined(query).where(*self.where)
        if self.group:
            query = query.group_by(*self.group)
        for condition in self.having:
            query = query.having(condition)
        if self.distinct is not None:
            query = query.distinct(*(() if self.distinct is True else self.distinct))
        terms = [replace(own, written=None) if restated else own for own in self.order]
        if terms:
            query = query.order_by(*(own.term for own in terms))
        if self.limit is not None:
            query = query.limit(self.limit)
        if self.offset is not None:
            query = query.offset(self.offset)
        return query.options(*self.options)

    def _joined(self, query: Any) -> Any:
        if self.style == "chain":
            query = query.select_from(self.main)
            for one in self.joins:
                condition = () if one.condition is None else (one.condition,)
                query = query.join(one.target, *condition, isouter=one.outer, full=one.full)
            return query
        if self.style == "conditions":
            conditions = (one.condition for one in self.joins)
            return query.select_from(self.main, *(o.target for o in self.joins)).where(*conditions)
        source = self.main
        for one in self.joins:
            source = orm_join(source, one.target, one.condition, isouter=one.outer, full=one.full)
        return query.select_from(source)

    def tagged(self, *tags: str) -> "Shape":
        """Return it with more tags."""
        return replace(self, tags=self.tags | set(tags))
