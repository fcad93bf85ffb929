"""The plan of a draw: the request's names looked up, its wishes as conditions and order."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..columns.column import ColumnDT
from ..errors import BadRequest
from ..limits import Limits
from ..wire.request import Direction, DrawRequest
from . import columncontrol, searchbuilder, searches, searchpanes, undeclared
from .conditions import Every, size
from .context import Context, Filter
from .lookup import Declaration

EXTENSIONS = (searches, searchbuilder, columncontrol, searchpanes)  # each has filters(context)


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """A column and a direction."""

    column: ColumnDT
    direction: Direction


@dataclass(frozen=True, slots=True)
class Plan:
    """Conditions joined by AND, the order, the window, and remarks for the user."""

    filters: tuple[Filter, ...]
    order: tuple[OrderTerm, ...]
    start: int
    length: int
    is_cut: bool  # whether a longer page was asked for
    notices: tuple[str, ...]

    def where(self, without: str | None = None) -> Every | None:
        """Return all conditions, or all but those from one source; None filters nothing."""
        parts = tuple(part.predicate for part in self.filters if part.source != without)
        return Every(parts) if parts else None

    def remarks(self, filtered: int, unmet: tuple[str, ...] = ()) -> list[str]:
        """Return the notices of a draw that `filtered` rows match, and whose `unmet` panes do not.

        A page that is shorter than was asked for, and leaves rows out by that, says so.
        """
        said = [*self.notices, *map(searchpanes.unmet_notice, unmet)]
        if self.is_cut and filtered > self.start + self.length:
            said.append(f"A page holds at most {self.length:,} rows; page on for the others.")
        return list(dict.fromkeys(said))


def plan(request: DrawRequest, declaration: Declaration, limits: Limits, *, regex: bool) -> Plan:
    """Turn a request into a plan over the declared columns. Raises `BadRequest`."""
    notices: list[str] = []
    context = Context(request, declaration, limits, regex, notices.append)
    filters = tuple(part for extension in EXTENSIONS for part in extension.filters(context))
    if sum(size(part.predicate) for part in filters) > limits.max_conditions:
        reason = f"searches for too much at once; at most {limits.max_conditions} tests"
        raise BadRequest("The request", reason)
    order = tuple(_order(context))
    length = _length(request, limits)
    is_cut = length != request.length
    return Plan(filters, order, request.start, length, is_cut, tuple(dict.fromkeys(notices)))


def _length(request: DrawRequest, limits: Limits) -> int:
    return limits.max_length if request.length < 0 else min(request.length, limits.max_length)


def _order(context: Context) -> Iterator[OrderTerm]:
    request, declaration = context.request, context.declaration
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
            context.notice(f"{entry.parameter} is left out: this column can't be ordered.")
        elif id(column) not in seen:
            seen.add(id(column))
            yield OrderTerm(column, entry.direction)
