"""Global, column, fixed and grouped searches become predicates."""

import re
from collections.abc import Callable, Iterable

from ..columns import date_formats, parse_value
from ..columns.column import ColumnDT
from ..columns.fold import fold
from ..columns.kinds import DATES, NUMBERS, TEXTS
from ..columns.shown import shown_of
from ..stock import replaced_method
from ..wire.request import Term
from . import picks, yadcf
from .conditions import NO_ROW, Condition, Either, Every, Not, Predicate, Raw
from .context import Notice
from .operators import DATE_OPERATORS, NUMBER_OPERATORS

_WORDS = re.compile(r'(!?)(?:"([^"]+)"|“([^”]+)”|(\S+))')
_REGEX = re.compile(r"/(.+)/[a-z]*\Z", re.DOTALL)


def words(text: str) -> list[tuple[str, bool]]:
    """Split a term into (word, negated); quoted phrases stay whole, ``!`` negates.

    A lone ``!`` and what folds to nothing, a combining mark alone, are no words.
    """
    found = (
        (straight or curly or word, bang == "!")
        for bang, straight, curly, word in _WORDS.findall(text)
        if bang or word != "!"
    )
    return list(dict.fromkeys(pair for pair in found if fold(pair[0])))


def over_columns(term: str, columns: Iterable[ColumnDT]) -> Predicate:
    """Match rows where every word occurs in at least one column, a negated word in none."""
    columns = tuple(columns)

    def occurs(word: str) -> Predicate:
        return Either(tuple(part for column in columns if (part := _word(column, word))))

    return Every(tuple(Not(occurs(w)) if negated else occurs(w) for w, negated in words(term)))


def pattern_over_columns(pattern: str, columns: Iterable[ColumnDT]) -> Predicate:
    """Match rows where a regular expression occurs in at least one text column."""
    return Either(tuple(Condition(c, "matches", pattern) for c in columns if c.kind == "text"))


def fixed_pattern(term: str) -> str | None:
    """Return the pattern of a term of the form ``/source/flags``; no flag changes a thing."""
    match = _REGEX.match(term)
    return match[1] if match else None


def in_column(column: ColumnDT, term: Term, notice: Notice) -> Predicate | None:
    """Answer a column search by the column's search method; None is no filter."""
    if own := replaced_method(column.search_method):
        expression = own(column.search_expr, term.text)
        return None if expression is None else Raw(expression)
    if column.kind == "other":
        notice(f"{term.parameter} matches nothing: this column can't be searched.")
        return NO_ROW
    return METHODS[column.search_method](column, term, notice)


def _word(column: ColumnDT, word: str) -> Predicate | None:
    """Read a word as the column's type does; None where it can't."""
    if column.kind in TEXTS:
        return Condition(column, "contains", word)
    if column.kind in NUMBERS and (number := parse_value.number(word)) is not None:
        return Condition(column, "equals", number)
    if column.kind in DATES and (span := parse_value.span(word)) is not None:
        return Condition(column, "within", span)
    exact = column.kind == "exact" and column.has_parts
    if exact and (value := picks.read(column, word)) is not None:
        return Condition(column, "equals", value)
    return None


def _column_word(column: ColumnDT, word: str) -> Predicate:
    """Read a word as `_word` does, and for the types that only a column search reaches."""
    if column.kind == "boolean" and (flag := parse_value.boolean(word)) is not None:
        return Condition(column, "equals", flag)
    if column.kind == "uuid" and (uuid := parse_value.uuid(word)):
        return Condition(column, "equals", uuid)
    return _word(column, word) or NO_ROW


def words_in(column: ColumnDT, text: str) -> Predicate:
    """Match rows where every word occurs in the column, a negated word not."""
    parts = [(_column_word(column, word), negated) for word, negated in words(text)]
    return Every(tuple(Not(part) if negated else part for part, negated in parts))


def _string_contains(column: ColumnDT, term: Term, notice: Notice) -> Predicate | None:
    if not column.has_parts:
        notice(f"{term.parameter} matches nothing: this column is searched for whole values only.")
        return NO_ROW
    return words_in(column, term.text)


def _pattern(operator: str) -> Callable[[ColumnDT, Term, Notice], Predicate | None]:
    """Match a pattern with what is stored, where that is what is shown."""

    def method(column: ColumnDT, term: Term, notice: Notice) -> Predicate:
        if column.kind != "enum" and shown_of(column.search_expr):
            notice(f"{term.parameter} matches nothing: this column has no text to match.")
            return NO_ROW
        return Condition(column, operator, term.text)

    return method


def _numeric(column: ColumnDT, term: Term, notice: Notice) -> Predicate | None:
    if column.kind not in NUMBERS:
        return _string_contains(column, term, notice)
    operator, text = parse_value.comparison(term.text)
    number = parse_value.number(text)
    if number is None:
        return _unreadable(term, "a number", notice)
    return Condition(column, NUMBER_OPERATORS[operator], number)


def _date(column: ColumnDT, term: Term, notice: Notice) -> Predicate | None:
    if column.kind not in DATES:
        return _string_contains(column, term, notice)
    operator, text = parse_value.comparison(term.text)
    span = date_formats.read(text, column.date_format)
    if span is None:
        return _unreadable(term, date_formats.wanted(column.date_format), notice)
    return Condition(column, DATE_OPERATORS[operator], span)


def _unreadable(term: Term, wanted: str, notice: Notice) -> Predicate:
    notice(f"{term.parameter} matches nothing: it is not {wanted}.")
    return NO_ROW


# The library's search methods.
METHODS: dict[str, Callable[[ColumnDT, Term, Notice], Predicate | None]] = {
    "none": lambda column, term, notice: None,
    "string_contains": _string_contains,
    "like": _pattern("like"),
    "ilike": _pattern("ilike"),
    "numeric": _numeric,
    "date": _date,
    **yadcf.METHODS,
}
