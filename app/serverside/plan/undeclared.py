"""Columns that a request lists and the server did not declare: a page's buttons, for example.

They are the page's own and cost nothing, until somebody searches or orders by them. That one
without data at all can neither be searched nor ordered by is no mistake: clients say that it can.
"""

from ..errors import BadRequest
from ..limits import Limits
from ..wire.request import ColumnRequest, DrawRequest
from . import columncontrol
from .lookup import NOT_DECLARED


def refuse_search(request: DrawRequest, place: int, limits: Limits) -> None:
    """Raise `BadRequest` where any search but the global one is about an undeclared column."""
    asked = request.columns[place]
    if any(asked.names("filter")) and _is_searched(request, place, limits):
        raise BadRequest(asked.parameter, f"{NOT_DECLARED}, so it can't be searched")


def refuse_order(asked: ColumnRequest) -> None:
    """Raise `BadRequest` for an order by an undeclared column."""
    if any(asked.names("sort")):
        raise BadRequest(asked.parameter, f"{NOT_DECLARED}, so it can't be ordered by")


def _is_searched(request: DrawRequest, place: int, limits: Limits) -> bool:
    asked = request.columns[place]
    terms = [*asked.fixed, *(group.term for group in request.groups if place in group.columns)]
    terms += [asked.search] if asked.searchable else []
    filtering = any(term.text.strip() and term.text != "function" for term in terms)
    return filtering or columncontrol.is_filter(asked.control, limits)
