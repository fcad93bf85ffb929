"""yadcf: the library's search methods for it, mended, and what its filters need in the answer.

https://github.com/vedmack/yadcf
"""

import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from . import dateformats, typed
from .columns import DATES, NUMBERS, TEXTS, ColumnDT
from .limits import Limits
from .offers import Source, limited, offers, read
from .predicates import NO_ROW, Condition, Every, Predicate
from .request import Term
from .shown import shown_of
from .values import number

if TYPE_CHECKING:
    from .plan import Declaration, Plan

SELECTS = ("yadcf_select", "yadcf_multi_select", "yadcf_autocomplete")
RANGES = ("yadcf_range_number", "yadcf_range_number_slider")
DELIMITER = "-yadcf_delim-"
_UNESCAPED_BAR = re.compile(r"((?:[^|\\]|\\.)*)(?:\||\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _part_of_text(column: ColumnDT, term: Term, notice: typed.Notice) -> Predicate:
    if column.kind in TEXTS:
        return Condition(column, "contains", term.text)
    return _exact(column, term, notice)


def _exact(column: ColumnDT, term: Term, notice: typed.Notice) -> Predicate:
    return typed.one_of(column, [term.text], term.parameter, notice) or NO_ROW


def _any_of(column: ColumnDT, term: Term, notice: typed.Notice) -> Predicate:
    values = [value for value in _several(term) if value]
    return typed.one_of(column, values, term.parameter, notice) or NO_ROW


def _several(term: Term) -> Iterator[str]:
    """Split at bars; marked as a pattern, the client has escaped what is special in the values."""
    if not term.regex:
        yield from term.text.split("|")
        return
    for value in _UNESCAPED_BAR.findall(term.text):
        yield _ESCAPED.sub(r"\1", value)


def _range(column: ColumnDT, term: Term, notice: typed.Notice) -> Predicate | None:
    """Match what lies in a range, both ends included; an end that is left open bounds nothing."""
    low, delimiter, high = term.text.partition(DELIMITER)
    read: Callable[[str], Any] = number
    if column.kind in DATES:
        read = partial(dateformats.read, date_format=column.date_format)
    operators = ("from", "until") if column.kind in DATES else ("at_least", "at_most")
    texts = zip(operators, (low, high), strict=True)
    ends = [(operator, read(text)) for operator, text in texts if text.strip()]
    readable = delimiter and all(value is not None for _, value in ends)
    if not readable or column.kind not in NUMBERS + DATES:
        kind = "dates" if column.kind in DATES else "numbers"
        notice(f"{term.parameter} matches nothing: it is not a range of {kind}.")
        return NO_ROW
    return Every(tuple(Condition(column, *end) for end in ends)) if ends else None


METHODS: dict[str, Callable[[ColumnDT, Term, typed.Notice], Predicate | None]] = {
    "yadcf_text": _part_of_text,
    "yadcf_autocomplete": _exact,
    "yadcf_select": _part_of_text,
    "yadcf_multi_select": _any_of,
    "yadcf_range_number": _range,
    "yadcf_range_number_slider": _range,
    "yadcf_range_date": _range,
}


def data(declaration: "Declaration", plan: "Plan", source: Source) -> dict[str, Any]:
    """Return `yadcf_data_<i>` for the i-th declared column: a range's ends, a select's values.

    Values are those of the rows that match all other conditions; a column with more than
    `max_options` sends none, nor does a range over no numbers. One statement for all.
    """
    legs: list[sa.Select[Any]] = []
    members: list[tuple[str, ColumnDT, int]] = []
    for place, column in enumerate(declaration.columns):
        if mine := _legs(column, plan, f"columns:{declaration.keys[place]}", source):
            members.append((f"yadcf_data_{place}", column, len(mine)))
            legs += mine
    found = iter(read(legs, source.execute))
    parts = ((name, column, [next(found) for _ in range(n)]) for name, column, n in members)
    values = {name: _value(column, cells, source.limits) for name, column, cells in parts}
    return {name: value for name, value in values.items() if value is not None}


def _legs(column: ColumnDT, plan: "Plan", own: str, source: Source) -> list[sa.Select[Any]]:
    if column.search_method in SELECTS and column.kind != "other":
        return [limited(source.values(column, plan.where(without=own)), source.limits)]
    if column.search_method not in RANGES or column.kind not in NUMBERS:
        return []
    ends = sa.func.min(column.search_expr), sa.func.max(column.search_expr)
    return [source.scope.rows(end.label("value")) for end in ends]


def _value(column: ColumnDT, cells: list[Any], limits: Limits) -> list[Any] | None:
    if column.search_method in SELECTS:
        values = [offer.value for offer in offers(column, cells[0]) if offer.value != ""]
        return values if len(values) <= limits.max_options else None
    low, high = (rows[0][0] for rows in cells)
    if low is not None and (shown := shown_of(column.search_expr)):
        low, high = map(shown.held.form.out, (low, high))
    if low is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    return [math.floor(low), math.ceil(high)]
