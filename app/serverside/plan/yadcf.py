"""yadcf: the library's search methods for it, mended, and what its filters need in the answer.

https://github.com/vedmack/yadcf
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..columns import date_formats
from ..columns.column import ColumnDT
from ..columns.kinds import DATES, NUMBERS, TEXTS
from ..columns.parse_value import number
from ..wire.request import Term
from . import picks
from .conditions import NO_ROW, Condition, Every, Predicate
from .context import Notice

SELECTS = ("yadcf_select", "yadcf_multi_select", "yadcf_autocomplete")
RANGES = ("yadcf_range_number", "yadcf_range_number_slider")
DELIMITER = "-yadcf_delim-"
_UNESCAPED_BAR = re.compile(r"((?:[^|\\]|\\.)*)(?:\||\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _part_of_text(column: ColumnDT, term: Term, notice: Notice) -> Predicate:
    if column.kind in TEXTS:
        return Condition(column, "contains", term.text)
    return _exact(column, term, notice)


def _exact(column: ColumnDT, term: Term, notice: Notice) -> Predicate:
    return picks.one_of(column, [term.text], term.parameter, notice) or NO_ROW


def _any_of(column: ColumnDT, term: Term, notice: Notice) -> Predicate:
    values = [value for value in _several(term) if value]
    return picks.one_of(column, values, term.parameter, notice) or NO_ROW


def _several(term: Term) -> Iterator[str]:
    """Split at bars; marked as a pattern, the client has escaped what is special in the values."""
    if not term.regex:
        yield from term.text.split("|")
        return
    for value in _UNESCAPED_BAR.findall(term.text):
        yield _ESCAPED.sub(r"\1", value)


def _range(column: ColumnDT, term: Term, notice: Notice) -> Predicate | None:
    """Match what lies in a range, both ends included; an end that is left open bounds nothing."""
    low, delimiter, high = term.text.partition(DELIMITER)
    read: Callable[[str], Any] = number
    if column.kind in DATES:
        read = partial(date_formats.read, date_format=column.date_format)
    operators = ("from", "until") if column.kind in DATES else ("at_least", "at_most")
    texts = zip(operators, (low, high), strict=True)
    ends = [(operator, read(text)) for operator, text in texts if text.strip()]
    readable = delimiter and all(value is not None for _, value in ends)
    if not readable or column.kind not in NUMBERS + DATES:
        kind = "dates" if column.kind in DATES else "numbers"
        notice(f"{term.parameter} matches nothing: it is not a range of {kind}.")
        return NO_ROW
    return Every(tuple(Condition(column, *end) for end in ends)) if ends else None


METHODS: dict[str, Callable[[ColumnDT, Term, Notice], Predicate | None]] = {
    "yadcf_text": _part_of_text,
    "yadcf_autocomplete": _exact,
    "yadcf_select": _part_of_text,
    "yadcf_multi_select": _any_of,
    "yadcf_range_number": _range,
    "yadcf_range_number_slider": _range,
    "yadcf_range_date": _range,
}
