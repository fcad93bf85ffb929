"""What an expression may do beside computing one value from its row's values.

SQLAlchemy knows a function by its name alone, so all that is not known here is not believed to be
harmless: an aggregate, a function that returns rows or a random one would be.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import elements, functions, operators

# Functions whose result depends on nothing but their arguments, which are of one row.
PURE = frozenset({
    "abbrev", "abs", "array", "array_to_string", "btrim", "ceil", "ceiling", "char_length",
    "chr", "coalesce", "concat", "concat_ws", "date_format", "encode", "floor", "folded", "hex",
    "ifnull", "initcap", "instr", "json_type", "json_unquote", "left", "length", "locate",
    "lower", "lpad", "ltrim", "mod", "nullif", "octet_length", "printf", "replace", "reverse",
    "right", "round", "rpad", "rtrim", "serverside_caseless",
    "serverside_caseless_bytes", "serverside_exact", "serverside_folded", "serverside_json",
    "serverside_like", "serverside_matches", "sign", "split_part", "strpos", "substr",
    "substring", "timezone", "to_char", "translate", "trim", "upper", "version",
})  # fmt: skip
# ... or on the statement's moment too, which is one for all its rows.
_OF_THE_MOMENT = frozenset({
    "current_date", "current_timestamp", "date", "datetime", "julianday", "localtimestamp", "now",
    "strftime", "time",
})  # fmt: skip
# Of many rows; inside a subquery they are of the subquery's rows.
AGGREGATES = frozenset({
    "aggregate_strings", "array_agg", "avg", "count", "group_concat", "max", "min", "row_number",
    "string_agg", "sum", "total",
})  # fmt: skip
_WINDOWS = frozenset({
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
    "percent_rank", "rank",
})  # fmt: skip
OPERATORS = ("~*", "GLOB", "LIKE", "REGEXP", "||", "#>>")
_LITERALS = ("*", "'{}'")
_KNOWN_MODULES = ("sqlalchemy.", __package__.removesuffix("sql"))


def name_of(function: Any) -> str:
    """Return a function's name; empty for one of a package, which may be anybody's."""
    return "" if getattr(function, "packagenames", ()) else getattr(function, "name", "").lower()


def is_known(part: Any) -> bool:
    """Return whether a part of an expression is SQLAlchemy's or ours, not somebody's own SQL."""
    if isinstance(part, sa.TextClause):
        return False
    if getattr(part, "is_literal", False):
        return part.name in _LITERALS or str(part.name).isdigit()
    operator = getattr(part, "operator", None)
    if isinstance(operator, operators.custom_op):
        return operator.opstring in OPERATORS
    return type(part).__module__.startswith(_KNOWN_MODULES)


def is_scalar(expression: Any) -> bool:
    """Return whether an expression is a value of its row alone, the same however often it is asked.

    Then it may stand in a condition, in another statement, or not at all.
    """
    return _stands(expression, _SCALAR, windows=False)


def is_of_a_row(expression: Any) -> bool:
    """Return whether there is one value for each row, a window function's maybe: no aggregate."""
    return _stands(expression, _SCALAR, windows=True)


_SCALAR = PURE | _OF_THE_MOMENT
_INSIDE = _SCALAR | AGGREGATES | _WINDOWS  # a subquery, or the window of a window function
_OVER_ROWS = (elements.Over, elements.WithinGroup, elements.FunctionFilter)


def _stands(part: Any, functions_: frozenset[str], *, windows: bool) -> bool:
    if isinstance(part, functions.FunctionElement):
        if name_of(part) not in functions_:
            return False
    elif not is_known(part):
        return False
    if isinstance(part, sa.SelectBase):
        functions_, windows = _INSIDE, True
    elif isinstance(part, _OVER_ROWS):
        if not windows:
            return False
        functions_ = _INSIDE
    children: Any = getattr(part, "get_children", tuple)()
    return all(_stands(child, functions_, windows=windows) for child in children)
