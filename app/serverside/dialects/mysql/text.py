"""MySQL and MariaDB: patterns, and values as the text that PostgreSQL writes for them."""

import sqlalchemy as sa

from ...columns.kinds import Kind
from ...columns.patterns import caseless
from ...columns.patterns import expression as regular
from ..expressions import Expression
from .exact import exact
from .folding import Folding
from .spelling import any_case

_FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%i:%s"}
_UUID = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # where its parts stand, and how long they are


class Texts(Folding):
    """What MySQL and MariaDB say of texts."""

    def like(self, expression: Expression, pattern: str) -> Expression:
        """Compare by characters, whatever the collation."""
        return super().like(exact(expression), pattern)

    def ilike(self, expression: Expression, pattern: str) -> Expression:
        """Match all spellings of a pattern's letters: no two versions know the same small ones."""
        letters = regular(caseless(pattern), any_case)
        text = sa.func.replace(exact(expression), "İ", "i̇", type_=sa.Text())  # which is two letters
        return text.bool_op("REGEXP")(sa.literal(rf"(?s)\A{letters}\z", sa.Text()))

    def written(self, expression: Expression, kind: Kind, zoned: bool) -> Expression:
        """Write a value anew, where its text is another than PostgreSQL's."""
        if kind == "boolean":
            return sa.case(
                (expression.is_(sa.true()), "true"), (expression.is_(sa.false()), "false")
            )
        if kind in _FORMATS:
            return sa.func.date_format(expression, _FORMATS[kind], type_=sa.Text())
        text = super().written(sa.type_coerce(expression, sa.types.NullType()), kind, zoned)
        return _dashed(sa.func.lower(sa.func.replace(text, "-", ""))) if kind == "uuid" else text


def _dashed(digits: Expression) -> Expression:
    parts = (sa.func.substr(digits, *place, type_=sa.Text()) for place in _UUID)
    return sa.func.concat_ws("-", *parts, type_=sa.Text())
