"""The request of one draw: nested parameters, typed and bounded, become a `DrawRequest`.

Knows the wire and nothing of SQL. Parameters: https://datatables.net/manual/server-side.
"""

import marshal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..cache import remembered
from ..errors import BadRequest
from ..limits import Limits
from .params import Parameter, is_mapping

Direction = Literal["asc", "desc"]

_WITHOUT_REFERENCES = 2  # marshal's version that writes equal values alike
_KNOWN_BYTES, _READ_BYTES = 20_000, 20  # what is read is so many times as long as what was sent


@dataclass(frozen=True, slots=True)
class Term:
    """A search term and the parameter that brought it."""

    parameter: str
    text: str
    regex: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One search over several columns of the request, by index."""

    columns: tuple[int, ...]
    term: Term


@dataclass(frozen=True, slots=True)
class ColumnRequest:
    """One entry of `columns`: where its data come from and what is asked of it.

    `sources` holds the client's data source by role: ``_``, ``sort``, ``filter``...; a plain source
    has the one role ``_``. A column that exists only on the client has none.
    """

    parameter: str
    sources: Mapping[str, str]
    name: str
    searchable: bool
    search: Term
    fixed: tuple[Term, ...]
    control: Parameter

    def names(self, role: str) -> list[str]:
        """Return the names under which its data may be found for a role: ``sort``, ``filter``."""
        found = [self.sources[key] for key in (role, "_") if key in self.sources]
        return found or list(self.sources.values())


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One entry of `order`: a column of the request by index or by name, and a direction."""

    parameter: str
    column: int | None
    name: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Everything one draw asks for. `length` is -1 for all rows."""

    draw: int
    start: int
    length: int
    search: Term
    fixed: tuple[Term, ...]
    groups: tuple[Group, ...]
    columns: tuple[ColumnRequest, ...]
    order: tuple[OrderRequest, ...]
    root: Parameter = field(repr=False)


def parse(tree: Mapping[str, Any], limits: Limits) -> DrawRequest:
    """Turn nested parameters into a `DrawRequest`. Raises `BadRequest`."""
    root = Parameter(tree, "")
    if root["action"].value is not None and root["draw"].value is None:
        raise BadRequest("action", "is not answered here; this address only reads")
    columns = _columns(root["columns"], limits)
    if not columns:
        raise BadRequest("columns", "is missing; this is not a DataTables request")
    search = root["search"]
    return DrawRequest(
        draw=root["draw"].integer(default=1, least=0),
        start=root["start"].integer(default=0, least=0),
        length=root["length"].integer(default=-1, least=-1),
        search=_search(search, limits),
        fixed=_fixed(search["fixed"], limits),
        groups=(
            *_groups(search["groups"], len(columns), limits),
            *_groups(search["groupsFixed"], len(columns), limits),
        ),
        columns=columns,
        order=tuple(_orders(root["order"], len(columns), limits)),
        root=root,
    )


def _search(search: Parameter, limits: Limits) -> Term:
    return read_term(search["value"], limits, search["regex"].flag())


def read_term(node: Parameter, limits: Limits, regex: bool = False) -> Term:
    """Return a search term within the limits."""
    text = node.text(limits.max_term_length)
    if len(text.split()) > limits.max_words:
        raise BadRequest(node.name, f"has more than {limits.max_words} words")
    return Term(node.name, text, regex)


def _fixed(node: Parameter, limits: Limits) -> tuple[Term, ...]:
    return tuple(read_term(entry["term"], limits) for entry in node.items(limits.max_terms))


def _groups(node: Parameter, columns: int, limits: Limits) -> Iterator[Group]:
    for entry in node.items(limits.max_terms):
        indexes = [_index(item, columns) for item in entry["columns"].items(limits.max_columns)]
        yield Group(tuple(indexes), read_term(entry["term"], limits))


def _index(node: Parameter, columns: int) -> int:
    index = node.integer(default=-1, least=0)
    if not 0 <= index < columns:
        raise BadRequest(node.name, "names a column that is not in `columns`")
    return index


def _columns(node: Parameter, limits: Limits) -> tuple[ColumnRequest, ...]:
    """Read `columns`, which a page sends alike with draw after draw."""
    try:
        written = marshal.dumps(node.value, _WITHOUT_REFERENCES)
    except ValueError:  # a mapping of another kind
        return _read_columns(node, limits)
    if len(written) > _KNOWN_BYTES:
        return _read_columns(node, limits)
    # A copy is read: the caller may change the parameters later.
    return remembered(
        ("columns", written, limits),
        lambda: _read_columns(Parameter(marshal.loads(written), "columns"), limits),  # noqa: S302
        lambda _: _READ_BYTES * len(written),
    )


def _read_columns(node: Parameter, limits: Limits) -> tuple[ColumnRequest, ...]:
    return tuple(_column(entry, limits) for entry in node.items(limits.max_columns))


def _column(node: Parameter, limits: Limits) -> ColumnRequest:
    return ColumnRequest(
        parameter=node["data"].name,
        sources=_sources(node["data"], limits),
        name=node["name"].text(limits.max_term_length),
        searchable=node["searchable"].value is None or node["searchable"].flag(),
        search=_search(node["search"], limits),
        fixed=_fixed(node["search"]["fixed"], limits),
        control=node["columnControl"],
    )


def _sources(data: Parameter, limits: Limits) -> dict[str, str]:
    if is_mapping(data.value):
        return {role: data[role].text(limits.max_term_length) for role in data.value}
    text = data.text(limits.max_term_length)
    return {"_": text} if text and text != "function" else {}


def _orders(node: Parameter, columns: int, limits: Limits) -> Iterator[OrderRequest]:
    for entry in node.items(limits.max_orders):
        given = isinstance(entry.value, Mapping) and "dir" in entry.value
        direction = entry["dir"].text(limit=30_000, default="" if given else "asc")
        if direction == "":
            continue  # DataTables 2 and 3: this column is not ordered
        if direction not in ("asc", "desc"):
            raise BadRequest(entry["dir"].name, "must be asc or desc")
        name = entry["name"].text(limits.max_term_length)
        by_name = entry["column"].value in (None, "") and name != ""
        index = None if by_name else _index(entry["column"], columns)
        yield OrderRequest(entry.name, index, name, "asc" if direction == "asc" else "desc")
