"""MySQL and MariaDB: texts searched without regard to case and accents; see `spelling.py`."""

import sqlalchemy as sa

from ...columns.fold import fold
from ..base import Dialect
from ..expressions import Expression
from .exact import exact
from .spelling import pattern, replacements

_LONG = 100  # characters; MariaDB's PCRE refuses a pattern of 64 kilobytes


class Folding(Dialect):
    """What is searched in folded texts, where the database can't fold them."""

    def contains(self, expression: Expression, text: str) -> Expression:
        """Look for the text's spellings."""
        return _spelled(expression, fold(text))

    def starts(self, expression: Expression, text: str) -> Expression:
        """Look for them at the beginning."""
        return _spelled(expression, fold(text), starts=True)

    def ends(self, expression: Expression, text: str) -> Expression:
        """Look for them at the end."""
        return _spelled(expression, fold(text), ends=True)

    def same(self, expression: Expression, text: str) -> Expression:
        """Look for them as the whole text."""
        return _spelled(expression, fold(text), starts=True, ends=True)


def _spelled(
    expression: Expression, folded: str, *, starts: bool = False, ends: bool = False
) -> Expression:
    """Test for the spellings of a folded text; each text has the empty one somewhere."""
    if not folded and not (starts and ends):
        return expression.is_not(None)
    text = exact(expression)
    for char, written in replacements(folded):
        text = sa.func.replace(text, char, written, type_=sa.Text())
    sought: Expression = sa.literal(pattern(folded, starts=starts, ends=ends), sa.Text())
    if len(folded) > _LONG:
        shared = sa.literal(pattern(folded, starts=starts, ends=ends, shared=True), sa.Text())
        is_mariadb = sa.func.version().contains("MariaDB")
        sought = sa.case((is_mariadb, shared), else_=sought)
    return text.bool_op("REGEXP")(sought)
