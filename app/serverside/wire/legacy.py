"""The protocol of DataTables 1.9, translated to today's and back.

DataTables 1.10 to 1.13 speak it where the page uses `sAjaxSource` or `ext.legacy.ajax`. Parameters
that are absent are those of features that the page turned off. A bad request names a parameter by
its newer name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import BadRequest
from ..limits import Limits
from .params import Parameter

_MEMBERS = {
    "draw": "sEcho",
    "recordsTotal": "iTotalRecords",
    "recordsFiltered": "iTotalDisplayRecords",
    "data": "aaData",
    "error": "sError",
}


def is_spoken(tree: Mapping[str, Any]) -> bool:
    """Tell a request of the old protocol from one of today's."""
    return "sEcho" in tree


def translated(tree: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Return an old request as the nested parameters of today. Raises `BadRequest`."""
    return {
        "draw": tree["sEcho"],
        "start": tree.get("iDisplayStart"),
        "length": tree.get("iDisplayLength"),
        "search": {"value": tree.get("sSearch"), "regex": tree.get("bRegex")},
        "columns": list(_columns(tree, limits)),
        "order": list(_order(tree, limits)),
    }


def answered(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with the old names of its members."""
    return {_MEMBERS.get(name, name): value for name, value in answer.items()}


def _columns(tree: Mapping[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
    names = (
        Parameter(tree, "")["sColumns"].text(limits.max_columns * limits.max_term_length).split(",")
    )
    for n in range(_count(tree, "iColumns", limits.max_columns)):
        yield {
            "data": tree.get(f"mDataProp_{n}", str(n)),
            "name": names[n] if n < len(names) else "",
            "searchable": tree.get(f"bSearchable_{n}"),
            "search": {"value": tree.get(f"sSearch_{n}"), "regex": tree.get(f"bRegex_{n}")},
        }


def _order(tree: Mapping[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
    for n in range(_count(tree, "iSortingCols", limits.max_orders)):
        yield {"column": tree.get(f"iSortCol_{n}"), "dir": tree.get(f"sSortDir_{n}")}


def _count(tree: Mapping[str, Any], name: str, most: int) -> int:
    number = Parameter(tree, "")[name].integer(default=0, least=0)
    if number > most:
        raise BadRequest(name, f"is more than {most}")
    return number
