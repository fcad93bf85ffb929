"""MySQL and MariaDB: texts searched without regard to case and accents; see `spelling.py`."""

import sqlalchemy as sa

from ...columns.fold import fold
from ..base import Dialect, Expression
from .exact import exact
from .spelling import pattern, replacements

_LONG = 100  # characters; MariaDB's PCRE refuses a pattern of 64 kilobytes


class Folding(Dialect):
    """What is searched in folded texts, where the database can't fold them."""

    def contains(self, expression: Expression, text: str) -> Expression:
        """Look for a text of ASCII alone in rows of ASCII alone; elsewhere, for its spellings."""
        folded = fold(text)
        if not folded:
            return expression.is_not(None)
        own = exact(expression)
        found = sa.func.locate(folded, sa.func.lower(own)) > 0 if folded.isascii() else sa.false()
        return _by_letters(own, found, _spelled(own, folded))

    def starts(self, expression: Expression, text: str) -> Expression:
        """Test the text's beginning."""
        folded = fold(text)
        if not folded:
            return expression.is_not(None)
        own = exact(expression)
        found = sa.func.left(sa.func.lower(own), len(folded)) == folded
        return _by_letters(own, found, _spelled(own, folded, starts=True))

    def ends(self, expression: Expression, text: str) -> Expression:
        """Test the text's end."""
        folded = fold(text)
        if not folded:
            return expression.is_not(None)
        own = exact(expression)
        found = sa.func.right(sa.func.lower(own), len(folded)) == folded
        return _by_letters(own, found, _spelled(own, folded, ends=True))

    def same(self, expression: Expression, text: str) -> Expression:
        """Test the whole text."""
        own, folded = exact(expression), fold(text)
        return _by_letters(
            own, sa.func.lower(own) == folded, _spelled(own, folded, starts=True, ends=True)
        )


def _by_letters(own: Expression, plain: Expression, spelled: Expression) -> Expression:
    """Test a text of ASCII alone plainly, any other by its spellings; NULL is no text."""
    ascii_only = sa.func.octet_length(own) == sa.func.char_length(own)
    return sa.case((ascii_only, plain), else_=spelled)


def _spelled(
    own: Expression, folded: str, *, starts: bool = False, ends: bool = False
) -> Expression:
    """Test for the spellings of a folded text."""
    text = own
    for char, written in replacements(folded):
        text = sa.func.replace(text, char, written, type_=sa.Text())
    sought: Expression = sa.literal(pattern(folded, starts=starts, ends=ends), sa.Text())
    if len(folded) > _LONG:
        shared = sa.literal(pattern(folded, starts=starts, ends=ends, shared=True), sa.Text())
        is_mariadb = sa.func.version().contains("MariaDB")
        sought = sa.case((is_mariadb, shared), else_=sought)
    return text.bool_op("REGEXP")(sought)
