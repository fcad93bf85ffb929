"""Which indexes and change marks a draw would like to have: the line to write, or the call."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..columns.column import ColumnDT
from ..columns.shown import kind_of
from ..dialects import Dialect
from ..dialects.change_marks import MarkState
from ..dialects.search_text import SearchText, State, refusal, stored
from ..plan.conditions import conditions
from ..plan.plan import Plan
from ..sql import joins
from ..sql.access_paths import CONTAINING
from ..sql.change_marks import marks_of
from ..sql.facets import offered
from ..sql.join_path import join_path_to, unserved
from ..sql.order import SortKey, sort_keys
from ..sql.search_index import SearchIndex, index_of
from ..sql.source import Source
from ..sqlalchemy_private import element, mapper_of

_ADVICE = {
    State.ABSENT: (
        "The database lacks the search index of {}, which the model declares; "
        "make it by the index's create(connection)."
    ),
    State.OUTDATED: (
        "The database's search index of {} is of other columns, of another version or in part, so "
        "it is not used; make it anew by the index's rebuild(connection)."
    ),
    State.FOREIGN: (
        "The database lacks the search index of {}, and has something else under its name, which "
        "has to be renamed; then make it by the index's create(connection)."
    ),
    State.UNINDEXED: (
        "The search index of {} lacks its trigrams; make them by the index's create(connection); "
        "PostgreSQL needs its extension pg_trgm."
    ),
}


def missing_indexes(
    plan: Plan, source: Source, dialect: Dialect, connection: sa.Connection
) -> list[str]:
    """Say in sentences which indexes the search, the order and the values to pick lack."""
    if not source.supports_late_fetch:
        return [
            f"The query is asked as it stands, without the engine's indexes: {source.hindrance}."
        ]
    found = [
        *_searched(plan, dialect, connection),
        *_ordered(plan, source, dialect, connection),
        *_offered(source, dialect, connection),
        *_marked(source, connection),
    ]
    return list(dict.fromkeys(found))


def _searched(plan: Plan, dialect: Dialect, connection: sa.Connection) -> Iterator[str]:
    by_table: dict[sa.Table, list[ColumnDT]] = {}
    for part in plan.filters:
        for condition in conditions(part.predicate):
            column = element(condition.column.search_expr)
            if condition.operator in CONTAINING and refusal(column) is None:
                by_table.setdefault(stored(column.table), []).append(condition.column)
    for table, columns in by_table.items():
        index = index_of(table)
        if index is not None:
            yield from _made(index, dialect, connection)
        else:
            yield from _declared(table, columns, dialect, connection)


def _declared(
    table: sa.Table, columns: Sequence[ColumnDT], dialect: Dialect, connection: sa.Connection
) -> Iterator[str]:
    """Yield the line that would declare a search index, of those columns that can be in one."""
    codes = {}
    for column in columns:
        own = table.c[element(column.search_expr).key]
        if dialect.search_index_trouble(connection, SearchText(table, (own,))) is None:
            codes[own] = _code(column.search_expr)
    if codes:
        line = f"search_index({', '.join(codes.values())})"
        yield f"A search reads all of {table.name}; write beside its model: {line}"


def _made(index: SearchIndex, dialect: Dialect, connection: sa.Connection) -> Iterator[str]:
    """Yield what to do about a declared index that the database does not have as it should."""
    state, name = index.state_in(connection), index.table.name
    if state is State.CURRENT:
        return
    if trouble := dialect.search_index_trouble(connection, index):
        yield f"The search index of {name} is not used: {trouble}"
    else:
        yield _ADVICE[state].format(name)


def _ordered(
    plan: Plan, source: Source, dialect: Dialect, connection: sa.Connection
) -> Iterator[str]:
    keys = sort_keys(plan.order, source, dialect)
    for term, key in zip(plan.order, keys, strict=False):
        column = element(term.column.sort_expr)
        if not (isinstance(column, sa.Column) and isinstance(stored(column.table), sa.Table)):
            yield f"{term.column.sort_expr} is computed for each row, which then has to be sorted."
            continue
        primary = list(column.table.primary_key)
        if column in primary and kind_of(column) != "text":
            continue
        if _served(key, column.table, dialect, connection):
            continue
        code = _code(term.column.sort_expr)
        statement = dialect.order_statement(column) if kind_of(column) == "text" else None
        if statement is not None:
            yield f"The order by {code} sorts all rows; run: {statement}"
            continue
        own = dialect.order_code(code) if kind_of(column) == "text" else code
        owner = _owner(term.column.sort_expr)
        unique = ", ".join(_unique(owner, part, dialect) for part in primary)
        line = f'Index("ix_{stored(column.table).name}_{column.key}", {own}, {unique})'
        yield f"The order by {code} sorts all rows; write beside its model: {line}"


def _offered(source: Source, dialect: Dialect, connection: sa.Connection) -> Iterator[str]:
    for declared in source.columns:
        path = join_path_to(offered(declared, dialect), source) if declared.options else None
        if path is None or path.is_boolean or declared.kind == "other":
            continue
        column = unserved(path, dialect, connection)
        if column is not None:
            code = _code(declared.search_expr) if column is path.column else _code_of(column)
            line = f'Index("ix_{stored(column.table).name}_{column.key}", {code})'
            yield f"The values to pick are read from all rows; write beside its model: {line}"


def _marked(source: Source, connection: sa.Connection) -> Iterator[str]:
    """Yield what to do about declared change marks that the database does not have as it should."""
    for marks in filter(None, map(marks_of, joins.tables(source.from_clause))):
        state = marks.state_in(connection)
        if state is not MarkState.CURRENT and marks.trouble_in(connection) is None:
            yield (
                f"Of the change marks of {marks.table.name}, which the model declares, the "
                f"database has {state.value}; make them anew by their create(connection)."
            )


def _unique(owner: str, part: sa.Column[Any], dialect: Dialect) -> str:
    code = f"{owner}.{part.key}"
    return dialect.exact_code(code) if kind_of(part) == "text" else code


def _served(key: SortKey, table: Any, dialect: Dialect, connection: sa.Connection) -> bool:
    """Ask the planner whether an index gives a table's rows in the order of a key."""
    order = [replace(key, nulls=None)]
    order += [SortKey(own, key.direction, None, dialect, True) for own in table.primary_key]
    rows = sa.select(*table.primary_key).where(key.expression.is_not(None)).limit(10)
    rows = rows.order_by(*(own.placed(own.expression) for own in order))
    return dialect.in_order(connection, rows)


def _code(attribute: Any) -> str:
    """Write a column as one does beside the model."""
    key = attribute.key if _model(attribute) else element(attribute).key
    return f"{_owner(attribute)}.{key}" if key.isidentifier() else f'{_owner(attribute)}["{key}"]'


def _owner(attribute: Any) -> str:
    """Write what has a column: its model, or the columns of its table."""
    model = _model(attribute)
    return model.__name__ if model else f"{stored(element(attribute).table).name}.c"


def _model(attribute: Any) -> Any:
    """Return an attribute's model; an alias has its model's name in brackets."""
    parent = getattr(getattr(attribute, "property", None), "parent", None)
    return getattr(parent, "class_", None)


def _code_of(column: Any) -> str:
    """Write a column of a join, which names its model if a relationship made it."""
    mapper = mapper_of(column)
    return _code(mapper.get_property_by_column(column).class_attribute if mapper else column)
