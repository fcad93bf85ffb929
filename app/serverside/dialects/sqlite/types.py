"""SQLite: what cells show of values of the rarer types."""

from typing import Any

import sqlalchemy as sa

from ..expressions import DECIMALS, Expression


def as_shown(expression: Any, type_: Any) -> Expression | None:
    """Compare texts by their bytes, whatever their collation takes for equal."""
    if isinstance(type_, sa.String) and type_.collation:
        return sa.type_coerce(sa.collate(expression, "BINARY"), sa.Text())
    return None


def shown_text(expression: Any, type_: Any) -> Expression | None:
    """Write times without an empty fraction, bytes as hexadecimal digits, JSON unescaped."""
    plain, text = sa.type_coerce(expression, sa.types.NullType()), sa.Text()
    if isinstance(type_, sa.Time):
        return sa.func.replace(plain, ".000000", "", type_=text)
    if isinstance(type_, sa.LargeBinary):
        return sa.func.lower(sa.func.hex(plain), type_=text)
    if isinstance(type_, sa.JSON):
        return sa.func.serverside_json(plain, type_=text)
    return None


def shown_scale(type_: Any) -> int | None:
    """Return how many decimals are shown: decimals are doubles here, rounded when read."""
    if not (isinstance(type_, sa.Numeric | sa.Float) and type_.asdecimal):
        return None
    scales = type_.decimal_return_scale, getattr(type_, "scale", None), DECIMALS
    return next(scale for scale in scales if scale is not None)
