"""PostgreSQL: patterns, and values as text."""

import sqlalchemy as sa

from ...columns.kinds import Kind
from ..expressions import Expression
from ..folds import Folds

_TEMPLATES = {"date": "YYYY-MM-DD", "datetime": "YYYY-MM-DD HH24:MI:SS"}


class Texts(Folds):
    """What PostgreSQL says of texts."""

    def like(self, expression: Expression, pattern: str) -> Expression:
        """Compare by bytes, whatever the collation."""
        return super().like(sa.collate(expression, "C"), pattern)

    def caseless(self, expression: Expression) -> Expression:
        """Write small letters as Unicode does, whatever the database's locale."""
        small = sa.func.lower(sa.collate(expression, "und-x-icu"))
        return sa.func.translate(small, "ς", "σ", type_=sa.Text())

    def written(self, expression: Expression, kind: Kind, zoned: bool) -> Expression:
        """Write dates and times of UTC by the clock, whatever the session's settings."""
        if kind not in _TEMPLATES:
            return super().written(expression, kind, zoned)
        clock = sa.func.timezone("UTC", expression) if zoned else sa.cast(expression, sa.DateTime())
        return sa.func.to_char(clock, _TEMPLATES[kind], type_=sa.Text())
