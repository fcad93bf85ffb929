"""SearchBuilder's criteria, nested as sent; what can't be understood drops out."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.serverside.oracle.columns import DATES, NUMBERS, TEXTS, Column, find_text
from tests.serverside.oracle.conditions import (
    Condition,
    in_span,
    is_empty,
    is_value,
    never,
    one_value,
    text_test,
)
from tests.serverside.oracle.draw import Draw
from tests.serverside.oracle.fold import fold
from tests.serverside.oracle.reading import items, text, tree
from tests.serverside.oracle.values import parse

_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda cell, value: cell == value,
    "contains": lambda cell, value: fold(value) in fold(cell),
    "starts": lambda cell, value: fold(cell).startswith(fold(value)),
    "ends": lambda cell, value: fold(cell).endswith(fold(value)),
}
_COMPARISONS = ("=", "<", "<=", ">", ">=")
_NEGATABLE = (*_TEXT_TESTS, "between", "null")
_CONDITIONS = {*_COMPARISONS, *_NEGATABLE, *(f"!{name}" for name in _NEGATABLE), "without"}


def builder_condition(draw: Draw, columns: Sequence[Column]) -> Condition | None:
    """Build the condition of the whole `searchBuilder` tree; None is no filter."""
    return _group(draw, columns, tree(draw.request.get("searchBuilder")))


def _group(draw: Draw, columns: Sequence[Column], group: dict[str, Any]) -> Condition | None:
    parts = [_part(draw, columns, tree(one)) for one in items(group.get("criteria"))]
    kept = [part for part in parts if part is not None]
    together = any if text(group.get("logic")) == "OR" else all
    return (lambda row: together(part(row) for part in kept)) if kept else None


def _part(draw: Draw, columns: Sequence[Column], part: dict[str, Any]) -> Condition | None:
    if "criteria" in part:
        return _group(draw, columns, part)
    column = find_text(columns, part.get("origData"))
    condition, values = text(part.get("condition")), _values(part)
    if column is None or not column.may_search:
        if condition in _CONDITIONS and len(values) >= _needed(condition):
            draw.notices.add("column")
        return None
    if condition.removeprefix("!") == "null":
        empty = is_empty(column)
        return empty if condition == "null" else (lambda row: not empty(row))
    return _criterion(draw, column, condition, values)


def _values(part: dict[str, Any]) -> list[str]:
    given = part.get("value")
    if given is None or given == "":
        given = [one for one in (part.get("value1"), part.get("value2")) if one != "undefined"]
    listed = items(given) if isinstance(given, (list, tuple, dict)) else [given]
    return [value for value in map(text, listed) if value != ""]


def _criterion(
    draw: Draw, column: Column, condition: str, values: Sequence[str]
) -> Condition | None:
    negated = condition.startswith("!")
    plain = "=" if condition == "!=" else condition.removeprefix("!")
    needed = _needed(condition)
    if condition not in (*_CONDITIONS, "", "undefined"):
        draw.notices.add("condition")
    if len(values) < needed or condition not in _known(column):
        return None
    if column.kind in NUMBERS | DATES:
        return _typed(draw, column, plain, values[:needed], negated)
    if column.kind in TEXTS:
        spellings = {values[0], _decoded(values[0])}
        test = _TEXT_TESTS[plain]
        return text_test(
            column, lambda cell: any(test(cell, value) for value in spellings), negated=negated
        )
    if (wanted := one_value(column, values[0])) is None:
        draw.notices.add("value")
        return never
    return is_value(column, wanted, negated=negated)


def _needed(condition: str) -> int:
    return {"null": 0, "between": 2}.get(condition.removeprefix("!"), 1)


def _known(column: Column) -> set[str]:
    if column.kind in TEXTS:
        return {*_TEXT_TESTS, "!=", "!contains", "!starts", "!ends"}
    if column.kind in NUMBERS | DATES:
        return {*_COMPARISONS, "!=", "between", "!between"}
    return {"=", "!="}


def _typed(
    draw: Draw, column: Column, operator: str, values: Sequence[str], negated: bool
) -> Condition:
    spans = [parse(column, value) for value in values]
    found = [span for span in spans if span is not None]
    if len(found) < len(spans):
        draw.notices.add("value")
        return never
    if operator == "between":
        return in_span(column, "=", found[0].to(found[1]), negated=negated)
    return in_span(column, operator, found[0], negated=negated)


def _decoded(value: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        value = value.replace(entity, char)
    return value
