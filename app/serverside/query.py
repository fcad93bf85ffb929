"""The endpoint's own query, read: a select, its order term by term, its names looked up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Query, Session
from sqlalchemy.sql import operators

from . import joins
from . import sqlalchemy_private as private
from .columns import ColumnDT
from .request import Direction

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


def as_select(query: Any, columns: Sequence[ColumnDT]) -> sa.Select[Any]:
    """Return a `select()` or a legacy `session.query()` as a select. Raises `TypeError`."""
    if isinstance(query, Query):
        query = query.add_columns(columns[0].sqla_expr).enable_eagerloads(False).statement
    if isinstance(query, sa.CompoundSelect):
        raise TypeError(
            "query is a union; select from it instead: select().select_from(union.subquery())."
        )
    if not isinstance(query, sa.Select):
        raise TypeError("query must be a select() or a session.query().")
    return private.with_params(query)


def with_columns(select: sa.Select[Any], *expressions: Any) -> sa.Select[Any]:
    """Return a select of other expressions from what it reads from.

    SQLAlchemy's own `maintain_column_froms` names a table twice that `select_from()` named already.
    """
    given = {table for source in private.given_froms(select) for table in joins.tables(source)}
    further = (source for source in select.columns_clause_froms if source not in given)
    return select.select_from(*further).with_only_columns(*expressions)


def shown(columns: Sequence[ColumnDT]) -> list[Any]:
    """Return the expressions that are shown."""
    return [column.sqla_expr for column in columns]


def hooked(select: sa.Select[Any], columns: Sequence[ColumnDT], session: Session) -> sa.Select[Any]:
    """Let the session's hooks change the query as they change any other."""
    if not session.dispatch.do_orm_execute:
        return select
    changed: sa.Select[Any] = private.hooked(session, with_columns(select, *shown(columns)))
    return changed


def named(
    select: sa.Select[Any], froms: Sequence[Any], columns: Sequence[ColumnDT]
) -> dict[str, Any]:
    """Return what the names in a query's ORDER BY and GROUP BY may mean: labels go first."""
    tables = [table for source in froms for table in joins.tables(source)]
    found = {column.name: column for table in reversed(tables) for column in table.c}
    found |= {column.key: column for table in reversed(tables) for column in table.c}
    found |= {
        f"{table.name}.{c.name}": c for table in tables if hasattr(table, "name") for c in table.c
    }
    for column in columns:
        expression = joins.element(column.sqla_expr)
        if isinstance(expression, sa.Label):
            found[expression.name] = expression.element
    for key, one in select.selected_columns.items():
        found[key] = one.element if isinstance(one, sa.Label) else one
    return found


def looked_up(clause: Any, names: Mapping[str, Any], place: str) -> Any:
    """Return a clause's expression, without references by name. Raises `ValueError`."""
    name = private.named_by_text(clause)
    if name is not None:
        if name not in names:
            raise ValueError(f'{place}("{name}") names nothing in the query; write the column.')
        return names[name]
    if private.is_label_reference(clause) or isinstance(clause, sa.Label):
        return looked_up(clause.element, names, place)
    if getattr(clause, "is_literal", False):
        if clause.name.isdigit():
            raise ValueError(f"{place}({clause.name}) is a position; write the column.")
        return names.get(clause.name, clause)
    return clause


def order_of(select: sa.Select[Any], names: Mapping[str, Any]) -> tuple[OwnTerm, ...]:
    """Return the query's own order. Raises `ValueError` for a name or a text that can't be read."""
    return tuple(
        term
        for clause in private.order_by_clauses(select)
        for term in _terms(clause, names, OwnTerm(None))
    )


def _terms(clause: Any, names: Mapping[str, Any], so_far: OwnTerm) -> Iterator[OwnTerm]:
    """Take a term apart from the outside in; of what is said twice, the outermost counts."""
    if isinstance(clause, sa.TextClause):
        yield from _written(clause, names)
        return
    clause = looked_up(clause, names, "order_by")
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


def _written(clause: Any, names: Mapping[str, Any]) -> Iterator[OwnTerm]:
    """Read an order that was written as text: names and expressions, with their directions."""
    for text in _split(clause.text):
        match = _TERM.fullmatch(text)
        if match is None or _QUOTED.search(text):
            raise ValueError(
                f'order_by(text("{clause.text}")) can\'t be read; write it with columns.'
            )
        own = looked_up(sa.literal_column(match["expression"]), names, "order_by")
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


def checked_froms(select: sa.Select[Any]) -> Sequence[Any]:
    """Return what a select reads from. Raises `ValueError` for tables that nothing joins."""
    froms = select.order_by(None).group_by(None).get_final_froms()  # names in these may be wrong
    if len(froms) > 1 and not _connected([set(joins.tables(source)) for source in froms], select):
        names = " and ".join(str(getattr(table, "name", table)) for table in froms)
        raise ValueError(f"Nothing joins {names}; name the join in the query.")
    return froms


def _connected(islands: list[set[Any]], select: sa.Select[Any]) -> bool:
    """Tell whether conditions tie all tables together, so that rows do not multiply."""
    for condition in private.where_criteria(select):
        tables = joins.mentioned(condition)
        touched = [island for island in islands if island & tables]
        if touched:
            islands = [island for island in islands if not island & tables]
            islands.append(set().union(*touched))
    return len(islands) == 1


def without_names(
    select: sa.Select[Any], order: Sequence[OwnTerm], names: Mapping[str, Any]
) -> sa.Select[Any]:
    """Return a select without the names that other columns would not have.

    Its order is kept only where it decides which rows there are.
    """
    bare = select.order_by(None)
    if not private.is_plain_select(select, *private.GROUPED, *private.OPTIONS):
        bare = bare.order_by(*(term.clause() for term in order))
    if groups := private.group_by_clauses(select):
        groups = tuple(looked_up(clause, names, "group_by") for clause in groups)
        bare = bare.group_by(None).group_by(*groups)
    return bare


def nameless(select: sa.Select[Any], columns: Sequence[ColumnDT]) -> sa.Select[Any]:
    """Return a query whose clauses name nothing that only its own columns are called."""
    froms = checked_froms(with_columns(select, *shown(columns)))
    names = named(select, froms, columns)
    return without_names(select, order_of(select, names), names)
