"""All users that match, as one file: the rows of the table's every page, in its order."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from errno import EPIPE
from functools import partial
from math import inf
from socket import socket
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.api.lines import csv_pieces, json_pieces
from app.api.options import engine_options
from app.api.spreadsheet import MOST_ROWS, xlsx_pieces
from app.api.users import COLUMNS
from app.database import client_socket, db
from app.models import User
from app.serverside import Deadline, MatchingRows, params

bp = Blueprint("export", __name__)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, how it is written, and how many rows it can hold."""

    media_type: str
    pieces: Callable[[MatchingRows], Iterator[bytes]]
    most_rows: int | None = None


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", csv_pieces),
    "xlsx": Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_pieces, MOST_ROWS
    ),
    "jsonl": Kind("application/jsonl", json_pieces),
}


def export(kind: str) -> Response:
    """Send all users that match, in the table's order and columns; see `MatchingRows`."""
    with ExitStack() as opened:
        session, deadline = opened.enter_context(db.exporting())
        with deadline.kept():
            rows = opened.enter_context(
                MatchingRows(
                    params(request),
                    select().select_from(User).outerjoin(User.address),
                    COLUMNS,
                    allow_regex_searches=True,
                    session=session,
                    **_options(KINDS[kind]),
                )
            )
        pieces = _whole(_in_time(KINDS[kind].pieces(rows), deadline, client_socket()))
        response = Response(pieces, headers=_headers(kind, rows))
        response.call_on_close(partial(_end, opened.pop_all(), deadline))
    return response


for name in KINDS:
    bp.add_url_rule(
        f"/users/export.{name}", view_func=export, methods=["GET", "POST"], defaults={"kind": name}
    )


def _options(kind: Kind) -> dict[str, Any]:
    options = engine_options()
    limits = options["limits"]
    most = min(limits.max_rows, kind.most_rows or limits.max_rows)
    return {"limits": replace(limits, max_rows=most), "tuning": options["tuning"]}


def _headers(kind: str, rows: MatchingRows) -> dict[str, str]:
    return {
        "Content-Type": KINDS[kind].media_type,
        "Content-Disposition": f'attachment; filename="users.{kind}"',
        "X-Export-Rows": str(rows.number),
        "X-Export-Cut": "true" if rows.is_cut else "false",
        "X-Accel-Buffering": "no",  # or nginx holds the file for a slow client
    }


def _in_time(pieces: Iterator[bytes], deadline: Deadline, client: socket | None) -> Iterator[bytes]:
    """Send the pieces for as long as an export may take; the request's own time is over by then."""
    while True:
        with deadline.kept():
            piece = next(pieces, None)
        if piece is None:
            return
        left = deadline.stops_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long, or nobody waits for it")
        if client is not None and left < inf:
            client.settimeout(left)  # for one that takes nothing; the next request is without
        yield piece


def _end(opened: ExitStack, deadline: Deadline) -> None:
    with deadline.kept():
        opened.close()


def _whole(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Break the answer off where something goes wrong, so that no part is taken for the whole.

    Servers end an answer properly after the last piece, and not at all after a broken pipe.
    """
    try:
        yield from pieces
    except (DBAPIError, TimeoutError) as error:
        logger.warning("An export was broken off: %s", error)
        raise BrokenPipeError(EPIPE, "the rest of an export is missing") from error
