"""Distinct values of a column, made ready to be offered."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from ..columns.column import ColumnDT
from ..columns.fold import order_key
from ..columns.json_value import json_value
from ..columns.kinds import TEXTS
from .rows import in_utc


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value as JSON holds it, "" for NULL and empty text; how many rows have it and match."""

    value: Any
    total: int = 0
    count: int = 0

    @property
    def label(self) -> str:
        """The value as text in HTML, for use inside a double-quoted attribute too."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, float):
            return str(self.value).removesuffix(".0")
        return escape(str(self.value), quote=False).replace('"', "&quot;")


def facet_values(column: ColumnDT, found: Iterable[Any]) -> list[FacetValue]:
    """Make facet values of (value, total, count), in the column's order."""
    filled, empty = [], []
    for item, *counts in found:
        if item is None or item == "":
            empty.append(counts)
        elif (value := _json(_as_shown(column, item))) is not None:
            filled.append((_place(column, item), FacetValue(value, *counts)))
    ordered = _merged(facet for _, facet in sorted(filled, key=lambda pair: pair[0]))
    if empty:
        entry = FacetValue("", *map(sum, zip(*empty, strict=True)))
        ordered.insert(0 if column.nulls_order == "nullsfirst" else len(ordered), entry)
    return ordered


def _as_shown(column: ColumnDT, item: Any) -> Any:
    """Give a moment the zone that its cells have."""
    return in_utc((item,), (0,))[0] if column.zoned else item


def _merged(ordered: Iterable[FacetValue]) -> list[FacetValue]:
    """Make one of neighbours that are shown alike, as doubles that differ by noise are."""
    merged: list[FacetValue] = []
    for facet in ordered:
        last = merged[-1] if merged else None
        if last and last.value == facet.value:
            merged[-1] = FacetValue(last.value, last.total + facet.total, last.count + facet.count)
        else:
            merged.append(facet)
    return merged


def _json(item: Any) -> Any:
    """Return the JSON value; as text where JavaScript would write another number back."""
    if isinstance(item, Decimal) and not item.is_finite():
        return None  # nobody can type it
    value = json_value(item)
    if isinstance(value, float) and "e" in str(value):
        return format(Decimal(str(value)), "f")
    return value


def _place(column: ColumnDT, item: Any) -> Any:
    if column.form not in TEXTS:
        return item
    text = str(json_value(item))
    return order_key(text), text
