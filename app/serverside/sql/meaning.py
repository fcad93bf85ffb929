"""What an expression is to a search and to an order in one database, by its type."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .. import sqlalchemy_private as private
from ..columns import untyped
from ..columns.probing import Truth, probed
from ..columns.shown import Foreign, Held, Natural, Processing, Shown, kind_of_type, unwrapped
from ..dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is searched for an expression, what orders it, and whether that is its cells' order."""

    search: Any
    sort: Any
    orderable: bool = True


class Meanings:
    """What expressions mean in one database: `dialect` is ours, `driver` SQLAlchemy's."""

    def __init__(self, dialect: Dialect, driver: sa.Dialect) -> None:
        self.dialect, self._driver = dialect, driver

    def of(self, expression: Any, told: Any = None) -> Meaning:
        """Return the meaning of an expression; `told` is the type that the database gave it."""
        declared = getattr(expression, "type", None)
        if declared is None:
            return Meaning(expression, expression)
        type_ = told or _plain(declared, self._driver)
        if private.has_column_expression(declared):
            return self._computed(expression, type_)
        if isinstance(type_, Natural):
            own = sa.type_coerce(expression, type_)
            return Meaning(own, own)
        if told is None and _is_bare(type_):
            type_ = untyped.type_of(expression, doubles=self.dialect.computes_doubles)
            if type_ is None:
                return self._untyped(expression)
        return self._found(expression, type_, self._probed(type_))

    def _untyped(self, expression: Any) -> Meaning:
        """Return the meaning of an expression of which nobody knows the type."""
        known = _is_untyped(expression)
        own = expression if known else sa.type_coerce(expression, sa.types.NullType())
        return Meaning(own, self.dialect.natural(expression))

    def _probed(self, type_: Any) -> Any:
        return probed(type_, self._driver) if _is_foreign(type_) else type_

    def _found(self, expression: Any, type_: Any, found: Any) -> Meaning:
        """Return the meaning by what was found out of a type."""
        if isinstance(found, Truth):
            return _truth(expression, found, Processing(type_, self._driver).stored)
        if isinstance(found, Held):
            return self._shown(expression, found)
        if found is None:
            return self._hidden(expression, type_)
        return self._typed(expression, found)

    def _typed(self, expression: Any, type_: Any) -> Meaning:
        """Return the meaning of an expression whose type shows what it stores."""
        kind = kind_of_type(type_)
        known = kind == kind_of_type(expression.type) and not _is_untyped(expression)
        own = expression if known else sa.type_coerce(expression, type_)
        if isinstance(type_, postgresql.MONEY):
            own = sa.type_coerce(expression, Natural())  # SQLAlchemy has no order of it
        if kind != "other":
            search = self.dialect.as_shown(own, type_)
            return Meaning(own if search is None else search, own)
        text = self.dialect.shown_text(expression, unwrapped(type_))
        if text is None:
            return self._hidden(expression, type_)
        return Meaning(text, own if self.dialect.orders(unwrapped(type_)) else text)

    def _shown(self, expression: Any, held: Held) -> Meaning:
        """Return the meaning of one whose type shows something else than it stores."""
        type_ = Shown(held)
        if held.null is not None:
            expression = sa.func.coalesce(expression, type_.literal(held.null))
        if isinstance(held.processing.stored, sa.String) and held.ordered:
            expression = self.dialect.exact_text(sa.type_coerce(expression, sa.Text()))
        own = sa.type_coerce(expression, type_)
        return Meaning(own, own, held.ordered)

    def _hidden(self, expression: Any, type_: Any) -> Meaning:
        """Return the meaning of one whose cells can't be told from what is stored."""
        stored = Processing(type_, self._driver).stored
        own = sa.type_coerce(expression, Natural())
        sort = own if self.dialect.orders(stored) else self.dialect.text(own)
        return Meaning(own, sort, orderable=False)

    def _computed(self, expression: Any, type_: Any) -> Meaning:
        """Return the meaning of one that the database itself makes something else of, to show."""
        declared = expression.type
        computed = declared.column_expression(sa.type_coerce(expression, Natural()))
        found = self._probed(type_)
        if found is None or isinstance(found, Truth | Held):
            return self._hidden(computed, type_)
        return self._typed(sa.type_coerce(computed, Natural()), unwrapped(found))


def is_unknown(expression: Any, dialect: Dialect) -> bool:
    """Return whether only the database knows an expression's type."""
    if not _is_bare(getattr(expression, "type", None)):
        return False
    return untyped.type_of(expression, doubles=dialect.computes_doubles) is None


def _is_bare(type_: Any) -> bool:
    """Return whether a type says nothing of its values: none, or a name and no more."""
    base = sa.types.UserDefinedType
    named = isinstance(type_, base) and type(type_).result_processor is base.result_processor
    return named or type(type_) is sa.types.NullType


def _is_untyped(expression: Any) -> bool:
    return type(getattr(expression, "type", None)) is sa.types.NullType


def _plain(type_: Any, driver: sa.Dialect) -> Any:
    """Return a type as it is in one database: its variant there, what a domain is made of."""
    variant = private.variant_in(type_, driver)
    if isinstance(variant, postgresql.DOMAIN):
        return _plain(variant.data_type, driver)
    return variant


def _is_foreign(type_: Any) -> bool:
    """Return whether a type may show anything: one of a project, or one of few that do."""
    if isinstance(type_, sa.types.TypeDecorator | postgresql.INTERVAL | sa.Date | sa.DateTime):
        return True
    known = isinstance(type_, Foreign) or type(type_).__module__.startswith("sqlalchemy.")
    return not known


def _truth(expression: Any, found: Truth, stored: Any) -> Meaning:
    """Return an expression that is true and false where the cell shows so."""
    raw = sa.type_coerce(expression, stored)
    cases = [
        (raw.is_(None), _boolean(found.null)),
        (raw == sa.literal(found.true, stored), sa.true()),
        (raw == sa.literal(found.false, stored), sa.false()),
    ]
    own = sa.type_coerce(sa.case(*cases, else_=_boolean(found.other)), sa.Boolean())
    return Meaning(own, own)


def _boolean(value: bool | None) -> Any:
    return sa.null() if value is None else sa.true() if value else sa.false()
