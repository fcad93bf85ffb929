"""Functions of ours that may as well be applied to a subquery's column as in the subquery."""

from typing import Any

import sqlalchemy as sa


class Applied(sa.sql.functions.FunctionElement[Any]):
    """A function of one expression, which makes no other of two that are the same."""

    inherit_cache = True

    @property
    def argument(self) -> Any:
        """What it is applied to."""
        return next(iter(self.clauses))


def argument_of(expression: Any) -> Any:
    """Return what such a function is applied to; any other expression as it is."""
    return expression.argument if isinstance(expression, Applied) else expression


def applied(expression: Any, column: Any) -> Any:
    """Return a subquery's column of the argument with the function applied to it again."""
    return type(expression)(column) if isinstance(expression, Applied) else column
