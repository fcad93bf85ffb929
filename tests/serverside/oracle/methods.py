"""Column searches: the stock library's search methods, its yadcf ones included."""

import re
from collections.abc import Callable

from tests.serverside.oracle.columns import Column
from tests.serverside.oracle.conditions import (
    Condition,
    all_words,
    equals_exactly,
    in_span,
    text_test,
)
from tests.serverside.oracle.fold import fold
from tests.serverside.oracle.pattern import fits
from tests.serverside.oracle.values import Span, parse

_OPERATOR = re.compile(r"\s*(<=|>=|<|>|=|)(.*)", re.DOTALL)
_DELIMITER = "-yadcf_delim-"


class UnreadError(Exception):
    """The value of a typed column search does not parse."""


def column_search(column: Column, value: str) -> Condition | None:
    """Build the condition of a column search by the column's declared search method."""
    return METHODS[column.search_method](column, value)


def _words(column: Column, value: str) -> Condition | None:
    return all_words(value, [column], booleans=True)


def _comparison(column: Column, value: str) -> Condition:
    match = _OPERATOR.fullmatch(value)
    assert match is not None
    return in_span(column, match[1] or "=", _span(column, match[2]))


def _range(column: Column, value: str) -> Condition | None:
    low, found, high = value.partition(_DELIMITER)
    if not found:
        raise UnreadError
    bounds = [(">=", low), ("<=", high)]
    parts = [in_span(column, op, _span(column, typed)) for op, typed in bounds if typed.strip()]
    return (lambda row: all(part(row) for part in parts)) if parts else None


def _substring(column: Column, value: str) -> Condition:
    return text_test(column, lambda cell: fold(value) in fold(cell))


def _like(column: Column, value: str) -> Condition:
    return text_test(column, lambda cell: fits(value, cell))


def _ilike(column: Column, value: str) -> Condition:
    return text_test(column, lambda cell: fits(value.lower(), cell.lower()))


def _exact(column: Column, value: str) -> Condition:
    return equals_exactly(column, value)


def _any_of(column: Column, value: str) -> Condition:
    options = [equals_exactly(column, option) for option in value.split("|") if option]
    return lambda row: any(option(row) for option in options)


def _nothing(*_: object) -> None:
    return None


def _span(column: Column, typed: str) -> Span:
    span = parse(column, typed)
    if span is None:
        raise UnreadError
    return span


METHODS: dict[str, Callable[[Column, str], Condition | None]] = {
    "none": _nothing,
    "string_contains": _words,
    "ilike": _ilike,
    "like": _like,
    "numeric": _comparison,
    "date": _comparison,
    "yadcf_text": _substring,
    "yadcf_autocomplete": _exact,
    "yadcf_select": _substring,
    "yadcf_multi_select": _any_of,
    "yadcf_range_number": _range,
    "yadcf_range_number_slider": _range,
    "yadcf_range_date": _range,
}
