"""The global search, the column searches, fixed searches and groups."""

import re
from collections.abc import Iterator, Sequence

from tests.serverside.oracle.columns import Column, refuse_unknown
from tests.serverside.oracle.conditions import Condition, all_words, matches_pattern, never
from tests.serverside.oracle.draw import Draw, Listed
from tests.serverside.oracle.methods import UnreadError, column_search
from tests.serverside.oracle.reading import RefusedError, integer, items, text, tree, truth

_REGEX_TERM = re.compile(r"/(.+)/[a-z]*", re.DOTALL)


def searches(draw: Draw, regex: bool) -> Iterator[Condition | None]:
    """Yield the condition of every search in the request; None is no filter."""
    search = tree(draw.request.get("search"))
    everywhere = draw.global_columns()
    yield _global(text(search.get("value")), search, everywhere, regex)
    for term in _terms(search, "fixed"):
        yield _fixed(draw, term, everywhere, regex)
    for kind in ("groups", "groupsFixed"):
        yield from _groups(draw, items(search.get(kind)), f"search[{kind}]", regex)
    for listed in draw.listed:
        yield from _of_column(draw, listed, regex)


def _global(
    term: str, search: dict[str, object], columns: Sequence[Column], regex: bool
) -> Condition | None:
    if not term.strip():
        return None
    if regex and truth(search.get("regex"), default=False):
        return matches_pattern(term, columns)
    return all_words(term, columns)


def _of_column(draw: Draw, listed: Listed, regex: bool) -> Iterator[Condition | None]:
    column, search = listed.searched, tree(listed.asked.get("search"))
    value = text(search.get("value"))
    if column is None:
        flagged = truth(listed.asked.get("searchable"), default=True)
        if any(_filters(term) for term in [value * flagged, *_terms(search, "fixed")]):
            refuse_unknown(draw.columns, listed.asked, "filter")
    if column is None or not column.may_search:
        return
    if value.strip() and listed.may_search:
        yield _column_value(draw, column, value, regex and truth(search.get("regex"), False))
    for term in _terms(search, "fixed"):
        yield _fixed(draw, term, [column], regex)


def _column_value(draw: Draw, column: Column, value: str, pattern: bool) -> Condition | None:
    if pattern and not column.search_method.startswith("yadcf"):
        return matches_pattern(value, [column], kinds=("text", "integer", "date"))
    try:
        return column_search(column, value)
    except UnreadError:
        draw.notices.add("value")
        return never


def _terms(search: dict[str, object], kind: str) -> list[str]:
    return [text(tree(one).get("term")) for one in items(search.get(kind))]


def _filters(term: str) -> bool:
    return bool(term.strip()) and term != "function"


def _fixed(draw: Draw, term: str, columns: Sequence[Column], regex: bool) -> Condition | None:
    if term == "function":
        draw.notices.add("function")
        return None
    match = _REGEX_TERM.fullmatch(term)
    if match and regex:
        return matches_pattern(match[1], columns)
    return all_words(term, columns)


def _groups(
    draw: Draw, groups: Sequence[object], where: str, regex: bool
) -> Iterator[Condition | None]:
    for number, group in enumerate(tree(group) for group in groups):
        wanted = items(group.get("columns"))
        places = [integer(one, f"{where}[{number}][columns]", 0, 0) for one in wanted]
        if any(place >= len(draw.listed) for place in places):
            raise RefusedError(f"{where}[{number}][columns]")
        if _filters(text(group.get("term"))):
            for place in places:
                refuse_unknown(draw.columns, draw.listed[place].asked, "filter")
        listed = [draw.listed[place].searched for place in places]
        columns = [column for column in listed if column is not None and column.may_search]
        yield _fixed(draw, text(group.get("term")), columns, regex)
