"""What a column can be declared with; anything else is refused with a sentence when declared."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.associationproxy import AssociationProxyInstance
from sqlalchemy.orm import Bundle, CompositeProperty, Mapper, Query, RelationshipProperty
from sqlalchemy.orm.util import AliasedInsp
from sqlalchemy.sql.elements import Tuple

from ..sqlalchemy_private import element

# What is no column: its name, and what to write instead. The first that fits speaks.
_REFUSED: tuple[tuple[Any, str, str], ...] = (
    (AssociationProxyInstance, "an association proxy", "join its table and declare its column"),
    (RelationshipProperty, "a relationship", "declare one of its columns"),
    (CompositeProperty, "a composite", "declare its parts"),
    (Mapper | AliasedInsp, "a mapped class", "declare one of its columns"),
    (Bundle, "a bundle", "declare its parts"),
    (tuple | list, "several expressions", "declare them one by one"),
    (sa.TextClause, "a text()", "write literal_column() with a type_"),
    (Tuple, "a tuple", "declare its parts"),
    (sa.SelectBase | Query, "a select()", "append .scalar_subquery()"),
    (sa.FromClause, "a table", "declare one of its columns"),
)


def check(expression: Any) -> None:
    """Raise `TypeError`, which says what to declare instead, for what is no column expression."""
    if isinstance(expression, sa.ColumnElement) and not isinstance(expression, Tuple):
        return
    property_ = getattr(expression, "property", None)
    meant = (expression, property_, sa.inspect(expression, raiseerr=False))
    for class_, what, instead in _REFUSED:
        if any(isinstance(one, class_) for one in meant):
            raise TypeError(f"{_name(expression)} is {what}; {instead} instead.")
    if not _is_column(expression):
        raise TypeError(f"{_name(expression)} is no SQL expression; write literal() for a value.")


def _is_column(expression: Any) -> bool:
    try:
        return isinstance(element(expression), sa.ColumnElement)
    except sa.exc.InvalidRequestError:  # a hybrid that returns a plain value
        return False


def _name(expression: Any) -> str:
    """Name an expression on one line."""
    if isinstance(expression, AssociationProxyInstance):
        reached = expression.target_collection, expression.value_attr
        return ".".join((expression.owning_class.__name__, *reached))
    name = expression.__name__ if isinstance(expression, type) else str(expression)
    short = " ".join(name.split())
    return short if len(short) < _LONG else f"{short[:_LONG]}..."


_LONG = 60  # characters of a name that are shown
