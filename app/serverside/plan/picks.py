"""A text that stands for one value of a column, read as the column's kind."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from ..columns import parse_value
from ..columns.column import ColumnDT
from ..columns.kinds import DATES, NUMBERS, TEXTS, Kind
from ..wire.params import storable
from .conditions import NO_ROW, Condition, Either, Predicate
from .context import Notice

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?e[+-]?[0-9]{1,3}\Z", re.ASCII)
_WANTED = {
    "date": "a date like 2024-05-31, 2024-05 or 2024",
    "datetime": "a date like 2024-05-31, 2024-05 or 2024",
    "boolean": "true or false",
    "uuid": "a UUID",
}


def read(column: ColumnDT, text: str) -> Any:
    """Return the value that a text stands for: `Decimal`, `Span`, ...; None where it is none."""
    if column.kind == "exact":
        return _EXACTLY.get(column.form, str)(text)
    if column.kind in TEXTS:
        return text
    if column.kind in NUMBERS:
        return parse_value.number(text)
    if column.kind in DATES:
        return parse_value.span(text)
    if column.kind == "boolean":
        return parse_value.boolean(text)
    return parse_value.uuid(text) if column.kind == "uuid" else None


_EXACTLY: dict[Kind, Callable[[str], Any]] = {
    "number": parse_value.number, "integer": parse_value.number, "date": parse_value.day,
    "datetime": parse_value.instant,
}  # fmt: skip


def one_of(
    column: ColumnDT, texts: Iterable[str], parameter: str, notice: Notice
) -> Predicate | None:
    """Match the rows that have one of the picked values exactly; an empty text means no value.

    A text that can't be a value of the column leaves a notice. None where nothing is picked.
    """
    texts = list(dict.fromkeys(texts))
    if not texts:
        return None
    found = [_picked(column, text) for text in texts if text and storable(text)]
    if None in found:
        notice(f"{parameter} has a value that is not {_WANTED.get(column.form, 'a number')}.")
    parts = [Condition(column, "empty")] if "" in texts else []
    if chosen := tuple(value for value in found if value is not None):
        parts.append(Condition(column, "one_of", chosen))
    return Either(tuple(parts))


def _picked(column: ColumnDT, text: str) -> Any:
    """Read a value as JavaScript writes those it was offered: a number may carry an exponent."""
    if column.form in NUMBERS and _NUMBER.match(text):
        return Decimal(text)
    return read(column, text)


def unreadable(parameter: str, column: ColumnDT, notice: Notice) -> Predicate:
    """Match nothing and say why."""
    notice(f"{parameter} matches nothing: it is not {_WANTED.get(column.form, 'a number')}.")
    return NO_ROW
