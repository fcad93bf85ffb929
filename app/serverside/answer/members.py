"""The members of an answer, in the protocol that the request speaks."""

from collections.abc import Mapping
from typing import Any

from ..wire import legacy

_DRAW_DIGITS = 19  # as many as a draw may have, and one


def error_answer(parameters: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """Return the answer to a draw that failed: no rows, and `error` with a sentence for the user.

    `parameters` is what `params()` returned, or an empty dict where it could not. The request's
    draw comes back, or else the client would wait for ever.

        return jsonify(error_answer(params(request), "The database does not answer.")), 503

    https://datatables.net/manual/server-side#Returned-data
    """
    is_old = legacy.is_spoken(parameters)
    answer = {
        "draw": _number(parameters.get("sEcho" if is_old else "draw")),
        "recordsTotal": 0,
        "recordsFiltered": 0,
        "data": [],
        "error": sentence,
    }
    return legacy.answered(answer) if is_old else answer


def _number(draw: object) -> int:
    """Return the request's draw; 0 where there is none that a client could have sent."""
    text = str(draw)
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DRAW_DIGITS else 0
