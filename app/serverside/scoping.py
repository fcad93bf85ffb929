"""From the endpoint's own query to its scope: as it stands, or quicker where that is proved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.orm import Session

from . import joins, proof
from . import sqlalchemy_private as private
from .catalogue import NO_FACTS, TableFacts, told
from .columns import ColumnDT
from .dialects.default import Dialect
from .memory import Key, key_of
from .naming import refuse_own_names
from .own_order import OwnTerm, nameless, order_of
from .query import as_select, checked_froms, hooked, shown, with_columns
from .resolved import resolved, sortable
from .scope import Scope
from .standing import as_it_stands

Facts = dict[sa.Table, TableFacts]
_KNOWN = 256
TRANSLATED = "schema_translate_map"  # another schema, other tables


@dataclass(frozen=True, slots=True)
class _Known:
    """A scope that was made before, and the facts about its tables that it rests on."""

    scope: Scope
    facts: Facts


_known: WeakKeyDictionary[sa.Engine, LRUCache[Key, _Known]] = WeakKeyDictionary()
_lock = Lock()


def scope_of(
    query: Any,
    columns: Sequence[ColumnDT],
    session: Session,
    connection: sa.Connection,
    dialect: Dialect,
    *,
    quick: bool = True,
) -> Scope:
    """Read a `select()` or a legacy `session.query()`, and let the session's hooks change it.

    Columns that the query selects itself are replaced by the declared ones. Where nothing proves
    that its rows are those of a main table, or where `quick` is off, the query stands as it is.
    Raises `TypeError` for anything else than a query, `ValueError` for one that can't be served.
    """
    select = hooked(nameless(as_select(query, columns), columns), columns, session)
    columns = resolved(columns, select, connection)
    key = key_of(select)
    place = (key, *columns, quick)
    with _lock:
        known = _known.setdefault(connection.engine, LRUCache(_KNOWN)).get(place)
    if known and _facts(known.facts, known.scope.options, connection, dialect) == known.facts:
        return known.scope
    known, is_lasting = _read(select, columns, connection, dialect, quick)
    if key is not None and is_lasting:
        with _lock:
            _known[connection.engine][place] = known
    return known.scope


def _read(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    connection: sa.Connection,
    dialect: Dialect,
    quick: bool,
) -> tuple[_Known, bool]:
    """Return the scope, and whether the next request's query will be the same one."""
    _refuse(select, columns, dialect)
    shape = with_columns(select, *shown(columns))
    froms = checked_froms(shape)
    tables = [table for source in froms for table in joins.tables(source)]
    options = select.get_execution_options()
    stored = [table for table in map(proof.stored, tables) if table is not None]
    facts = _facts(stored, options, connection, dialect)
    own = order_of(select)
    sorts = sortable([term.expression for term in own], select, connection)
    order = tuple(replace(term, expression=sort) for term, sort in zip(own, sorts, strict=True))
    if quick and _is_quick(select, columns, froms, order, facts):
        scope = _quick(select, columns, froms[0], order, facts)
    else:
        scope = as_it_stands(select, columns, froms, order, facts.__getitem__)
    # An alias or a subquery is another one in the next request, however alike.
    identity = key_of(shape) if all(isinstance(table, sa.Table) for table in tables) else None
    criteria = tuple(filter(private.is_criteria, private.options(select)))
    is_lasting = identity is not None and not criteria
    scope = replace(
        scope,
        identity=(scope.narrow, *identity) if identity is not None and is_lasting else None,
        criteria=criteria,
        options=options,
    )
    return _Known(scope, facts), is_lasting


def _facts(
    tables: Iterable[sa.Table], options: Any, connection: sa.Connection, dialect: Dialect
) -> Facts:
    """Return what the database says of tables; nothing where their names mean others."""
    if TRANSLATED in options or TRANSLATED in connection.get_execution_options():
        return dict.fromkeys(tables, NO_FACTS)
    return {table: _facts_of(table, connection, dialect) for table in tables}


def _facts_of(table: sa.Table, connection: sa.Connection, dialect: Dialect) -> TableFacts:
    question = "facts", table.schema, table.name
    return told(connection, question, lambda: dialect.table_facts(connection, table))


def _refuse(select: sa.Select[Any], columns: Sequence[ColumnDT], dialect: Dialect) -> None:
    """Refuse what no draw can be made of. Raises `ValueError`."""
    refuse_own_names([select, *map(joins.element, shown(columns))])
    if private.locks(select):
        raise ValueError("with_for_update() locks rows, and a draw only reads; leave it out.")
    if private.distinct_on(select) and not dialect.has_distinct_on:
        raise ValueError("distinct() with columns is PostgreSQL's alone; use group_by() instead.")


def _is_quick(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    froms: Sequence[Any],
    order: Sequence[OwnTerm],
    facts: Facts,
) -> bool:
    """Tell whether rows may be found by the main table's key and fetched after: all is proved."""
    if len(froms) != 1 or not private.is_plain_select(select):
        return False
    expressions = [e for c in columns for e in (c.sqla_expr, c.sort_expr, c.search_expr)]
    expressions += [term.expression for term in order]
    expressions += [*private.where_criteria(select), *proof.conditions(froms[0])]
    return (
        proof.is_chain(froms[0], facts.__getitem__)
        and proof.are_scalar(expressions)
        and not proof.has_criteria([froms[0], *expressions])
    )


def _quick(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    source: Any,
    order: tuple[OwnTerm, ...],
    facts: Facts,
) -> Scope:
    return Scope(
        select=select.order_by(None),
        columns=tuple(columns),
        key=tuple(joins.main(source).primary_key),
        order=order,
        source=source,
        optional=frozenset(joins.optional([source])),
        filled=proof.always_filled(source, facts.__getitem__),
    )
