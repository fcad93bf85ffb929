"""Enum columns are searched and ordered by what the answer shows, whatever the database stores."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ..columns.fold import fold, order_key
from ..columns.json_value import json_value
from ..columns.patterns import caseless, matches
from ..columns.shown import kind_of

# The tests of text that make sense of an enum's few labels; evaluated here, not in the database.
TESTS: dict[str, Callable[[str, Any], bool]] = {
    "contains": lambda label, text: fold(text) in fold(label),
    "starts": lambda label, text: fold(label).startswith(fold(text)),
    "ends": lambda label, text: fold(label).endswith(fold(text)),
    "same": lambda label, text: fold(label) == fold(text),
    "equals": lambda label, text: label == text,
    "one_of": lambda label, texts: label in texts,
    "like": lambda label, pattern: matches(pattern, label),
    "ilike": lambda label, pattern: matches(caseless(pattern), caseless(label)),
}


def labels(type_: sa.Enum) -> dict[str, Any]:
    """Return an enum type's members by the label that an answer shows."""
    members = list(type_.enum_class) if type_.enum_class else list(type_.enums)
    return {str(json_value(member)): member for member in members}


def matching(expression: Any, operator: str, wanted: Any) -> sa.ColumnElement[Any]:
    """Return the condition that the expression is a member whose label passes the test."""
    test = TESTS[operator]
    members = [member for label, member in labels(expression.type).items() if test(label, wanted)]
    values = [sa.literal(member, expression.type) for member in members]
    found: sa.ColumnElement[Any] = expression.in_(values) if values else sa.false()
    return found


def ranked(expression: Any) -> Any:
    """Return what orders an expression: for an enum the rank of its label, else itself."""
    if kind_of(expression) != "enum":
        return expression
    ordered = sorted(labels(expression.type).items(), key=lambda pair: order_key(pair[0]))
    ranks = [(expression == member, rank) for rank, (_, member) in enumerate(ordered)]
    return sa.case(*ranks, else_=sa.null())
