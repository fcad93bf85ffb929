"""Doubles that are shown rounded to some decimals: compared by what is shown, from an index."""

import math
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import sqlalchemy as sa

Expression = sa.ColumnElement[Any]


def compare(expression: Expression, comparison: str, value: Decimal, scale: int) -> Expression:
    """Compare what is shown of a double, rounded to `scale` decimals, with a number."""
    unit = Decimal(1).scaleb(-scale)
    held = value.quantize(unit, ROUND_FLOOR) if abs(value) < _LARGE else value
    if held != value:  # nothing is shown so; what is below it is at most `held`
        return _beside(expression, comparison, held, scale)
    low, high = map(_bound, _bounds(value, scale))
    tests: dict[str, Expression] = {
        "=": sa.and_(expression >= low, expression <= high),
        "<": expression < low,
        "<=": expression <= high,
        ">": expression > high,
        ">=": expression >= low,
    }
    return tests[comparison]


def _bound(value: float) -> sa.BindParameter[float]:
    return sa.literal(value, sa.Double())


def _beside(expression: Expression, comparison: str, below: Decimal, scale: int) -> Expression:
    if comparison == "=":
        return sa.false()
    high = _bound(_bounds(below, scale)[1])
    return expression <= high if comparison[0] == "<" else expression > high


def _bounds(value: Decimal, scale: int) -> tuple[float, float]:
    """Return the least and the greatest double that is shown so."""
    half = Decimal(5).scaleb(-scale - 1)
    return _edge(value, value - half, scale, math.inf), _edge(value, value + half, scale, -math.inf)


def _edge(value: Decimal, near: Decimal, scale: int, inwards: float) -> float:
    """Return the outermost double that is shown as a value, from one that may be outside."""
    double = math.nextafter(float(near), -inwards)
    for _ in range(_STEPS):
        if Decimal(f"{double:.{scale}f}") == value:
            return double
        double = math.nextafter(double, inwards)
    return float(value)


_LARGE = 10**16  # from here on, no double has decimals
_STEPS = 4
