"""A database that can fold a text itself: folded texts are compared there."""

from abc import abstractmethod

import sqlalchemy as sa

from ..columns.fold import fold
from ..columns.patterns import caseless
from .base import Dialect
from .expressions import Expression


class Folds(Dialect):
    """What follows from a text's folded form, and from the form in which case does not count."""

    @abstractmethod
    def fold(self, expression: Expression) -> Expression:
        """Return the folded form of a text expression (see `fold.py`)."""

    @abstractmethod
    def caseless(self, expression: Expression) -> Expression:
        """Return the form of a text in which case does not count."""

    def starts(self, expression: Expression, text: str) -> Expression:
        """Compare the folded text's beginning."""
        return self.fold(expression).startswith(fold(text), autoescape=True)

    def ends(self, expression: Expression, text: str) -> Expression:
        """Compare the folded text's end."""
        return self.fold(expression).endswith(fold(text), autoescape=True)

    def same(self, expression: Expression, text: str) -> Expression:
        """Compare the folded texts."""
        test: Expression = self.fold(expression) == sa.literal(fold(text), sa.Text())
        return test

    def ilike(self, expression: Expression, pattern: str) -> Expression:
        """Write both in small letters."""
        return self.like(self.caseless(expression), caseless(pattern))
