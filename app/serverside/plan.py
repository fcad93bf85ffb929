"""The plan of a draw: the request's names looked up, its wishes as predicates."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from . import columncontrol, search, searchbuilder, searchpanes, undeclared, yadcf
from .columns import ColumnDT
from .errors import BadRequest
from .limits import Limits
from .ordering import OrderTerm
from .predicates import NO_ROW, Condition, Every, Predicate, size
from .request import ColumnRequest, DrawRequest, Term
from .shown import shown_of

_ARRAY_NOTATION = re.compile(r"\[[^\[\]]*\]")
_REGEX_KINDS = ("text", "integer", "date")  # their text is the same in every database


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition and where it came from: ``search``, ``columns:<key>``, ``searchPanes:<key>``."""

    source: str
    predicate: Predicate


@dataclass(slots=True)
class Plan:
    """Conditions joined by AND, the order, the window, and remarks for the user."""

    filters: list[Filter] = field(default_factory=list)
    order: list[OrderTerm] = field(default_factory=list)
    start: int = 0
    length: int = 0
    is_cut: bool = False  # whether a longer page was asked for
    notices: list[str] = field(default_factory=list)

    def where(self, without: str | None = None) -> Predicate | None:
        """Return all conditions, or all but those from one source; None filters nothing."""
        parts = tuple(part.predicate for part in self.filters if part.source != without)
        return Every(parts) if parts else None

    def tell_of_cut(self, filtered: int) -> None:
        """Say that the page is shorter than was asked for, where that leaves rows out."""
        if self.is_cut and filtered > self.start + self.length:
            self.notice(f"A page holds at most {self.length:,} rows; page on for the others.")

    def notice(self, sentence: str) -> None:
        """Remember a remark once."""
        if sentence not in self.notices:
            self.notices.append(sentence)


class Declaration:
    """The declared columns, found by the names a client may use."""

    def __init__(self, columns: Sequence[ColumnDT]) -> None:
        """Raise `ValueError` where two columns would share a key of the answer."""
        self.columns = tuple(columns)
        self.zoned = [n for n, column in enumerate(columns) if column.zoned]
        self.keys = [column.mData or str(number) for number, column in enumerate(columns)]
        self._named = {c.column_name: c for c in reversed(self.columns) if c.column_name}
        self._named.update(zip(self.keys, self.columns, strict=True))
        pairs = [*zip(self.keys, self.columns, strict=True)]
        self._keys = {id(column): key for key, column in reversed(pairs)}
        for key in self.keys:
            if self.keys.count(key) > 1 or any(other.startswith(key + ".") for other in self.keys):
                raise ValueError(f"Two columns answer under the name {key!r}.")

    def find(self, request: ColumnRequest, role: str) -> ColumnDT | None:
        """Return the column that a request's entry means for ordering or searching.

        None for a column of the page's own: it has no data, or such as the server did not declare.
        """
        sources = request.names(role)
        for name in (*sources, request.name):
            if column := self._named.get(_plain(name)):
                return column
        for name in sources:
            if name.isascii() and name.isdigit() and int(name) < len(self.columns):
                return self.columns[int(name)]
        return None

    def lookup(self, name: str) -> ColumnDT | None:
        """Return the column that an extension names by its `data` as text; None for no column."""
        name = _plain(name)
        if column := self._named.get(name):
            return column
        numbered = name.isascii() and name.isdigit() and int(name) < len(self.columns)
        return self.columns[int(name)] if numbered else None

    def numbered(self, requests: Iterable[ColumnRequest]) -> bool:
        """Tell whether a request names its columns by number, as a page without `data` does."""
        sources = {source for request in requests for source in request.sources.values()}
        numbers = {source for source in sources if source.isascii() and source.isdigit()}
        named = any(_plain(source) in self._named for source in sources - numbers)
        return bool(numbers) and not named and not any(map(self._otherwise, numbers))

    def _otherwise(self, number: str) -> bool:
        """Tell whether a number is the name of another column than the one at its place."""
        column, position = self._named.get(number), int(number)
        placed = self.columns[position] if position < len(self.columns) else None
        return column is not None and column is not placed

    def key(self, column: ColumnDT) -> str:
        """Return the name that a declared column answers under."""
        return self._keys[id(column)]

    def named(self, name: str, parameter: str) -> ColumnDT:
        """Return the column of that name. Raises `BadRequest`."""
        if column := self._named.get(name):
            return column
        raise BadRequest(parameter, undeclared.REASON)


@lru_cache(maxsize=256)
def declared(columns: tuple[ColumnDT, ...]) -> Declaration:
    """Return the declaration of columns, which most endpoints declare once."""
    return Declaration(columns)


def plan(request: DrawRequest, declaration: Declaration, limits: Limits, *, regex: bool) -> Plan:
    """Turn a request into a plan over the declared columns. Raises `BadRequest`."""
    length = _length(request, limits)
    result = Plan(start=request.start, length=length, is_cut=length != request.length)
    columns = [declaration.find(asked, "filter") for asked in request.columns]
    for place, column in enumerate(columns):
        if column is None:
            undeclared.refuse_search(request, place, limits)
    result.filters.extend(_searches(request, columns, declaration, result, regex))
    result.filters.extend(_extensions(request, declaration, limits, result))
    if sum(size(part.predicate) for part in result.filters) > limits.max_conditions:
        reason = f"searches for too much at once; at most {limits.max_conditions} tests"
        raise BadRequest("The request", reason)
    result.order.extend(_order(request, declaration, result))
    return result


def _plain(name: str) -> str:
    return _ARRAY_NOTATION.sub("", name) if "[" in name else name


def _length(request: DrawRequest, limits: Limits) -> int:
    return limits.max_length if request.length < 0 else min(request.length, limits.max_length)


def _searches(
    request: DrawRequest,
    columns: Sequence[ColumnDT | None],
    declaration: Declaration,
    result: Plan,
    regex: bool,
) -> Iterator[Filter]:
    pairs = [(r, c) for r, c in zip(request.columns, columns, strict=True) if c and c.searchable]
    everywhere = _unique(c for r, c in pairs if r.searchable and c.global_search)
    if request.search.regex and regex and request.search.text:
        yield Filter("search", search.pattern_over_columns(request.search.text, everywhere))
    elif request.search.text.strip():
        yield Filter("search", search.over_columns(request.search.text, everywhere))
    for term in request.fixed:
        yield from _free("search", term, everywhere, result, regex)
    for asked, column in pairs:
        yield from _column(f"columns:{declaration.key(column)}", asked, column, result, regex)
    for group in request.groups:
        members = (columns[index] for index in group.columns)
        usable = _unique(column for column in members if column and column.searchable)
        yield from _free("search", group.term, usable, result, regex)


def _extensions(
    request: DrawRequest, declaration: Declaration, limits: Limits, result: Plan
) -> Iterator[Filter]:
    tree, find = request.root["searchBuilder"], declaration.lookup
    if built := searchbuilder.predicate(tree, find, limits, result.notice):
        yield Filter("searchBuilder", built)
    for asked in request.columns:
        if asked.control.value is None:
            continue
        column = declaration.find(asked, "filter")
        if column and column.searchable:  # the client's own flag does not count here
            source = f"columnControl:{declaration.key(column)}"
            for found in columncontrol.predicates(asked.control, column, limits, result.notice):
                yield Filter(source, found)
    for column, found in searchpanes.predicates(request.root, find, limits, result.notice):
        yield Filter(f"{searchpanes.SOURCE}{declaration.key(column)}", found)


def _column(
    source: str, asked: ColumnRequest, column: ColumnDT, result: Plan, regex: bool
) -> Iterator[Filter]:
    if asked.searchable and asked.search.text.strip():
        if asked.search.regex and regex and column.search_method not in yadcf.METHODS:
            yield Filter(source, _column_pattern(asked.search, column, result))
        elif predicate := search.in_column(column, asked.search, result.notice):
            yield Filter(source, predicate)
    for term in asked.fixed:
        yield from _free("search", term, [column], result, regex)


def _column_pattern(term: Term, column: ColumnDT, result: Plan) -> Predicate:
    if column.kind in _REGEX_KINDS and not shown_of(column.search_expr):
        return Condition(column, "matches", term.text)
    result.notice(f"{term.parameter} matches nothing: this column has no text to match.")
    return NO_ROW


def _free(
    source: str, term: Term, columns: Sequence[ColumnDT], result: Plan, regex: bool
) -> Iterator[Filter]:
    """Yield the condition of a fixed search or a group, which carry no flags."""
    pattern = search.fixed_pattern(term.text) if regex else None
    if term.text == "function":
        result.notice(f"{term.parameter} is a function, which only the client can run; ignored.")
    elif pattern is not None:
        yield Filter(source, search.pattern_over_columns(pattern, columns))
    elif term.text.strip():
        yield Filter(source, search.over_columns(term.text, columns))


def _order(request: DrawRequest, declaration: Declaration, result: Plan) -> Iterator[OrderTerm]:
    seen: set[int] = set()
    for entry in request.order:
        if entry.column is not None:
            asked = request.columns[entry.column]
            column = declaration.find(asked, "sort")
            if column is None:
                undeclared.refuse_order(asked)
        else:
            column = declaration.named(entry.name, entry.parameter)
        if column is None or not column.orderable:
            result.notice(f"{entry.parameter} is left out: this column can't be ordered.")
        elif id(column) not in seen:
            seen.add(id(column))
            yield OrderTerm(column, entry.direction)


def _unique(columns: Iterable[ColumnDT]) -> list[ColumnDT]:
    return list({id(column): column for column in columns}.values())
