"""SQLite: patterns, and values as the text that PostgreSQL writes for them."""

import sqlalchemy as sa

from ...columns.kinds import Kind
from ..expressions import Expression
from ..folds import Folds

_SECONDS = 19  # characters of a date and time without fractions
_UUID = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # where its parts stand, and how long they are


class Texts(Folds):
    """What SQLite says of texts."""

    def like(self, expression: Expression, pattern: str) -> Expression:
        """Match with RE2: SQLite's own LIKE takes capital letters for small ones."""
        return sa.func.serverside_like(pattern, expression, type_=sa.Boolean())

    def caseless(self, expression: Expression) -> Expression:
        """Write small letters in Python; SQLite itself knows only ASCII."""
        return sa.func.serverside_caseless(expression, type_=sa.Text())

    def written(self, expression: Expression, kind: Kind, zoned: bool) -> Expression:
        """Write the stored form anew, where it is another than PostgreSQL's."""
        if kind == "boolean":
            return sa.case(
                (expression.is_(sa.true()), "true"), (expression.is_(sa.false()), "false")
            )
        text = super().written(sa.type_coerce(expression, sa.types.NullType()), kind, zoned)
        if kind == "datetime":
            return sa.func.substr(sa.func.replace(text, "T", " "), 1, _SECONDS, type_=sa.Text())
        if kind == "uuid":
            return _dashed(sa.func.lower(sa.func.replace(text, "-", "")))
        scale = getattr(expression.type, "scale", None) if kind == "number" else None
        return text if scale is None else _fixed(expression, scale)


def _fixed(number: Expression, scale: int) -> Expression:
    """Write a number with its decimals; `printf` takes NULL for zero."""
    return sa.case((number.is_not(None), sa.func.printf(f"%.{scale}f", number, type_=sa.Text())))


def _dashed(digits: Expression) -> Expression:
    first, *others = (sa.func.substr(digits, *place, type_=sa.Text()) for place in _UUID)
    return sum((sa.literal("-") + part for part in others), start=first)
