"""What tells a statement with its values from all others, where it must answer alike again."""

from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ..cache import bytes_of
from ..sqlalchemy_private import cache_key
from .purity import PURE, is_known, name_of


class Key:
    """A statement's structure and its values; compared by both, hashed once, being large."""

    __slots__ = ("_hash", "_weight", "structure", "values")

    def __init__(self, structure: Any, values: tuple[Any, ...]) -> None:
        self.structure, self.values = structure, values
        self._hash = hash((structure, values))
        self._weight = 0

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Key) or self._hash != other._hash:
            return False
        return bool(self.values == other.values and self.structure == other.structure)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Key({self._hash:x}, {self.values!r})"

    @property
    def weight(self) -> int:
        """Bytes that it takes, found out once."""
        if not self._weight:
            self._weight = bytes_of(self.structure) + bytes_of(self.values)
        return self._weight


def statement_key(statement: Any) -> Key | None:
    """Return what tells a statement with its values from others; None where that can't be told.

    Asked again of the same data, it must give the same answer.
    """
    key = structure_key(statement)
    return key if key is not None and is_repeatable(statement) else None


def structure_key(statement: Any) -> Key | None:
    """Return what tells a statement from others, whether or not it would answer alike again."""
    found = cache_key(statement)
    if found is None:
        return None
    values = tuple(_frozen(value) for value in found[1])
    return None if _UNTOLD in values else Key(found[0], values)


_UNTOLD = object()
_PLAIN = (str, int, type(None))
_TOLD = (bool, float, bytes, Decimal, date, time, timedelta, UUID)


def _frozen(value: Any) -> Any:
    """Return what tells a value from others: moments of one instant are two texts in a database."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return type(value), value.name
    if isinstance(value, list | tuple):
        return (list, *map(_frozen, value)) if _UNTOLD not in map(_frozen, value) else _UNTOLD
    return (type(value), repr(value)) if isinstance(value, _TOLD) else _UNTOLD


_REPEATABLE = PURE | {"count", "row_number"}


def is_repeatable(statement: Any) -> bool:
    """Return whether a statement, asked again of the same data, must give the same answer."""
    return all(map(_is_repeatable, sa.sql.visitors.iterate(statement)))


def _is_repeatable(part: Any) -> bool:
    if isinstance(part, sa.sql.functions.FunctionElement):
        return name_of(part) in _REPEATABLE
    return is_known(part)
