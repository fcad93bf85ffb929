"""The endpoint's own query: what it restricts, which row is which, and what may be missing.

*Scope* is what the endpoint restricts; it changes both totals. A *filter* is what the client asks;
it changes `recordsFiltered` only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.orm import ORMExecuteState, Query, Session

from . import joins
from .columns import ColumnDT
from .memory import Key, key_of
from .resolved import in_order, resolved

Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """A plain select that columns and filters can be added to.

    `columns` are the declared columns in terms of that select; `key` tells its rows apart;
    `optional` are the tables that an outer join may leave without a row; `order` is the query's.
    """

    select: sa.Select[Any]
    columns: tuple[ColumnDT, ...]
    key: tuple[Any, ...]
    optional: frozenset[Any]
    order: tuple[Any, ...]
    source: Any = None
    identity: Key | None = None
    criteria: tuple[Any, ...] = ()

    def restricted(self, statement: Any) -> Any:
        """Return a statement made of the scope with the query's `with_loader_criteria`.

        They take effect on the outermost select only.
        """
        return statement.options(*self.criteria) if self.criteria else statement

    @property
    def narrow(self) -> bool:
        """Tell whether rows can be found by the main table's key first and fetched after."""
        return self.source is not None and tuple(joins.main(self.source).primary_key) == self.key

    @property
    def conditions(self) -> tuple[Any, ...]:
        """The query's own conditions."""
        return self.select._where_criteria

    def rows(self, *expressions: Any) -> sa.Select[Any]:
        """Return the select of these expressions over the scope's rows."""
        return self.select.with_only_columns(*expressions, maintain_column_froms=True)

    def over(
        self, *expressions: Any, where: Any = None, matching: Sequence[joins.Link] = ()
    ) -> sa.Select[Any]:
        """Return the select of these expressions from as few tables as they and `where` need.

        `matching` are further tables of keys, for each row of the scope at most one.
        """
        criteria = self.conditions + (() if where is None else (where,))
        needed = joins.mentioned(*expressions, *criteria, *(link.foreign for link in matching))
        tree = joins.pruned(self.source, needed)
        for link in matching:
            tree = sa.outerjoin(tree, link.table, link.primary == link.foreign)
        return sa.select(*expressions).select_from(tree).where(*criteria)

    def is_optional(self, expression: Any) -> bool:
        """Tell whether an outer join may leave an expression without a row to come from."""
        return bool(joins.mentioned(expression) & self.optional)

    def never_null(self, expression: Any) -> bool:
        """Tell whether an expression is a column that always holds a value here."""
        column = _bare(expression)
        return column is not None and not column.nullable and column.table not in self.optional


def scope_of(query: Any, columns: Sequence[ColumnDT], session: Session | None = None) -> Scope:
    """Read a `select()` or a legacy `session.query()`, and let the session's hooks change it.

    Columns that the query selects itself are replaced by the declared ones. A query whose rows are
    not those of its tables (GROUP BY, DISTINCT, LIMIT, loader criteria) is wrapped, so that filters
    apply to what it shows. Raises `TypeError` for anything else, `ValueError` for tables that
    nothing joins.
    """
    select = _hooked(_as_select(query, columns), columns, session)
    if isinstance(session, Session):
        bind, connect = _database(session, select)
        columns = resolved(columns, select, bind, connect)
        select = in_order(select, bind, connect)
    key = key_of(select)
    with _lock:
        known = _known.get((key, *columns))
    return known or _scope(select, columns, key)


def _database(session: Session, select: sa.Select[Any]) -> tuple[Any, Callable[[], Any]]:
    """Return the query's database, and how to connect to it."""
    bind = session.get_bind(clause=select)
    return bind, lambda: session.connection(bind_arguments={"clause": select})


def _scope(select: sa.Select[Any], columns: Sequence[ColumnDT], key: Key | None) -> Scope:
    criteria = tuple(o for o in select._with_options if getattr(o, "_is_criteria_option", False))
    if criteria or _is_wrapped(select):
        return replace(_wrapped(select, columns), criteria=criteria)
    shape = select.with_only_columns(*_shown(columns), maintain_column_froms=True)
    froms, identity = _checked(shape), key_of(shape)
    order = tuple(select._order_by_clauses)
    scope = Scope(
        select=select.order_by(None),
        columns=tuple(columns),
        key=tuple(joins.keys(froms)) or tuple(column.sort_expr for column in columns),
        optional=frozenset(joins.optional(froms)),
        order=order,
        source=froms[0] if len(froms) == 1 and _is_plain(select) else None,
        identity=identity,
    )
    # An alias or a subquery is another one in the next request, however alike.
    named = all(isinstance(table, sa.Table) for source in froms for table in joins.tables(source))
    if key is not None and identity is not None and named:
        with _lock:
            _known[key, *columns] = scope
    return scope


_known: LRUCache[Key, Scope] = LRUCache(256)
_lock = Lock()


def _shown(columns: Sequence[ColumnDT]) -> list[Any]:
    return [column.sqla_expr for column in columns]


def _is_plain(select: sa.Select[Any]) -> bool:
    """Tell whether columns, joins and conditions are all there is to a select."""
    extras = (
        select._with_options,
        select._prefixes,
        select._for_update_arg,
        select._statement_hints,
    )
    return not any(extras)


def _as_select(query: Any, columns: Sequence[ColumnDT]) -> sa.Select[Any]:
    if isinstance(query, Query):
        query = query.add_columns(columns[0].sqla_expr).enable_eagerloads(False).statement
    if not isinstance(query, sa.Select):
        raise TypeError("query must be a select() or a session.query().")
    return query


def _hooked(
    select: sa.Select[Any], columns: Sequence[ColumnDT], session: Session | None
) -> sa.Select[Any]:
    """Let the session's hooks change the query as they change any other."""
    hooks = session.dispatch.do_orm_execute if isinstance(session, Session) else ()
    if not hooks:
        return select
    statement: Any = select.with_only_columns(*_shown(columns), maintain_column_froms=True)
    is_orm: Any = statement._propagate_attrs.get("compile_state_plugin") == "orm" or None
    none: Any = sa.util.EMPTY_DICT
    state: Any = ORMExecuteState(session, statement, {}, none, {}, is_orm, hooks)  # type: ignore[arg-type]
    for number, hook in enumerate(hooks):
        state._starting_event_idx = number
        hook(state)
    changed: sa.Select[Any] = state.statement
    return changed


def _is_wrapped(select: sa.Select[Any]) -> bool:
    return bool(
        select._group_by_clauses
        or select._having_criteria
        or select._distinct
        or select._limit_clause is not None
        or select._offset_clause is not None
    )


def _wrapped(select: sa.Select[Any], columns: Sequence[ColumnDT]) -> Scope:
    expressions: dict[str, Any] = {}
    for number, column in enumerate(columns):
        expressions[f"show_{number}"] = column.sqla_expr
        if column.sort_expr is not column.sqla_expr:
            expressions[f"sort_{number}"] = column.sort_expr
        if column.search_expr is not column.sqla_expr:
            expressions[f"search_{number}"] = column.search_expr
    order = () if select._distinct else select._order_by_clauses  # DISTINCT is of what is shown
    expressions |= {f"order_{n}": _unmodified(clause) for n, clause in enumerate(order)}
    labels = [expression.label(name) for name, expression in expressions.items()]
    inner = select.with_only_columns(*labels, maintain_column_froms=True).subquery("scope")
    moved = tuple(_moved(column, inner.c, number) for number, column in enumerate(columns))
    key = tuple(column.sort_expr for column in moved)
    ordered = tuple(_modified(clause, inner.c[f"order_{n}"]) for n, clause in enumerate(order))
    return Scope(sa.select(inner), moved, key, frozenset(), ordered)


def _unmodified(clause: Any) -> Any:
    """Return what an ORDER BY term orders by, without its direction and NULL placement."""
    return _unmodified(clause.element) if getattr(clause, "modifier", None) else clause


def _modified(clause: Any, expression: Any) -> Any:
    """Return the term with another expression in it."""
    if modifier := getattr(clause, "modifier", None):
        return sa.UnaryExpression(_modified(clause.element, expression), modifier=modifier)
    return expression


def _moved(column: ColumnDT, inner: Any, number: int) -> ColumnDT:
    show = inner[f"show_{number}"]
    return column.moved(
        show,
        sort_expr=inner.get(f"sort_{number}", show),
        search_expr=inner.get(f"search_{number}", show),
    )


def _checked(select: sa.Select[Any]) -> Sequence[Any]:
    froms = select.get_final_froms()
    if len(froms) > 1 and not _connected([set(joins.tables(source)) for source in froms], select):
        names = " and ".join(str(getattr(table, "name", table)) for table in froms)
        raise ValueError(f"Nothing joins {names}; name the join in the query.")
    return froms


def _connected(islands: list[set[Any]], select: sa.Select[Any]) -> bool:
    """Tell whether conditions tie all tables together, so that rows do not multiply."""
    for condition in select._where_criteria:
        tables = joins.mentioned(condition)
        touched = [island for island in islands if island & tables]
        if touched:
            islands = [island for island in islands if not island & tables]
            islands.append(set().union(*touched))
    return len(islands) == 1


def _bare(expression: Any) -> sa.Column[Any] | None:
    element = joins.element(expression)
    return element if isinstance(element, sa.Column) else None
