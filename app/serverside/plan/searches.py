"""The searches of DataTables itself: the global one, those of columns, fixed ones and groups."""

from collections.abc import Iterable, Iterator, Sequence

from ..columns.column import ColumnDT
from ..columns.shown import shown_of
from ..wire.request import ColumnRequest, Term
from . import search, undeclared, yadcf
from .conditions import NO_ROW, Condition, Predicate
from .context import Context, Filter

_REGEX_KINDS = ("text", "integer", "date")  # their text is the same in every database


def filters(context: Context) -> Iterator[Filter]:
    """Yield the condition of each search. Raises `BadRequest`."""
    request, declaration = context.request, context.declaration
    columns = [declaration.find(asked, "filter") for asked in request.columns]
    for place, column in enumerate(columns):
        if column is None:
            undeclared.refuse_search(request, place, context.limits)
    pairs = [(r, c) for r, c in zip(request.columns, columns, strict=True) if c and c.searchable]
    everywhere = _unique(c for r, c in pairs if r.searchable and c.global_search)
    if request.search.regex and context.regex and request.search.text:
        yield Filter("search", search.pattern_over_columns(request.search.text, everywhere))
    elif request.search.text.strip():
        yield Filter("search", search.over_columns(request.search.text, everywhere))
    for term in request.fixed:
        yield from _free("search", term, everywhere, context)
    for asked, column in pairs:
        yield from _column(f"columns:{declaration.key(column)}", asked, column, context)
    for group in request.groups:
        members = (columns[index] for index in group.columns)
        usable = _unique(column for column in members if column and column.searchable)
        yield from _free("search", group.term, usable, context)


def _column(
    source: str, asked: ColumnRequest, column: ColumnDT, context: Context
) -> Iterator[Filter]:
    if asked.searchable and asked.search.text.strip():
        if asked.search.regex and context.regex and column.search_method not in yadcf.METHODS:
            yield Filter(source, _column_pattern(asked.search, column, context))
        elif predicate := search.in_column(column, asked.search, context.notice):
            yield Filter(source, predicate)
    for term in asked.fixed:
        yield from _free("search", term, [column], context)


def _column_pattern(term: Term, column: ColumnDT, context: Context) -> Predicate:
    if column.kind in _REGEX_KINDS and not shown_of(column.search_expr):
        return Condition(column, "matches", term.text)
    context.notice(f"{term.parameter} matches nothing: this column has no text to match.")
    return NO_ROW


def _free(
    source: str, term: Term, columns: Sequence[ColumnDT], context: Context
) -> Iterator[Filter]:
    """Yield the condition of a fixed search or a group, which carry no flags."""
    pattern = search.fixed_pattern(term.text) if context.regex else None
    if term.text == "function":
        context.notice(f"{term.parameter} is a function, which only the client can run; ignored.")
    elif pattern is not None:
        yield Filter(source, search.pattern_over_columns(pattern, columns))
    elif term.text.strip():
        yield Filter(source, search.over_columns(term.text, columns))


def _unique(columns: Iterable[ColumnDT]) -> list[ColumnDT]:
    return list({id(column): column for column in columns}.values())
