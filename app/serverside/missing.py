"""Which indexes a draw would like to have: the line to write beside the model."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from . import joins
from .columns import ColumnDT, kind_of
from .dialects import Dialect
from .offers import offered
from .ordering import SortKey, sort_keys
from .placing import CONTAINING
from .plan import Plan
from .predicates import conditions
from .scope import Scope
from .searchindex import index_of
from .sqlalchemy_private import mapper_of
from .ways import unserved, way_to


def missing_indexes(
    plan: Plan, scope: Scope, dialect: Dialect, connection: sa.Connection
) -> list[str]:
    """Say in sentences which indexes the search, the order and the values to pick lack."""
    found = [
        *_searched(plan, connection),
        *_ordered(plan, scope, dialect, connection),
        *_offered(scope, dialect, connection),
    ]
    return list(dict.fromkeys(found))


def _searched(plan: Plan, connection: sa.Connection) -> Iterator[str]:
    by_table: dict[Any, list[ColumnDT]] = {}
    for part in plan.filters:
        for condition in conditions(part.predicate):
            column = joins.element(condition.column.search_expr)
            if condition.operator in CONTAINING and isinstance(column, sa.Column):
                columns = by_table.setdefault(column.table, [])
                if condition.column not in columns:
                    columns.append(condition.column)
    for table, columns in by_table.items():
        index = index_of(table)
        if index is None:
            line = f"search_index({', '.join(_code(column.search_expr) for column in columns)})"
            yield f"A search reads all of {table.name}; write beside its model: {line}"
        elif not index.complete_in(connection):
            method = "rebuild" if index.stored_in(connection) else "create"
            yield (
                f"The database lacks {index.trigrams}, which the model declares; make it by the "
                f"index's {method}(connection); PostgreSQL needs its extension pg_trgm."
            )


def _ordered(
    plan: Plan, scope: Scope, dialect: Dialect, connection: sa.Connection
) -> Iterator[str]:
    keys = sort_keys(plan.order, scope, dialect)
    for term, key in zip(plan.order, keys, strict=False):
        column = joins.element(term.column.sort_expr)
        if not isinstance(column, sa.Column):
            yield f"{term.column.sort_expr} is computed for each row, which then has to be sorted."
            continue
        primary = list(column.table.primary_key)
        if column in primary and kind_of(column) != "text":
            continue
        if _served(key, column.table, dialect, connection):
            continue
        code = _code(term.column.sort_expr)
        own = dialect.order_code(code) if kind_of(column) == "text" else code
        unique = ", ".join(_unique(code.rpartition(".")[0], part, dialect) for part in primary)
        line = f'Index("ix_{column.table.name}_{column.key}", {own}, {unique})'
        yield f"The order by {code} sorts all rows; write beside its model: {line}"


def _offered(scope: Scope, dialect: Dialect, connection: sa.Connection) -> Iterator[str]:
    for declared in scope.columns:
        way = way_to(offered(declared), scope) if declared.options else None
        if way is None or way.is_boolean or declared.kind == "other":
            continue
        column = unserved(way, dialect, connection)
        if column is not None:
            code = _code(declared.search_expr) if column is way.column else _code_of(column)
            line = f'Index("ix_{column.table.name}_{column.key}", {code})'
            yield f"The values to pick are read from all rows; write beside its model: {line}"


def _unique(model: str, part: sa.Column[Any], dialect: Dialect) -> str:
    code = f"{model}.{part.key}"
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
    model = getattr(attribute, "class_", None)
    if model is not None:
        return f"{model.__name__}.{attribute.key}"
    column = joins.element(attribute)
    return f"{column.table.name}.c.{column.key}"


def _code_of(column: Any) -> str:
    """Write a column of a join, which names its model if a relationship made it."""
    mapper = mapper_of(column)
    return _code(mapper.get_property_by_column(column).class_attribute if mapper else column)
