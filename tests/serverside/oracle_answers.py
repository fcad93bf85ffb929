"""One request asked twice: what the engine says and what the oracle says, in the same form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from app.serverside import BadRequest
from tests.serverside.oracle import RefusedError, UserError
from tests.serverside.strategies.terms import written
from tests.serverside.tables import Table

REFUSED: dict[str, Any] = {"refused": True}
# What an answer in the old protocol calls its members.
NAMES = {
    "sEcho": "draw", "iTotalRecords": "recordsTotal", "iTotalDisplayRecords": "recordsFiltered",
    "aaData": "data", "sError": "error",
}  # fmt: skip
COMPARED = ("draw", "recordsTotal", "recordsFiltered", "keys")


def expected(table: Table, request: dict[str, Any], *, regex: bool = True) -> dict[str, Any]:
    """Ask the oracle."""
    try:
        answer = table.oracle(regex=regex).answer(request)
    except RefusedError:
        return REFUSED
    except UserError:
        return {"draw": int(request["draw"]), "recordsFiltered": 0, "keys": [], "error": True}
    lists = {name: {written(value) for value in found} for name, found in answer["lists"].items()}
    panes = {
        name: {written(value): counts for value, counts in found.items()}
        for name, found in answer["panes"].items()
    }
    offered = {"lists": lists, "panes": panes, "noticed": bool(answer["notices"])}
    return {name: answer[name] for name in COMPARED} | offered


def answered(
    table: Table, engine: Engine, params: Mapping[str, Any], *, regex: bool = True
) -> dict[str, Any]:
    """Ask the engine, with the request in any form that it takes."""
    try:
        result = table.draw(engine, params, regex=regex)
    except BadRequest:
        return REFUSED
    result = {NAMES.get(name, name): value for name, value in result.items()}
    result["keys"] = [row["id"] if "id" in row else row["0"] for row in result["data"]]
    if "error" in result:
        kept = {name: result[name] for name in ("draw", "recordsFiltered", "keys")}
        return kept | {"error": True}
    offered = _offered(table, result) | {"noticed": bool(result.get("notices"))}
    return {name: result[name] for name in COMPARED} | offered


def _offered(table: Table, result: dict[str, Any]) -> dict[str, Any]:
    lists = result.get("columnControl", {})
    panes = result.get("searchPanes", {}).get("options", {})
    return {
        "lists": {
            _own(table, name): {written(option["value"]) for option in found}
            for name, found in lists.items()
        },
        "panes": {
            _own(table, name): {written(o["value"]): (o["total"], o["count"]) for o in found}
            for name, found in panes.items()
        },
    }


def _own(table: Table, name: str) -> str:
    """Name a column as declared; a client that numbers its columns is answered by number."""
    return table.described[int(name)].data if name.isdigit() else name


def assert_agree(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare two answers; the engine may give notices that the oracle does not ask for."""
    assert _without_notices(given) == _without_notices(wanted)
    assert given.get("noticed") or not wanted.get("noticed"), "a notice is missing"


def _without_notices(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "noticed"}
