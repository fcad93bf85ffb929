"""MySQL and MariaDB: what cells show of the rarer types, and what values are compared by."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from ...columns.shown import Natural
from ..expressions import Expression
from .exact import exact

_ASIDE = "\x01"
_DOUBLE_DIGITS = 15  # that a double holds of any number
_SINGLE_BITS = 24


def orders(type_: Any) -> bool:
    """Return whether values of a type are ordered as they are shown: JSON is text, or worse."""
    return not isinstance(type_, sa.JSON)


def as_shown(expression: Any, type_: Any) -> Expression | None:
    """Compare texts exactly, and short floats by the digits they show."""
    if isinstance(type_, sa.Float):
        return sa.type_coerce(_digits(expression), type_) if _is_single(type_) else None
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
        return exact(_json(sa.cast(plain, text)))
    return None


def _json(written: Any) -> Expression:
    """Write a text by itself, and all else as JSON in which nothing is escaped that need not be.

    MariaDB keeps JSON as it was written. A text's escapes are undone together, so those that stay,
    of quotes and control characters, are escaped once more before; what escapes a backslash stands
    aside for it, as a character that JSON can't hold.
    """
    unquoted, text = sa.func.json_unquote, sa.Text()
    aside = sa.func.replace(written, r"\\", _ASIDE, type_=text)
    escaped = sa.func.regexp_replace(aside, r"\\(?!u(?!00[01]))", "\\" * 4, type_=text)
    quoted = sa.func.replace(escaped, '"', '\\"', type_=text)
    whole = sa.func.concat('"', sa.func.replace(quoted, _ASIDE, "\\" * 4), '"')
    kind = sa.func.json_type(written)
    return sa.case(
        (kind == "NULL", sa.null()), (kind == "STRING", unquoted(written)), else_=unquoted(whole)
    )
