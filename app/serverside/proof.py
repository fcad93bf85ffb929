"""What has to be proved before the query is rewritten; what is not proved is not used.

The truth is what the endpoint's own query returns. It always may stand as it is, as the subquery
that is filtered, counted, ordered and paged. Each function here is one obligation of a quicker way.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Join

from . import joins
from .catalogue import TableFacts
from .columns import kind_of
from .purity import is_scalar

FactsOf = Callable[[sa.Table], TableFacts]


def is_plain(select: sa.Select[Any]) -> bool:
    """Tell whether columns, joins, conditions and an order are all there is to a select.

    Groups, DISTINCT, LIMIT, locks, hints and whatever else is or will be there make other rows of
    those of the tables, or ask for them in another way.
    """
    return _has_only(select, _PLAIN)


def is_cut(select: sa.Select[Any]) -> bool:
    """Tell whether a select's rows are some of those that its joins make, each once at most."""
    return _has_only(select, _PLAIN | _CUT)


def order_decides(select: sa.Select[Any]) -> bool:
    """Tell whether a select's order may decide which rows it has: with LIMIT or DISTINCT ON."""
    return not _has_only(
        select, _PLAIN | {"_group_by_clauses", "_having_criteria", "_with_options"}
    )


def has_distinct_on(select: sa.Select[Any]) -> bool:
    """Tell whether a select is DISTINCT ON some columns, in SQLAlchemy 2.0's or 2.1's way."""
    extension = getattr(select, "_pre_columns_clause", None)
    return bool(select._distinct_on) or type(extension).__name__ == "DistinctOnClause"


def _has_only(select: sa.Select[Any], parts: frozenset[str]) -> bool:
    names = {name for name, _ in sa.Select._traverse_internals} - parts
    return not any(_is_given(getattr(select, name, None)) for name in names)


# The parts of a select, by SQLAlchemy's own list of them, that say which rows it has and no more.
_PLAIN = frozenset({
    "_raw_columns", "_memoized_select_entities", "_from_obj", "_where_criteria",
    "_order_by_clauses", "_setup_joins", "_label_style", "_annotations", "_propagate_attrs",
    "_fetch_clause_options", "_compile_state_funcs",
})  # fmt: skip
_CUT = frozenset({"_limit_clause", "_offset_clause", "_fetch_clause", "_with_options", "_hints"})


def _is_given(value: Any) -> bool:
    return bool(value) if isinstance(value, bool | tuple | list | dict) else value is not None


def stored(table: Any) -> sa.Table | None:
    """Return a table of the database behind its alias, without what SQLAlchemy noted on it.

    None for what is no table: a subquery or a CTE may hold a row many times, whatever its columns.
    """
    if isinstance(table, sa.Alias):
        return stored(table.element)
    plain = table._deannotate()
    return plain if isinstance(plain, sa.Table) else None


def has_criteria(expressions: Iterable[Any]) -> bool:
    """Tell whether SQLAlchemy adds a condition of its own to a table that several models share.

    Where it stands is decided anew in each statement: beside an outer join, it must not move.
    """
    parts = (part for whole in expressions for part in visitors.iterate(joins.element(whole)))
    entities = (getattr(part, "_annotations", {}).get("parententity") for part in parts)
    mappers = (getattr(entity, "mapper", None) for entity in entities)
    return any(mapper is not None and mapper.single for mapper in mappers)


def meets_one(join: Join, facts_of: FactsOf) -> bool:
    """Tell whether each row on the left meets at most one on the right: by a key of its table."""
    table = None if join.full else stored(join.right)
    if table is None:
        return False
    facts = facts_of(table)
    own = (own for own, other in _tied(join) if _alike(own, other, facts))
    return facts.is_key({column.name for column in own})


def _tied(join: Join) -> Iterator[tuple[Any, Any]]:
    """Yield the equalities of the joined table's columns with something that is not of it."""
    for own, other in joins.equated(join.onclause, join.right):
        if join.right not in joins.mentioned(other) and is_scalar(other):
            yield own, other


def _alike(own: Any, other: Any, facts: TableFacts) -> bool:
    """Tell whether an equality is the key's own: '1' may equal 1 and 1.0, and texts one another."""
    kind = kind_of(own)
    return kind == kind_of(other) and not (kind == "text" and facts.collates)


def tells_apart(source: Any, facts_of: FactsOf) -> tuple[Any, ...] | None:
    """Return the columns that no two rows of a chain of joins share; None where that is unproved.

    These are the keys of its tables; one that is met at most once adds none.
    """
    if isinstance(source, Join):
        left = tells_apart(source.left, facts_of)
        if left is None or meets_one(source, facts_of):
            return left
        right = tells_apart(source.right, facts_of)
        return None if right is None else left + right
    table = stored(source)
    if table is None or not facts_of(table).is_key({c.name for c in table.primary_key}):
        return None
    return tuple(source.primary_key)


def is_chain(source: Any, facts_of: FactsOf) -> bool:
    """Tell whether a main table's rows are the rows: every join meets at most one row for each."""
    if not isinstance(source, Join):
        return tells_apart(source, facts_of) is not None
    return meets_one(source, facts_of) and is_chain(source.left, facts_of)


def are_scalar(expressions: Iterable[Any]) -> bool:
    """Tell whether each expression is a value of its row alone: no window, no aggregate."""
    return all(is_scalar(joins.element(expression)) for expression in expressions)


def conditions(source: Any) -> Iterator[Any]:
    """Yield the conditions of a chain of joins."""
    if isinstance(source, Join):
        yield source.onclause
        yield from conditions(source.left)
        yield from conditions(source.right)


def always_filled(source: Any, facts_of: FactsOf) -> frozenset[tuple[Any, str]]:
    """Return the columns, as (table, name), that hold a value in every row of a chain of joins."""
    optional = set(joins.optional([source]))
    return frozenset(
        (table, name)
        for table in joins.tables(source)
        if table not in optional and (own := stored(table)) is not None
        for name in facts_of(own).filled
    )
