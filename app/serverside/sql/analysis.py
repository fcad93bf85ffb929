"""From the endpoint's own query to its source: as it stands, or quicker where that is proved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import sqlalchemy_private as private
from ..cache import cache_of
from ..columns.column import ColumnDT
from ..dialects.base import Dialect
from ..dialects.catalogue import NO_FACTS, TableFacts, told
from ..naming import refuse_own_names
from ..sqlalchemy_private import element
from . import joins, proof
from .as_it_stands import as_it_stands
from .own_order import OwnTerm, nameless, order_of
from .query import as_select, checked_froms, hooked, shown, with_columns
from .resolved import resolved, sortable
from .source import Source
from .statement_key import is_repeatable, statement_key, structure_key

Facts = dict[sa.Table, TableFacts]
_SOURCE_BYTES = 40_000  # a select with its joins, and a dozen columns
TRANSLATED = "schema_translate_map"  # another schema, other tables


@dataclass(frozen=True, slots=True)
class _Known:
    """A source that was made before, and the facts about its tables that it rests on."""

    source: Source
    facts: Facts


def source_of(
    query: Any,
    columns: Sequence[ColumnDT],
    session: Session,
    connection: sa.Connection,
    dialect: Dialect,
    *,
    quick: bool = True,
) -> Source:
    """Read a `select()` or a legacy `session.query()`, and let the session's hooks change it.

    Columns that the query selects itself are replaced by the declared ones. Where nothing proves
    that its rows are those of a main table, or where `quick` is off, the query stands as it is.
    Raises `TypeError` for anything else than a query, `ValueError` for one that can't be served.
    """
    select = hooked(nameless(as_select(query, columns), columns), columns, session)
    columns = resolved(columns, select, connection)
    cache, key = cache_of(connection), structure_key(select)
    place = "source", key, columns, quick
    known: _Known | None = cache.get(place) if key is not None else None
    if (
        known is not None
        and _facts(known.facts, known.source.options, connection, dialect) == known.facts
    ):
        return known.source
    known, is_lasting = _read(select, columns, connection, dialect, quick)
    if key is not None and is_lasting and is_repeatable(select):
        cache.put(place, known, _SOURCE_BYTES + key.weight)
    return known.source


def _read(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    connection: sa.Connection,
    dialect: Dialect,
    quick: bool,
) -> tuple[_Known, bool]:
    """Return the source, and whether the next request's query will be the same one."""
    _refuse(select, columns, dialect)
    shape = with_columns(select, *shown(columns))
    froms = checked_froms(shape)
    tables = [table for from_clause in froms for table in joins.tables(from_clause)]
    options = select.get_execution_options()
    stored = [table for table in map(proof.stored, tables) if table is not None]
    facts = _facts(stored, options, connection, dialect)
    own = order_of(select)
    sorts = sortable([term.expression for term in own], select, connection)
    order = tuple(replace(term, expression=sort) for term, sort in zip(own, sorts, strict=True))
    hindrance = _hindrance(select, columns, froms, order, facts) if quick else _SWITCHED_OFF
    if hindrance is None:
        source = _quick(select, columns, froms[0], order, facts)
    else:
        source = as_it_stands(select, columns, froms, order, facts.__getitem__)
    # An alias or a subquery is another one in the next request, however alike.
    identity = (
        statement_key(shape) if all(isinstance(table, sa.Table) for table in tables) else None
    )
    criteria = tuple(filter(private.is_criteria, private.options(select)))
    is_lasting = identity is not None and not criteria
    source = replace(
        source,
        identity=(source.supports_late_fetch, identity) if is_lasting else None,
        criteria=criteria,
        options=options,
        hindrance=hindrance or "",
    )
    return _Known(source, facts), is_lasting


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
    refuse_own_names([select, *map(element, shown(columns))])
    if private.locks(select):
        raise ValueError("with_for_update() locks rows, and a draw only reads; leave it out.")
    if private.distinct_on(select) and not dialect.has_distinct_on:
        raise ValueError("distinct() with columns is PostgreSQL's alone; use group_by() instead.")


_SWITCHED_OFF = "late_rows is off"


def _hindrance(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    froms: Sequence[Any],
    order: Sequence[OwnTerm],
    facts: Facts,
) -> str | None:
    """Say what hinders finding rows by the main table's key and fetching them after, or None."""
    if len(froms) != 1:
        return "it reads several tables that no join ties"
    if not private.is_plain_select(select):
        return "it has more than columns, joins, conditions and an order"
    if not proof.is_chain(froms[0], facts.__getitem__):
        return "it reads what has no key in the database, or joins more than one row to another"
    expressions = [e for c in columns for e in (c.sqla_expr, c.sort_expr, c.search_expr)]
    expressions += [term.expression for term in order]
    expressions += [*private.where_criteria(select), *proof.conditions(froms[0])]
    if not proof.are_scalar(expressions):
        return "it computes with more than the values of a row, or by functions nobody knows"
    if proof.has_criteria([froms[0], *expressions]):
        return "a model of it shares its table with others"
    return None


def _quick(
    select: sa.Select[Any],
    columns: Sequence[ColumnDT],
    from_clause: Any,
    order: tuple[OwnTerm, ...],
    facts: Facts,
) -> Source:
    return Source(
        select=select.order_by(None),
        columns=tuple(columns),
        key=tuple(joins.main(from_clause).primary_key),
        order=order,
        from_clause=from_clause,
        optional=frozenset(joins.optional([from_clause])),
        filled=proof.always_filled(from_clause, facts.__getitem__),
        ordered=proof.order_columns(from_clause, facts.__getitem__),
    )
