"""The query's own ORDER BY and GROUP BY, whatever they were written with: names become expressions.

A name is one of a label or a column of the query, and means nothing once other columns stand there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql import operators

from .. import sqlalchemy_private as private
from ..columns.column import ColumnDT
from ..sqlalchemy_private import element
from ..wire.request import Direction
from . import joins
from .query import shown, with_columns

Nulls = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """A term of the query's own ORDER BY; `nulls` is None where it does not say."""

    expression: Any
    direction: Direction = "asc"
    nulls: Nulls | None = None

    def clause(self) -> Any:
        """Return the term as SQLAlchemy writes it."""
        term = self.expression.desc() if self.direction == "desc" else self.expression.asc()
        if self.nulls is None:
            return term
        return term.nulls_first() if self.nulls == "first" else term.nulls_last()


class Names:
    """What the names in a query's ORDER BY and GROUP BY mean: labels go first. Found when asked."""

    def __init__(self, select: sa.Select[Any], columns: Sequence[ColumnDT]) -> None:
        self._select, self._columns = select, columns

    def get(self, name: str) -> Any:
        """Return the expression of a name, or None."""
        return self._labels.get(name, self._of_tables.get(name))

    @cached_property
    def _labels(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in self._columns:
            expression = element(column.sqla_expr)
            if isinstance(expression, sa.Label):
                found[expression.name] = expression.element
        for key, one in self._select.selected_columns.items():
            found[key] = one.element if isinstance(one, sa.Label) else one
        return found

    @cached_property
    def _of_tables(self) -> dict[str, Any]:
        asked = with_columns(self._select.order_by(None).group_by(None), *shown(self._columns))
        tables = [
            table for from_clause in asked.get_final_froms() for table in joins.tables(from_clause)
        ]
        found = {column.name: column for table in reversed(tables) for column in table.c}
        found |= {column.key: column for table in reversed(tables) for column in table.c}
        named = [table for table in tables if hasattr(table, "name")]
        return found | {f"{table.name}.{c.name}": c for table in named for c in table.c}


def nameless(select: sa.Select[Any], columns: Sequence[ColumnDT]) -> sa.Select[Any]:
    """Return a query whose clauses are expressions. Raises `ValueError` for what can't be read."""
    names = Names(select, columns)
    if terms := _all_terms(select, names):
        select = select.order_by(None).order_by(*(term.clause() for term in terms))
    if groups := private.group_by_clauses(select):
        groups = tuple(_looked_up(clause, names, "group_by") for clause in groups)
        select = select.group_by(None).group_by(*groups)
    return select


def order_of(select: sa.Select[Any]) -> tuple[OwnTerm, ...]:
    """Return the order of a nameless query, term by term."""
    return tuple(_all_terms(select, None))


def _all_terms(select: sa.Select[Any], names: Names | None) -> list[OwnTerm]:
    clauses = private.order_by_clauses(select)
    return [term for clause in clauses for term in _terms(clause, names, OwnTerm(None))]


def _looked_up(clause: Any, names: Names | None, place: str) -> Any:
    """Return a clause's expression, without references by name. Raises `ValueError`."""
    name = private.named_by_text(clause)
    if name is not None:
        found = names.get(name) if names else None
        if found is None:
            raise ValueError(f'{place}("{name}") names nothing in the query; write the column.')
        return found
    if private.is_label_reference(clause) or isinstance(clause, sa.Label):
        return _looked_up(clause.element, names, place)
    if getattr(clause, "is_literal", False):
        if clause.name.isdigit():
            raise ValueError(f"{place}({clause.name}) is a position; write the column.")
        found = names.get(clause.name) if names else None
        return clause if found is None else found
    return clause


def _terms(clause: Any, names: Names | None, so_far: OwnTerm) -> Iterator[OwnTerm]:
    """Take a term apart from the outside in; of what is said twice, the outermost counts."""
    if isinstance(clause, sa.TextClause):
        yield from _written(clause, names)
        return
    clause = _looked_up(clause, names, "order_by")
    modifier = getattr(clause, "modifier", None)
    if modifier is None:
        yield OwnTerm(clause, so_far.direction, so_far.nulls)
        return
    direction, nulls = so_far.direction, so_far.nulls
    if modifier is operators.desc_op:
        direction = "desc"
    elif modifier in _NULLS:
        nulls = nulls or _NULLS[modifier]
    yield from _terms(clause.element, names, OwnTerm(None, direction, nulls))


_NULLS: dict[Any, Nulls] = {operators.nulls_first_op: "first", operators.nulls_last_op: "last"}
_TERM = re.compile(
    r"\s*(?P<expression>.+?)(?:\s+(?P<direction>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile("['\"`;:\\[\\]]|--|/\\*")  # may hold a comma, or a parameter


def _written(clause: Any, names: Names | None) -> Iterator[OwnTerm]:
    """Read an order that was written as text: names and expressions, with their directions."""
    for text in _split(clause.text):
        match = _TERM.fullmatch(text)
        if match is None or _QUOTED.search(text):
            raise ValueError(
                f'order_by(text("{clause.text}")) can\'t be read; write it with columns.'
            )
        own = _looked_up(sa.literal_column(match["expression"]), names, "order_by")
        direction: Direction = "desc" if (match["direction"] or "").lower() == "desc" else "asc"
        nulls: dict[str, Nulls] = {"first": "first", "last": "last"}
        yield OwnTerm(own, direction, nulls.get((match["nulls"] or "").lower()))


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
