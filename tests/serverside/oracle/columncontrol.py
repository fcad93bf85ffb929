"""ColumnControl: a search input and a list per column, and the values to list."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.serverside.oracle.columns import DATES, NUMBERS, TEXTS, Column, refuse_unknown
from tests.serverside.oracle.conditions import (
    Condition,
    Row,
    all_words,
    equals_exactly,
    in_span,
    is_empty,
    is_value,
    never,
    one_value,
    text_test,
)
from tests.serverside.oracle.draw import Draw
from tests.serverside.oracle.fold import fold
from tests.serverside.oracle.masks import masked_condition
from tests.serverside.oracle.reading import items, text, tree
from tests.serverside.oracle.values import DAY, Span, instant, parse

_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda cell, value: value in cell,
    "equal": lambda cell, value: cell == value,
    "starts": lambda cell, value: cell.startswith(value),
    "ends": lambda cell, value: cell.endswith(value),
}
_NEGATIONS = {"notContains": "contains", "notEqual": "equal"}
_OPERATORS = {
    "equal": "=",
    "less": "<",
    "lessOrEqual": "<=",
    "greater": ">",
    "greaterOrEqual": ">=",
}


def control_conditions(draw: Draw) -> Iterator[Condition | None]:
    """Yield the condition of every column's input and list; None is no filter."""
    for listed in draw.listed:
        control = tree(listed.asked.get("columnControl"))
        if listed.searched is None and _filters(control):
            refuse_unknown(draw.columns, listed.asked, "filter")
        if listed.searched is not None and listed.searched.may_search:
            yield _input(draw, listed.searched, tree(control.get("search")))
            yield _list(listed.searched, items(control.get("list")))


def control_options(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, set[Any]]:
    """Return the distinct values of the columns that offer them; NULL and empty text are one."""
    return {
        column.data: {"" if row[column.data] is None else row[column.data] for row in rows}
        for column in columns
        if column.options
    }


def _filters(control: dict[str, Any]) -> bool:
    search = tree(control.get("search"))
    typed = text(search.get("value")).strip()
    valueless = text(search.get("logic")) in ("empty", "notEmpty")
    return bool(typed) or valueless or bool(items(control.get("list")))


def _list(column: Column, entries: Sequence[Any]) -> Condition | None:
    choices = [equals_exactly(column, text(entry)) for entry in entries]
    return (lambda row: any(choice(row) for choice in choices)) if choices else None


def _input(draw: Draw, column: Column, search: dict[str, Any]) -> Condition | None:
    logic, value = text(search.get("logic")), text(search.get("value"))
    empty = is_empty(column)
    if logic in ("empty", "notEmpty"):
        return empty if logic == "empty" else (lambda row: not empty(row))
    if not value.strip():
        return None
    plain, negated = _NEGATIONS.get(logic, logic), logic in _NEGATIONS
    if plain not in (*_TEXT_TESTS, *_OPERATORS):
        draw.notices.add("logic")
    if column.kind in TEXTS:
        return _text(column, plain, value, negated)
    if column.kind in NUMBERS | DATES and plain in _OPERATORS:
        wanted = (column, _OPERATORS[plain], value, negated)
        return masked_condition(text(search.get("mask")), *wanted) or _typed(draw, *wanted)
    if column.kind in ("boolean", "uuid"):
        return _boolean(draw, column, logic, value)
    return None


def _boolean(draw: Draw, column: Column, logic: str, value: str) -> Condition | None:
    if logic == "contains":
        return all_words(value, [column], booleans=True)
    if _NEGATIONS.get(logic, logic) not in ("contains", "equal"):
        return None
    if (wanted := one_value(column, value)) is None:
        draw.notices.add("value")
        return never
    return is_value(column, wanted, negated=logic in _NEGATIONS)


def _text(column: Column, logic: str, value: str, negated: bool) -> Condition | None:
    if logic == "contains" and not negated:
        return all_words(value, [column])
    if logic not in _TEXT_TESTS:
        return None
    test, wanted = _TEXT_TESTS[logic], fold(value)
    return text_test(column, lambda cell: test(fold(cell), wanted), negated=negated)


def _typed(draw: Draw, column: Column, operator: str, value: str, negated: bool) -> Condition:
    span = _span(column, value)
    if span is None:
        draw.notices.add("value")
        return never
    return in_span(column, operator, span, negated=negated)


def _span(column: Column, value: str) -> Span | None:
    """Read a value; a date and time without mask is its written day."""
    place = instant(value, wall_clock=True) if column.kind in DATES else None
    if place is None:
        return parse(column, value)
    return Span(place // DAY * DAY, place // DAY * DAY + DAY - 1)
