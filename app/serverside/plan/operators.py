"""The ways to test a column. Adding one is one entry of `OPERATORS`: its SQL, words and meaning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..columns.kinds import DATES, NUMBERS
from ..columns.parse_value import Span
from ..columns.shown import Padded, is_zoned, shown_of
from ..dialects.base import Dialect
from .compare import SQL, TOO_LARGE, Operand, bound_literal, compare, nearest
from .masks import Parts

Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to test a column: its SQL, its words and what it means."""

    sql: Callable[[Operand, Any], Expression]
    words: str
    meaning: str


def as_text(expression: Any, dialect: Dialect) -> Any:
    """Return the expression as text; an untyped one is cast."""
    if isinstance(getattr(expression, "type", None), sa.String):
        return expression
    return dialect.text(expression)


def _contains(it: Operand, text: str) -> Expression:
    return it.dialect.contains(it.expression, text)


def _starts(it: Operand, text: str) -> Expression:
    return it.dialect.starts(it.expression, text)


def _ends(it: Operand, text: str) -> Expression:
    return it.dialect.ends(it.expression, _unpadded(it, text))


def _same(it: Operand, text: str) -> Expression:
    return it.dialect.same(it.expression, _unpadded(it, text))


def _unpadded(it: Operand, text: str) -> str:
    """Leave out the blanks that a text of fixed width is shown with."""
    return text.rstrip(" ") if isinstance(it.expression.type, Padded) else text


def _matches(it: Operand, pattern: str) -> Expression:
    return it.dialect.matches(as_text(it.expression, it.dialect), pattern)


def _like(it: Operand, pattern: str) -> Expression:
    return it.dialect.like(_written(it), pattern)


def _ilike(it: Operand, pattern: str) -> Expression:
    return it.dialect.ilike(_written(it), pattern)


def _written(it: Operand) -> Expression:
    if it.kind == "text":
        return it.expression
    return it.dialect.written(it.expression, it.kind, is_zoned(it.expression))


def _empty(it: Operand, _: None) -> Expression:
    missing: Expression = it.expression.is_(None)
    return sa.or_(missing, it.expression == sa.literal("", sa.Text())) if _is_text(it) else missing


def _equals(it: Operand, value: Any) -> Expression:
    if it.kind in NUMBERS or shown_of(it.expression):
        return compare(it, "=", value)
    if it.kind == "boolean":
        return _equal(it.expression, sa.true() if value else sa.false())
    if _is_text(it):
        bound = sa.literal(_unpadded(it, value), sa.Text())
        return it.dialect.equal_text(it.expression, bound)
    return _equal(it.expression, _uuid(it, value))


def _uuid(it: Operand, value: Any) -> Any:
    """Return a UUID as the column's type takes it: some take texts."""
    return value if getattr(it.expression.type, "as_uuid", True) else str(value)


def _equal(one: Expression, other: Any) -> Expression:
    test: Expression = one == other
    return test


def _is_text(it: Operand) -> bool:
    return it.kind == "text"


def _within(it: Operand, span: Span) -> Expression:
    return sa.and_(_from(it, span), _before_end(it, span))


def _from(it: Operand, span: Span) -> Expression:
    return _beside(it, ">=", span, 0)


def _before(it: Operand, span: Span) -> Expression:
    return _beside(it, "<", span, 0)


def _before_end(it: Operand, span: Span) -> Expression:
    return _beside(it, "<", span, 1)


def _after(it: Operand, span: Span) -> Expression:
    return _beside(it, ">=", span, 1)


def _beside(it: Operand, comparison: str, span: Span, end: int) -> Expression:
    """Test on which side of a span's beginning or end a moment lies; no end is never reached."""
    value = span.days[end] if it.kind == "date" else (span.low, span.high)[end]
    if value is None:
        return it.expression.is_not(None) if comparison == "<" else sa.false()
    if shown_of(it.expression):
        return compare(it, comparison, value)
    bound = it.dialect.moment(value, it.kind, is_zoned(it.expression))
    return SQL[comparison](it.expression, bound)


_GROUP = 100
_LONG = 10


def _comparer(comparison: str) -> Callable[[Operand, Any], Expression]:
    return lambda it, value: compare(it, comparison, value)


def _one_of(it: Operand, values: tuple[Any, ...]) -> Expression:
    if it.kind in DATES:
        return any_of([_within(it, span) for span in values])
    if it.dialect.shown_scale(it.expression.type) is not None:
        return any_of([compare(it, "=", value) for value in values])
    if it.kind in NUMBERS or shown_of(it.expression):
        pairs = [(nearest(it, value), value) for value in values]
        bounds = [found[0] for found, value in pairs if found and found[1] == value]
        fitting = [n for n in bounds if not isinstance(n, int) or abs(n) < TOO_LARGE]
        return it.expression.in_([bound_literal(it, n) for n in fitting])
    if _is_text(it):
        return it.expression.in_([sa.literal(_unpadded(it, text), sa.Text()) for text in values])
    type_ = it.expression.type
    return it.expression.in_([sa.literal(_uuid(it, value), type_) for value in values])


class _Closed(sa.sql.elements.Grouping[bool]):
    """Parentheses that SQLAlchemy does not take away when it joins what is joined alike."""

    operator = None
    inherit_cache = True


def any_of(tests: Sequence[Expression]) -> Expression:
    """Join by OR, many in groups: SQLite refuses an expression that is nested 1000 deep."""
    if len(tests) <= _GROUP:
        return sa.or_(sa.false(), *tests)
    groups = [sa.or_(*tests[n : n + _GROUP]) for n in range(0, len(tests), _GROUP)]
    return sa.or_(*map(_Closed, groups))


def all_of(tests: Sequence[Expression]) -> Expression:
    """Join by AND, many in groups, as `any_of` does; a long list inside stays one of its own."""
    own = [_Closed(test) if _is_long(test) else test for test in tests]
    if len(own) <= _GROUP:
        return sa.and_(sa.true(), *own)
    groups = [sa.and_(*own[n : n + _GROUP]) for n in range(0, len(own), _GROUP)]
    return sa.and_(*map(_Closed, groups))


def _is_long(test: Expression) -> bool:
    return isinstance(test, sa.BooleanClauseList) and len(test.clauses) > _LONG


def _part_comparer(comparison: str) -> Callable[[Operand, Any], Expression]:
    def test(it: Operand, parts: Parts) -> Expression:
        found = it.dialect.parts(it.expression, parts.tokens, it.kind, is_zoned(it.expression))
        return SQL[comparison](found, sa.literal(parts.number, sa.BigInteger()))

    return test


OPERATORS: dict[str, Operator] = {
    "contains": Operator(_contains, "contains “{}”", "folded substring"),
    "starts": Operator(_starts, "starts with “{}”", "folded prefix"),
    "ends": Operator(_ends, "ends with “{}”", "folded suffix"),
    "same": Operator(_same, "is “{}” (any case)", "equal when folded"),
    "equals": Operator(_equals, "is {}", "exactly equal"),
    "one_of": Operator(_one_of, "is one of {}", "exactly equal to one of the values"),
    "matches": Operator(_matches, "matches /{}/", "regular expression, without regard to case"),
    "like": Operator(_like, "is like “{}”", "the whole value fits a pattern"),
    "ilike": Operator(_ilike, "is like “{}” (any case)", "the same without regard to case"),
    "empty": Operator(_empty, "is empty", "NULL or, for text, the empty text"),
    "less": Operator(_comparer("<"), "is less than {}", "number below"),
    "at_most": Operator(_comparer("<="), "is at most {}", "number below or equal"),
    "greater": Operator(_comparer(">"), "is greater than {}", "number above"),
    "at_least": Operator(_comparer(">="), "is at least {}", "number above or equal"),
    "within": Operator(_within, "is within {}", "in the span"),
    "before": Operator(_before, "is before {}", "earlier than the span"),
    "until": Operator(_before_end, "is not after {}", "earlier than the span's end"),
    "from": Operator(_from, "is not before {}", "the span's start or later"),
    "after": Operator(_after, "is after {}", "the span's end or later"),
    "parts_equal": Operator(_part_comparer("="), "has {}", "the named parts of a date equal"),
    "parts_less": Operator(_part_comparer("<"), "is before {}", "the named parts earlier"),
    "parts_at_most": Operator(_part_comparer("<="), "is not after {}", "earlier or equal"),
    "parts_greater": Operator(_part_comparer(">"), "is after {}", "the named parts later"),
    "parts_at_least": Operator(_part_comparer(">="), "is not before {}", "later or equal"),
}

# The operators behind `<`, `<=` and so on, for numbers, dates and parts of dates.
NUMBER_OPERATORS = {"=": "equals", "<": "less", "<=": "at_most", ">": "greater", ">=": "at_least"}
DATE_OPERATORS = {"=": "within", "<": "before", "<=": "until", ">": "after", ">=": "from"}
PART_OPERATORS = {
    "=": "parts_equal",
    "<": "parts_less",
    "<=": "parts_at_most",
    ">": "parts_greater",
    ">=": "parts_at_least",
}
