"""ColumnControl: a column's search input and its list become predicates."""

from collections.abc import Iterator

from ..columns.column import ColumnDT
from ..columns.kinds import DATES, EXACT, NUMBERS, TEXTS
from ..columns.shown import shown_of
from ..limits import Limits
from ..wire.params import Parameter
from ..wire.request import read_term
from . import masks, picks, search
from .conditions import NO_ROW, Condition, Not, Predicate
from .context import Context, Filter, Notice
from .operators import DATE_OPERATORS, NUMBER_OPERATORS, PART_OPERATORS

# Each logic that a client can send: the test, and whether it is negated.
LOGIC: dict[str, tuple[str, bool]] = {
    "contains": ("contains", False),
    "notContains": ("contains", True),
    "starts": ("starts", False),
    "ends": ("ends", False),
    "equal": ("=", False),
    "notEqual": ("=", True),
    "less": ("<", False),
    "lessOrEqual": ("<=", False),
    "greater": (">", False),
    "greaterOrEqual": (">=", False),
    "empty": ("empty", False),
    "notEmpty": ("empty", True),
}
_TEXT_OPERATORS = {"contains": "contains", "starts": "starts", "ends": "ends", "=": "same"}


def filters(context: Context) -> Iterator[Filter]:
    """Yield the conditions of each `columns[i][columnControl]`; both of them must hold."""
    for asked in context.request.columns:
        if asked.control.value is None:
            continue
        column = context.declaration.find(asked, "filter")
        if column and column.searchable:  # the client's own flag does not count here
            source = f"columnControl:{context.declaration.key(column)}"
            for found in _predicates(asked.control, column, context):
                yield Filter(source, found)


def _predicates(control: Parameter, column: ColumnDT, context: Context) -> Iterator[Predicate]:
    limits, notice = context.limits, context.notice
    if found := _input(control["search"], column, limits, notice):
        yield found
    listed = control["list"]
    texts = [entry.text(limits.max_term_length) for entry in listed.items(limits.max_values)]
    if chosen := picks.one_of(column, texts, listed.name, notice):
        yield chosen


def is_filter(control: Parameter, limits: Limits) -> bool:
    """Return whether a `columns[i][columnControl]` filters anything."""
    logic = control["search"]["logic"].text(limits.max_term_length)
    valueless = LOGIC.get(logic, ("", False))[0] == "empty"
    typed_in = control["search"]["value"].text(limits.max_term_length).strip()
    return valueless or bool(typed_in or control["list"].items(limits.max_values))


def _input(node: Parameter, column: ColumnDT, limits: Limits, notice: Notice) -> Predicate | None:
    term = read_term(node["value"], limits)
    logic = node["logic"].text(limits.max_term_length)
    if logic not in LOGIC:
        if term.text.strip():
            notice(f"{node.name} is left out: there is no search by “{logic}”.")
        return None
    test, negated = LOGIC[logic]
    if test != "empty" and not term.text.strip():
        return None
    if logic == "contains" and column.has_parts:
        return search.words_in(column, term.text)
    found = _tested(column, test, term.text, node["mask"].text(limits.max_term_length))
    if found is None:
        notice(f"{node.name} is left out: this column can't be searched with “{logic}”.")
        return None
    if found is NO_ROW:
        return picks.unreadable(term.parameter, column, notice)
    return Not(found) if negated else found


def _tested(column: ColumnDT, test: str, text: str, mask: str) -> Predicate | None:
    """Return the test of the column; NO_ROW for a value that can't be read, None for no test."""
    if test == "empty":
        return Condition(column, "empty")
    if column.kind in TEXTS:
        return Condition(column, _TEXT_OPERATORS[test], text) if test in _TEXT_OPERATORS else None
    if test == "contains" and column.has_parts:
        test = "="  # of a number or date the whole
    if column.kind in DATES and test in DATE_OPERATORS:
        return _date(column, test, text, mask)
    value = picks.read(column, text)
    if column.kind in NUMBERS and test in NUMBER_OPERATORS:
        return NO_ROW if value is None else Condition(column, NUMBER_OPERATORS[test], value)
    if column.kind in EXACT and test == "=":
        return NO_ROW if value is None else Condition(column, "equals", value)
    return None


def _date(column: ColumnDT, test: str, text: str, mask: str) -> Predicate | None:
    value = masks.read(text, mask, column.kind)
    if value is None:
        return NO_ROW
    if isinstance(value, masks.Parts) and shown_of(column.search_expr):
        return None  # what is stored need not have such parts
    operators = PART_OPERATORS if isinstance(value, masks.Parts) else DATE_OPERATORS
    return Condition(column, operators[test], value)
