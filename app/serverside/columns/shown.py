"""Types of expressions whose cells show something else than the database holds.

What is shown is what is searched, compared, offered and picked; a value goes to the database as the
column's own type binds it. `probing.py` finds out which types do so, `resolved.py` gives them out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from .kinds import Kind


class Processing:
    """A type's way to a database's driver and back: what is bound, what is read."""

    def __init__(self, type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> None:
        self.type_, self._dialect = type_, dialect
        self._own = type_.dialect_impl(dialect)
        self.stored = unwrapped(self._own)

    def bound(self, value: Any) -> Any:
        """Return what the driver gets for a Python value."""
        return self._bind(value) if self._bind else value

    def read(self, raw: Any) -> Any:
        """Return the Python value of what the driver gave."""
        return self._result(raw) if self._result else raw

    @cached_property
    def _bind(self) -> Any:
        return self._own.bind_processor(self._dialect)

    @cached_property
    def _result(self) -> Any:
        code = next((code for class_, code in _CODES if isinstance(self.stored, class_)), None)
        return self._own.result_processor(self._dialect, code)


# PostgreSQL's drivers tell what a number's type is there: double precision or numeric.
_CODES: tuple[tuple[type[Any], int], ...] = ((sa.Float, 701), (sa.Numeric, 1700))


def unwrapped(type_: Any) -> Any:
    """Return the type that decorators are about, however many there are."""
    while isinstance(type_, sa.types.TypeDecorator):
        type_ = type_.impl_instance
    return type_


@dataclass(frozen=True, slots=True)
class Form:
    """Python values of one class, and what they are to a search: a `Decimal`, a date, a text."""

    class_: type[Any]
    kind: Kind
    samples: tuple[Any, ...]  # as a search has them, in their order
    into: Callable[[Any], Any]
    out: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """How a database holds the values of one type that shows them in a form.

    `ordered` where what is held stands in the order of what is shown; `null` is what is bound for
    the value that a NULL is shown as, None where it is shown as no value.
    """

    form: Form
    processing: Processing
    ordered: bool
    null: Any = None

    def nearest(self, value: Any) -> tuple[Any, Any] | None:
        """Return what is bound for a value, and which value that is; None where nothing can be."""
        try:
            raw = self.processing.bound(self.form.into(value))
            return raw, self.form.out(self.processing.read(raw))
        except Exception:  # noqa: BLE001 - a project's own type may raise anything
            return None


class Shown(sa.types.TypeDecorator[Any]):
    """The type of an expression whose shown values are found by what is held for them."""

    impl = sa.types.NullType
    cache_ok = True

    def __init__(self, held: Held) -> None:
        self.held = held
        self.impl = held.processing.stored

    @property
    def kind(self) -> Kind:
        """The kind of what is shown; "exact" where it can only be told equal or not."""
        kind = self.held.form.kind
        if kind in ("enum", "uuid"):
            return kind
        return kind if self.held.ordered and kind != "text" else "exact"

    @property
    def enum_class(self) -> Any:
        """The class of the members, for an enum."""
        return self.held.form.class_

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        """Bind as the column's own type does."""
        return self.held.processing.type_.dialect_impl(dialect).bind_processor(dialect)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        """Read as the column's own type does."""
        return self.held.processing.type_.dialect_impl(dialect).result_processor(dialect, coltype)

    def literal(self, raw: Any) -> Any:
        """Return what is bound for a value, unchanged on its way."""
        stored = self.held.processing.stored
        if isinstance(raw, str):
            fits = isinstance(stored, sa.CHAR) and len(raw) == stored.length
            return sa.literal(raw, stored if fits else sa.Text())
        if isinstance(raw, datetime):
            return sa.literal(raw, sa.DateTime(timezone=raw.tzinfo is not None))
        return sa.literal(raw, _LITERALS.get(type(raw), stored))


_LITERALS: dict[type, Any] = {
    bool: sa.Boolean(), int: sa.BigInteger(), float: sa.Double(), Decimal: sa.Numeric(),
    date: sa.Date(), bytes: sa.LargeBinary(),
}  # fmt: skip


class Padded(sa.Text):
    """A text of fixed width, whose blanks at the end don't count."""


class Natural(sa.types.NullType):
    """The type of what is ordered as the database does by itself, and not searched."""


class Foreign(sa.types.UserDefinedType[str]):
    """A type that SQLAlchemy and its drivers don't know: cells show what the database writes."""

    cache_ok = True


def shown_of(expression: Any) -> Shown | None:
    """Return the type of an expression that shows something else than it holds, else None."""
    type_ = getattr(expression, "type", None)
    return type_ if isinstance(type_, Shown) else None


# Order matters: Enum is a String, and every class here may be the `impl` of a TypeDecorator.
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], Kind], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Enum, "enum"),
    (sa.Uuid, "uuid"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.Numeric, "number"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.String, "text"),
)
_METHOD_KINDS: dict[str, Kind] = {
    "numeric": "number",
    "yadcf_range_number": "number",
    "yadcf_range_number_slider": "number",
    "date": "datetime",
    "yadcf_range_date": "datetime",
}


def kind_of(expression: Any, search_method: str = "string_contains") -> Kind:
    """Return the kind of an expression by its SQL type; without one, its method's, else text."""
    type_ = getattr(expression, "type", None)
    if type_ is None or type(type_) is sa.types.NullType:
        return _METHOD_KINDS.get(search_method, "text")
    return kind_of_type(type_)


def kind_of_type(type_: Any) -> Kind:
    """Return the kind of what a type shows."""
    if isinstance(type_, Shown):
        return type_.kind
    type_ = unwrapped(type_)
    return next((kind for class_, kind in _KINDS if isinstance(type_, class_)), "other")


def is_zoned(expression: Any) -> bool:
    """Return whether an expression holds moments with a time zone."""
    type_ = unwrapped(getattr(expression, "type", None))
    return bool(getattr(type_, "timezone", False))
