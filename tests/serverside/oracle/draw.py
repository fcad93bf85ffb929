"""One request, resolved against the declared columns: what to search, to order and to show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.serverside.oracle.columns import Column, find, refuse_unknown
from tests.serverside.oracle.reading import RefusedError, integer, items, text, tree, truth


@dataclass(frozen=True)
class Listed:
    """A column as the request lists it: where to search, by what to order, whether to search."""

    asked: dict[str, Any]
    searched: Column | None
    ordered: Column | None

    @property
    def may_search(self) -> bool:
        """Tell whether declaration and client both let the column be searched."""
        allowed = truth(self.asked.get("searchable"), default=True)
        return self.searched is not None and self.searched.may_search and allowed


@dataclass
class Draw:
    """A request read, and the reasons for which the answer must carry a notice."""

    request: dict[str, Any]
    draw: int
    start: int
    length: int
    columns: Sequence[Column]
    listed: list[Listed]
    order: list[tuple[Column, bool]] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)
    is_cut: bool = False

    def global_columns(self) -> list[Column]:
        """Return the listed columns that the global search looks at."""
        columns = [one.searched for one in self.listed if one.may_search]
        return [column for column in columns if column is not None and column.global_search]


def read_draw(request: dict[str, Any], columns: Sequence[Column], max_length: int) -> Draw:
    """Read a nested request, refusing what is not sound."""
    listed = [_listed(columns, tree(asked)) for asked in items(request.get("columns"))]
    if not listed:
        raise RefusedError("columns")
    draw = Draw(
        request=request,
        draw=integer(request.get("draw"), "draw", 0, 1),
        start=integer(request.get("start"), "start", 0, 0),
        length=integer(request.get("length"), "length", -1, max_length),
        columns=columns,
        listed=listed,
    )
    if draw.length < 0 or draw.length > max_length:
        draw.length, draw.is_cut = max_length, True
    draw.order = _order(draw)
    return draw


def _listed(columns: Sequence[Column], asked: dict[str, Any]) -> Listed:
    return Listed(asked, find(columns, asked, "filter"), find(columns, asked, "sort"))


def _order(draw: Draw) -> list[tuple[Column, bool]]:
    found: dict[Column, bool] = {}
    for index, asked in enumerate(items(draw.request.get("order"))):
        term = _order_term(draw, tree(asked), f"order[{index}]")
        if term is not None:
            found.setdefault(*term)  # ordering by a column again adds nothing
    return list(found.items())


def _order_term(draw: Draw, term: dict[str, Any], where: str) -> tuple[Column, bool] | None:
    direction = text(term.get("dir", "asc"))
    if direction not in ("asc", "desc", ""):
        raise RefusedError(f"{where}[dir]")
    if not direction:
        return None
    index = integer(term.get("column"), f"{where}[column]", 0, -1)
    if not 0 <= index < len(draw.listed):
        raise RefusedError(f"{where}[column]")
    column = draw.listed[index].ordered
    refuse_unknown(draw.columns, draw.listed[index].asked, "sort")
    if column is None or not column.orderable:
        draw.notices.add("order")
        return None
    return column, direction == "desc"
