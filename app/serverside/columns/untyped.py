"""The types of functions that SQLAlchemy has none for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import FunctionFilter, Grouping, Label, Over
from sqlalchemy.sql.functions import FunctionElement

_WHOLE = (
    "length", "char_length", "character_length", "octet_length", "bit_length", "instr", "strpos",
    "position", "ascii", "unicode", "cardinality", "total_changes",
)  # fmt: skip
_TEXTS = (
    "trim", "ltrim", "rtrim", "btrim", "replace", "substr", "substring", "group_concat",
    "string_agg", "concat_ws", "hex", "initcap", "md5", "reverse", "repeat", "lpad", "rpad", "left",
    "right", "split_part", "translate", "to_char", "quote", "printf", "format", "strftime",
)  # fmt: skip
_DOUBLES = (
    "avg", "total", "sqrt", "power", "pow", "exp", "ln", "log", "log10", "log2", "julianday", "pi",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "degrees", "radians",
)  # fmt: skip
_OF_ARGUMENT = ("abs", "round", "ceil", "ceiling", "floor", "trunc", "mod", "nullif", "ifnull")

_TYPES: dict[str, Any] = dict.fromkeys(_WHOLE, sa.Integer()) | dict.fromkeys(_TEXTS, sa.Text())


def type_of(expression: Any, *, doubles: bool) -> Any:
    """Return the type of an expression by its function's name; None where that does not tell.

    `doubles` where the database computes with nothing between whole numbers and doubles.
    """
    function = _function(expression)
    if function is None:
        return None
    name = function.name.lower()
    if name in _TYPES or not doubles:
        return _TYPES.get(name)
    if name in _DOUBLES:
        return sa.Double()
    arguments = list(function.clauses) if name in _OF_ARGUMENT else []
    return _computed(arguments[0]) if arguments else None


def _computed(argument: Any) -> Any:
    if isinstance(argument.type, sa.Integer):
        return sa.BigInteger()
    return sa.Double() if isinstance(argument.type, sa.Numeric | sa.Float) else None


def _function(expression: Any) -> Any:
    while isinstance(expression, Label | Grouping | Over | FunctionFilter):
        own = expression.func if isinstance(expression, FunctionFilter) else expression.element
        expression = own
    named = isinstance(expression, FunctionElement) and hasattr(expression, "name")
    return expression if named else None
