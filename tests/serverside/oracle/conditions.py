"""The smallest conditions: one word, one pattern, one comparison, in one column."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from tests.serverside.oracle.columns import DATES, NUMBERS, TEXTS, Column
from tests.serverside.oracle.fold import fold
from tests.serverside.oracle.reading import UserError
from tests.serverside.oracle.values import Span, parse, place_of
from tests.serverside.oracle.words import Word, split_words

Row = dict[str, Any]
Condition = Callable[[Row], bool]


def never(_row: Row) -> bool:
    """Match no row."""
    return False


def contains_word(column: Column, row: Row, word: str, *, booleans: bool = False) -> bool:
    """Tell whether a word matches a cell: text by substring, numbers and dates by value."""
    cell = row[column.data]
    if cell is None:
        return False
    if column.kind in TEXTS:
        return fold(word) in fold(cell)
    if column.kind in NUMBERS | DATES:
        span = parse(column, word)
        return span is not None and span.matches("=", place_of(column, cell))
    return booleans and one_value(column, word) == cell


def all_words(term: str, columns: Iterable[Column], *, booleans: bool = False) -> Condition | None:
    """Match rows where every word is in some column, and no negated word in any."""
    words, searched = split_words(term), list(columns)

    def holds(row: Row, word: Word) -> bool:
        hits = (contains_word(c, row, word.text, booleans=booleans) for c in searched)
        return any(hits) != word.negated

    return (lambda row: all(holds(row, word) for word in words)) if words else None


def matches_pattern(
    pattern: str, columns: Iterable[Column], kinds: Collection[str] = ("text",)
) -> Condition:
    """Match rows where the pattern is found in some cell of these kinds, whatever the case."""
    texts = [column.data for column in columns if column.kind in kinds]
    if not texts:
        return never
    try:
        found = re.compile(pattern, re.IGNORECASE | re.DOTALL).search
    except re.error as error:
        raise UserError(pattern) from error
    return lambda row: any(row[key] is not None and bool(found(str(row[key]))) for key in texts)


def in_span(column: Column, operator: str, span: Span, *, negated: bool = False) -> Condition:
    """Compare a cell with a span; NULL never matches a comparison and always a negation."""

    def holds(row: Row) -> bool:
        cell = row[column.data]
        return (cell is not None and span.matches(operator, place_of(column, cell))) != negated

    return holds


def is_empty(column: Column) -> Condition:
    """Match NULL and, in a text column, the empty string."""
    return lambda row: row[column.data] is None or row[column.data] == ""


def text_test(column: Column, test: Callable[[str], bool], *, negated: bool = False) -> Condition:
    """Apply a test to a text cell; NULL fails it, so that a negation matches NULL."""
    return lambda row: (row[column.data] is not None and test(row[column.data])) != negated


def equals_exactly(column: Column, value: str) -> Condition:
    """Match the cell that this text names exactly; an empty value names emptiness."""
    if value == "":
        return is_empty(column)
    if column.kind in TEXTS:
        return text_test(column, lambda cell: cell == value)
    if column.kind in ("boolean", "uuid"):
        wanted = one_value(column, value)
        return never if wanted is None else is_value(column, wanted)
    span = parse(column, value)
    return in_span(column, "=", span) if span else never


def truth_value(typed: str) -> bool | None:
    """Read a boolean as people type it; None when it does not parse."""
    return {"true": True, "false": False}.get(typed.strip().lower())


def one_value(column: Column, typed: str) -> bool | UUID | None:
    """Read a boolean or a UUID as people type it; None when it does not parse."""
    if column.kind != "uuid":
        return truth_value(typed)
    try:
        return UUID(typed.strip())
    except ValueError:
        return None


def is_value(column: Column, wanted: bool | UUID, *, negated: bool = False) -> Condition:
    """Match the value; NULL is none, so that a negation matches NULL."""
    return lambda row: (row[column.data] == wanted) != negated
