"""Everything that the engine uses of SQLAlchemy without a public name, each with its reason.

Where SQLAlchemy drops or changes one of these, `tests/serverside/test_sqlalchemy_private.py` fails
in words, on 2.0 and on 2.1. Nothing else in the engine may touch a name with an underscore.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import elements, visitors

Clauses = tuple[Any, ...]


# The parts of a select: public methods add to them, `whereclause` alone can be read.


def where_criteria(select: sa.Select[Any]) -> Clauses:
    """Return the conditions of WHERE, one by one; the public `whereclause` joins them by AND."""
    return tuple(select._where_criteria)


def order_by_clauses(select: sa.Select[Any]) -> Clauses:
    """Return the terms of ORDER BY."""
    return tuple(select._order_by_clauses)


def group_by_clauses(select: sa.Select[Any]) -> Clauses:
    """Return the terms of GROUP BY."""
    return tuple(select._group_by_clauses)


def is_distinct(select: sa.Select[Any]) -> bool:
    """Return whether a select is DISTINCT, on some expressions (`distinct_on`) or on all."""
    return bool(select._distinct)


def distinct_on(select: sa.Select[Any]) -> Clauses:
    """Return the expressions of DISTINCT ON; in SQLAlchemy 2.1, it may be a syntax extension."""
    extension: Any = getattr(select, "_pre_columns_clause", None)
    parts = (select, *getattr(extension, "clauses", (extension,)))
    return tuple(expression for part in parts for expression in getattr(part, "_distinct_on", ()))


def locks(select: sa.Select[Any]) -> bool:
    """Return whether a select is FOR UPDATE or the like."""
    return select._for_update_arg is not None


def options(statement: Any) -> Clauses:
    """Return the ORM's options, those from before `with_only_columns` included."""
    entities = getattr(statement, "_memoized_select_entities", ())
    return tuple(option for part in (*entities, statement) for option in part._with_options)


def is_criteria(option: Any) -> bool:
    """Return whether an option is `with_loader_criteria`, which adds conditions to a table."""
    return bool(getattr(option, "_is_criteria_option", False))


# What tells one select from another in SQLAlchemy's own cache, and changes no row: columns, joins,
# conditions and order; against which entities joins were written; names; that the ORM compiles it.
_PLAIN = frozenset({
    "_raw_columns", "_from_obj", "_setup_joins", "_memoized_select_entities", "_where_criteria",
    "_order_by_clauses", "_label_style", "_propagate_attrs",
})  # fmt: skip

# What a legacy query sets: who asks, how columns are labelled, and not to join what is loaded.
_PLAIN_COMPILE_OPTIONS = frozenset({
    "_for_statement", "_use_legacy_query_style", "_enable_eagerloads", "_bake_ok",
})  # fmt: skip
_BARE = sa.select()


def is_plain_select(select: sa.Select[Any], *further: str) -> bool:
    """Return whether columns, FROM and joins, WHERE and ORDER BY are all there is to a select.

    All that SQLAlchemy's cache looks at must be as in an empty select, apart from these and from
    what is named `further`, so that a clause that a later release invents makes it not plain.
    """
    looked_at: Any = select._cache_key_traversal
    parts = {name for name, _ in looked_at} - _PLAIN - {"_compile_options", *further}
    return (
        all(_part(select, name) == _part(_BARE, name) for name in parts)
        and _changed(select._compile_options) <= _PLAIN_COMPILE_OPTIONS
        and ("_with_options" in further or not options(select))
        and not select.get_execution_options()
    )


CUT = ("_limit_clause", "_offset_clause", "_fetch_clause", "_fetch_clause_options", "_hints")
GROUPED = ("_group_by_clauses", "_having_criteria")
OPTIONS = ("_with_options",)


def _part(select: sa.Select[Any], name: str) -> Any:
    """Return a part that can be compared: clauses would make a condition of it."""
    if name == "dialect_options":
        return dict(select.dialect_kwargs)  # the other holds defaults once somebody has looked
    part = getattr(select, name)
    if isinstance(part, sa.ClauseElement):
        return id(part)
    return tuple(part) if isinstance(part, list) else part


def _changed(compile_options: Any) -> set[str]:
    """Return which of the options differ from the default; without any set, they are a class."""
    default = type(compile_options)
    return {n for n, v in compile_options._state_dict().items() if v != getattr(default, n)}


def with_params(select: sa.Select[Any]) -> sa.Select[Any]:
    """Return the select with what its `params()` gave in its bind parameters.

    SQLAlchemy 2.1 keeps these values beside the statement until it runs, so that a statement made
    of its conditions would lack them.
    """
    given = getattr(select, "_params", None)
    if not given:
        return select

    def fill(parameter: Any) -> None:
        if parameter.key in given:
            parameter.value, parameter.required = given[parameter.key], False

    filled: Any = visitors.cloned_traverse(
        select, {"maintain_key": True, "detect_subquery_cols": True}, {"bindparam": fill}
    )
    filled._params = type(given)()
    return filled  # type: ignore[no-any-return]


def cache_key(statement: Any) -> tuple[Clauses, Sequence[Any]] | None:
    """Return a statement's structure and its values; None where these are not known before it runs.

    Only SQLAlchemy itself can tell two statements apart without compiling both.
    """
    found = statement._generate_cache_key()
    if found is None:
        return None
    given = getattr(found, "params", None) or {}  # what `params()` gave, in SQLAlchemy 2.1
    values = []
    for parameter in found.bindparams:
        if parameter.callable and parameter.key not in given:
            return None
        values.append(given.get(parameter.key, parameter.effective_value))
    return found.key, values


def deannotated(table: Any) -> Any:
    """Return a table without what the ORM noted on it: only so is it the one in the metadata."""
    return table._deannotate()


def mapper_of(element: Any) -> Any:
    """Return the mapper that a table or column in a statement was written with, or None.

    The ORM notes it on what stands in a join, where the model's attribute is not to be had; on a
    relationship's own columns by the second name only.
    """
    notes = element._annotations
    return getattr(notes.get("parententity"), "mapper", None) or notes.get("parentmapper")


def column_of(table: Any, name: str, type_: sa.types.TypeEngine[Any]) -> sa.ColumnClause[Any]:
    """Return a column that the database has in a table and the table's model has not."""
    return sa.ColumnClause(name, type_, _selectable=table)


def is_orm(statement: Any) -> bool:
    """Return whether the ORM compiles a statement: some of it was written with models."""
    return bool(statement._propagate_attrs.get("compile_state_plugin") == "orm")


def hooked(session: Session, statement: Any) -> Any:
    """Return a statement as the session's `do_orm_execute` hooks leave it, without running it.

    Filters for tenants and deleted rows are written as such hooks; only `Session.execute` calls
    them, with a state that it makes for each call.
    """
    hooks = session.dispatch.do_orm_execute
    if not hooks:
        return statement
    state = _state(session, statement, hooks)
    for number, hook in enumerate(hooks):
        state._starting_event_idx = number
        hook(state)
    return state.statement


def _state(session: Session, statement: Any, hooks: Any) -> Any:
    """Return what `Session.execute` would tell the hooks."""
    options = getattr(session, "execution_options", {})  # of the session: SQLAlchemy 2.1
    own = statement.get_execution_options()
    others = sa.util.immutabledict({k: v for k, v in options.items() if k not in own})
    subject = statement._propagate_attrs.get("plugin_subject")
    bind = {"clause": statement} | ({"mapper": subject.mapper} if subject else {})
    by_orm: Any = True if is_orm(statement) else None
    return ORMExecuteState(session, statement, {}, others, bind, by_orm, hooks)


def anonymous_name(number: int, name: str) -> str:
    """Return a name that SQLAlchemy makes unique in each statement, by a number behind it.

    Statements that differ in such names only are one statement to its cache.
    """
    return elements._anonymous_label.safe_construct(number, name)


def is_label_reference(clause: Any) -> bool:
    """Return whether a clause of ORDER BY or GROUP BY is meant to be written as its label."""
    return isinstance(clause, elements._label_reference)


def named_by_text(clause: Any) -> str | None:
    """Return the name that a clause of ORDER BY or GROUP BY is, `order_by("name")`; else None."""
    reference = isinstance(clause, elements._textual_label_reference)
    return str(clause.element) if reference else None


def given_froms(select: sa.Select[Any]) -> Clauses:
    """Return what `select_from()` named; the public method returns what is made of it."""
    return tuple(select._from_obj)


def has_column_expression(type_: Any) -> bool:
    """Return whether a type shows what the database makes of a column, not what it holds."""
    return bool(type_._has_column_expression)


def variant_in(type_: Any, dialect: sa.Dialect) -> Any:
    """Return the type that `with_variant()` gave for a dialect, or the type itself."""
    return type_._variant_mapping.get(dialect.name, type_)


def element(expression: Any) -> Any:
    """Return the SQL element behind an ORM attribute."""
    if hasattr(expression, "__clause_element__"):
        return expression.__clause_element__()
    return expression
