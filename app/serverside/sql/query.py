"""The endpoint's own query, read: a select, other columns in it, the tables that it reads."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Query, Session, scoped_session

from .. import sqlalchemy_private as private
from ..columns.column import ColumnDT
from . import joins


def session_of(query: Any, session: Any) -> Session:
    """Return the session that was given, or the legacy query's own. Raises `TypeError`."""
    session = session or getattr(query, "session", None)
    if session is None:
        raise TypeError("A select() needs session=.")
    if hasattr(session, "run_sync"):
        raise TypeError("An AsyncSession can't be used here; call this within its run_sync().")
    found: Session = session() if isinstance(session, scoped_session) else session
    return found


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

    SQLAlchemy's own `maintain_column_froms` names a table twice that `select_from()` named already,
    and `with_only_columns()` forgets the condition of a model that shares its table with others.
    """
    given = {
        table for from_clause in private.given_froms(select) for table in joins.tables(from_clause)
    }
    further = (
        from_clause for from_clause in select.columns_clause_froms if from_clause not in given
    )
    return select.select_from(*further).with_only_columns().add_columns(*expressions)


def shown(columns: Sequence[ColumnDT]) -> list[Any]:
    """Return the expressions that are shown."""
    return [column.sqla_expr for column in columns]


def hooked(select: sa.Select[Any], columns: Sequence[ColumnDT], session: Session) -> sa.Select[Any]:
    """Let the session's hooks change the query as they change any other."""
    if not session.dispatch.do_orm_execute:
        return select
    changed: sa.Select[Any] = private.hooked(session, with_columns(select, *shown(columns)))
    return changed


def checked_froms(select: sa.Select[Any]) -> Sequence[Any]:
    """Return what a select reads from. Raises `ValueError` for tables that nothing joins."""
    froms = select.order_by(None).group_by(None).get_final_froms()  # names in these may be wrong
    if len(froms) > 1 and not _connected(
        [set(joins.tables(from_clause)) for from_clause in froms], select
    ):
        names = " and ".join(str(getattr(table, "name", table)) for table in froms)
        raise ValueError(f"Nothing joins {names}; name the join in the query.")
    return froms


def _connected(islands: list[set[Any]], select: sa.Select[Any]) -> bool:
    """Return whether conditions tie all tables together, so that rows do not multiply."""
    for condition in private.where_criteria(select):
        tables = joins.mentioned(condition)
        touched = [island for island in islands if island & tables]
        if touched:
            islands = [island for island in islands if not island & tables]
            islands.append(set().union(*touched))
    return len(islands) == 1


def stored_tables(select: Any) -> set[sa.Table]:
    """Return the tables that a select reads from anywhere in it."""
    parts = sa.sql.visitors.iterate(select)
    tables = {part for part in parts if isinstance(part, sa.Table)}
    return tables | {t for t in joins.mentioned(select) if isinstance(t, sa.Table)}
