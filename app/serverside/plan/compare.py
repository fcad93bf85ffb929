"""A column's values compared with one that was typed, exactly, whatever the column can hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ..columns import rounded
from ..columns.kinds import Kind
from ..columns.shown import shown_of
from ..dialects.base import Dialect

Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Operand:
    """What an operator needs to know of the column it tests."""

    expression: Expression
    kind: Kind
    dialect: Dialect


SQL: dict[str, Callable[[Expression, Expression], Expression]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_BIND_TYPES: dict[type, Any] = {int: sa.BigInteger(), float: sa.Double(), Decimal: sa.Numeric()}
TOO_LARGE = 2**63  # for a 64-bit integer


def compare(it: Operand, comparison: str, value: Any) -> Expression:
    """Compare exactly, also where the column holds only whole numbers, doubles, or days."""
    scale = it.dialect.shown_scale(it.expression.type)
    if scale is not None:
        return rounded.compare(it.expression, comparison, value, scale)
    found = nearest(it, value)
    if found is None:  # what can't be held lies beyond all that is
        return _beyond(it, comparison, comparison != "=" and value > _AMONG.get(it.kind, 0))
    bound, held = found
    if held != value:  # the column cannot hold the value, only its neighbour `held`
        if comparison == "=":
            return sa.false()
        below = held < value
        comparison = {"<": "<=" if below else "<", ">": ">" if below else ">="}[comparison[0]]
    if isinstance(bound, int) and abs(bound) >= TOO_LARGE:
        return _beyond(it, comparison, bound > 0)
    return SQL[comparison](it.expression, bound_literal(it, bound))


_AMONG: dict[Kind, Any] = {"date": date(2000, 1, 1), "datetime": datetime(2000, 1, 1)}


def _beyond(it: Operand, comparison: str, above: bool) -> Expression:
    """Compare with a value above, or below, all that the column can hold."""
    matches = comparison != "=" and (comparison[0] == "<") == above
    return it.expression.is_not(None) if matches else sa.false()


def bound_literal(it: Operand, bound: Any) -> Any:
    """Return what a value is bound by."""
    shown = shown_of(it.expression)
    return shown.literal(bound) if shown else sa.literal(bound, _BIND_TYPES[type(bound)])


def nearest(it: Operand, value: Any) -> tuple[Any, Any] | None:
    """Return the nearest value that the column can hold, as bound and exactly; None for none."""
    if shown := shown_of(it.expression):
        return shown.held.nearest(value)
    if it.kind == "integer":
        bound: Decimal | float | int = int(value.to_integral_value("ROUND_FLOOR"))
    else:
        bound = it.dialect.number(value, it.kind)
    return bound, Decimal(repr(bound)) if isinstance(bound, float) else Decimal(bound)
