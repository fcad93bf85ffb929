"""Parameters in place of the values of an order's keys: one statement for all pages of a kind."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .order import SortKey

Values = tuple[Any, ...]


def slots(keys: Sequence[SortKey], values: Values, name: str) -> tuple[Values, dict[str, Any]]:
    """Return parameters for values of the first keys, and these by name; NULL stays as it is."""
    found, named = [], dict[str, Any]()
    for number, (key, value) in enumerate(zip(keys, values, strict=False)):
        slot = f"serverside_{name}_{number}"
        found.append(None if value is None else sa.bindparam(slot, type_=key.raw.type))
        if value is not None:
            named[slot] = value
    return tuple(found), named


def nulls(values: Values | None) -> tuple[bool, ...] | None:
    """Return which values are NULL: where they are, the statement is another."""
    return None if values is None else tuple(value is None for value in values)
