"""MySQL and MariaDB: what cells show of the rarer types, and what values are compared by."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from ...columns.shown import Natural
from ..base import Expression
from .exact import exact

_DOUBLE_DIGITS = 15  # that a double holds of any number
_SINGLE_BITS = 24


def orders(type_: Any) -> bool:
    """Return whether values of a type are ordered as they are shown: JSON is text, or worse."""
    return not isinstance(type_, sa.JSON)


def as_shown(expression: Any, type_: Any) -> Expression | None:
    """Compare texts exactly, and short floats by the digits they show."""
    if isinstance(type_, sa.Float):
        return _digits(expression) if _is_single(type_) else None
    if isinstance(type_, sa.Numeric):
        fits = type_.asdecimal or 0 < (type_.precision or 0) <= _DOUBLE_DIGITS
        return None if fits else _double(expression)
    if isinstance(type_, sa.Enum) or not isinstance(type_, sa.String):
        return None
    return exact(expression)


def _is_single(type_: Any) -> bool:
    if isinstance(type_, sa.Double | mysql.DOUBLE):
        return False
    return not (type_.precision and type_.precision > _SINGLE_BITS)


def _digits(expression: Any) -> Expression:
    return _double(sa.cast(sa.type_coerce(expression, Natural()), sa.Text()))


def _double(expression: Any) -> Expression:
    number: Expression = sa.type_coerce(expression, sa.Double()) + sa.literal(0.0, sa.Double())
    return sa.type_coerce(number, sa.Double())


def shown_text(expression: Any, type_: Any) -> Expression | None:
    """Write times without an empty fraction, bytes as hexadecimal digits, JSON's texts alone."""
    plain, text = sa.type_coerce(expression, sa.types.NullType()), sa.Text()
    if isinstance(type_, sa.Time):
        return sa.func.replace(sa.cast(plain, text), ".000000", "", type_=text)
    if isinstance(type_, sa.LargeBinary):
        return sa.func.lower(sa.func.hex(plain), type_=text)
    if isinstance(type_, sa.JSON):
        own = sa.cast(plain, text)
        is_text = sa.func.json_type(plain) == "STRING"
        return exact(sa.case((is_text, sa.func.json_unquote(plain)), else_=own))
    return None
