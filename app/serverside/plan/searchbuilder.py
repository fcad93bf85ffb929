"""SearchBuilder: its tree of criteria becomes one predicate.

A criterion that is incomplete, unknown or about a column that is not served filters nothing: the
client sends half-typed ones with every draw. All but those leave a notice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ..columns.column import ColumnDT
from ..columns.kinds import DATES, NUMBERS, TEXTS, Kind
from ..errors import BadRequest
from ..limits import Limits
from ..wire.params import Parameter
from . import picks
from .conditions import NO_ROW, Condition, Either, Every, Not, Predicate
from .context import Context, Filter, Notice
from .operators import DATE_OPERATORS, NUMBER_OPERATORS

Find = Callable[[str], ColumnDT | None]

_NEGATABLE = ("=", "starts", "contains", "ends", "between", "null")

# Each condition that a client can send: the test, and whether it is negated.
CONDITIONS: dict[str, tuple[str, bool]] = {
    **{name: (name, False) for name in (*_NEGATABLE, "<", "<=", ">", ">=")},
    **{f"!{name}": (name, True) for name in _NEGATABLE},
    "without": ("contains", True),  # of a list shown as text
}
_TEXT_OPERATORS = {"=": "equals", "starts": "starts", "contains": "contains", "ends": "ends"}
_NOT_GIVEN = ("", "undefined")  # DataTables 3 writes a missing value so
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


def filters(context: Context) -> Iterator[Filter]:
    """Yield the condition of the request's `searchBuilder`. Raises `BadRequest` past the limits."""
    node = context.request.root["searchBuilder"]
    if node.value in (None, False, "false", *_NOT_GIVEN):
        return
    if not isinstance(node.value, Mapping):
        raise BadRequest(node.name, "must be a group of criteria")
    reader = _Reader(context.declaration.lookup, context.limits, context.notice)
    if built := reader.group(node, depth=1):
        yield Filter("searchBuilder", built)


class _Reader:
    """Reads one tree and counts its criteria."""

    def __init__(self, find: Find, limits: Limits, notice: Notice) -> None:
        self._find, self._limits, self._notice = find, limits, notice
        self._seen = 0

    def group(self, node: Parameter, depth: int) -> Predicate | None:
        """Join a group's parts as it says; a group without parts filters nothing."""
        if depth > self._limits.max_depth:
            raise BadRequest(node.name, f"is more than {self._limits.max_depth} groups deep")
        entries = node["criteria"].items(self._limits.max_criteria)
        found = [self._part(entry, depth) for entry in entries]
        parts = tuple(part for part in found if part is not None)
        either = self._either(node["logic"])
        if not parts:
            return None
        return Either(parts) if either else Every(parts)

    def _either(self, node: Parameter) -> bool:
        logic = node.text(self._limits.max_term_length)
        if logic not in ("AND", "OR", *_NOT_GIVEN):
            raise BadRequest(node.name, "must be AND or OR")
        return logic == "OR"

    def _part(self, node: Parameter, depth: int) -> Predicate | None:
        self._seen += 1
        if self._seen > self._limits.max_criteria:
            limit = self._limits.max_criteria
            raise BadRequest("searchBuilder[criteria]", f"has more than {limit} criteria")
        if node["criteria"].value is not None:
            return self.group(node, depth + 1)
        return self._criterion(node)

    def _criterion(self, node: Parameter) -> Predicate | None:
        column = self._find(node["origData"].text(self._limits.max_term_length))
        sent = node["condition"].text(self._limits.max_term_length)
        if sent not in CONDITIONS:
            if sent not in _NOT_GIVEN:
                self._notice(f"{node.name} is left out: there is no condition “{sent}”.")
            return None
        test, negated = CONDITIONS[sent]
        if column is None:
            if len(_values(node, self._limits)) >= _needed(test):
                self._notice(f"{node.name} is left out: it names no column of this table.")
            return None
        if not column.searchable or test not in _tests(column.kind):
            self._notice(f"{node.name} is left out: this column can't be searched with “{sent}”.")
            return None
        found = self._tested(node, column, test)
        if found is None or found is NO_ROW:  # what can't be read matches nothing, negated too
            return found
        return Not(found) if negated else found

    def _tested(self, node: Parameter, column: ColumnDT, test: str) -> Predicate | None:
        if test == "null":
            return Condition(column, "empty")
        needed = _needed(test)
        texts = _values(node, self._limits)[:needed]
        if len(texts) < needed:
            return None
        found = [picks.read(column, text) for text in texts]
        if None in found:
            return picks.unreadable(node["value"].name, column, self._notice)
        if column.kind in TEXTS:
            return _in_either_spelling(column, _TEXT_OPERATORS[test], texts[0])
        return _compared(column, test, found)


def _tests(kind: Kind) -> Collection[str]:
    """Return the tests that make sense of a kind of column, whatever type the client guessed."""
    if kind in TEXTS:
        return (*_TEXT_OPERATORS, "null")
    if kind in NUMBERS or kind in DATES:
        return (*NUMBER_OPERATORS, "between", "null")
    return ("null",) if kind == "other" else ("=", "null")


def _needed(test: str) -> int:
    """Return how many values a test takes."""
    return {"null": 0, "between": 2}.get(test, 1)


def _values(node: Parameter, limits: Limits) -> list[str]:
    """Return the values that are not empty; `value1` and `value2` where there is no list."""
    value, length = node["value"], limits.max_term_length
    if isinstance(value.value, Mapping | list | tuple):
        texts = [entry.text(length) for entry in value.items(limits.max_values)]
    elif value.value not in (None, ""):
        texts = [value.text(length)]
    else:
        texts = [node[name].text(length) for name in ("value1", "value2")]
        texts = [text for text in texts if text not in _NOT_GIVEN]
    return [text for text in texts if text]


def _in_either_spelling(column: ColumnDT, operator: str, text: str) -> Predicate:
    """Match the text as sent or with its entities decoded: SearchBuilder 2 encodes, 1 does not."""
    decoded = text
    for entity, char in _ENTITIES:
        decoded = decoded.replace(entity, char)
    spellings = dict.fromkeys((text, decoded))
    return Either(tuple(Condition(column, operator, spelling) for spelling in spellings))


def _compared(column: ColumnDT, test: str, found: list[Any]) -> Predicate:
    if test != "between":
        operators = DATE_OPERATORS if column.kind in DATES else NUMBER_OPERATORS
        return Condition(column, operators[test], found[0])
    one, other = found  # in either order
    if column.kind in DATES:
        return Condition(column, "within", one.to(other))
    bounds = (("at_least", min(one, other)), ("at_most", max(one, other)))
    return Every(tuple(Condition(column, operator, bound) for operator, bound in bounds))
