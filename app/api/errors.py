"""The one place that turns exceptions into answers, in the members that DataTables reads."""

import logging
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.database import TooManyExportsError, db
from app.engines import SilentDatabaseError
from app.lanes import BusyError, ShareError
from app.serverside import BadRequest, UserError, error_answer, params

logger = logging.getLogger(__name__)

Answer = tuple[dict[str, Any], int] | tuple[dict[str, Any], int, dict[str, str]]

RETRY_SECONDS = "5"
READ_ONLY = "The database can only be read right now; please try again in a moment."
DAMAGED = "The database is damaged; its keeper has to mend it."
TROUBLE = {
    "25006": READ_ONLY,
    "SQLITE_READONLY": READ_ONLY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}


def register(bp: Blueprint) -> None:
    """Answer a blueprint's failures by who can do something about them."""
    bp.register_error_handler(BadRequest, _bad_request)
    bp.register_error_handler(UserError, _bad_request)  # a file has no place for it
    bp.register_error_handler(RequestEntityTooLarge, _too_large)
    bp.register_error_handler(TooManyExportsError, _exporting)
    for error in (OperationalError, InterfaceError, PoolTimeout, SilentDatabaseError):
        bp.register_error_handler(error, _away)
    bp.register_error_handler(DBAPIError, _unable)
    bp.register_error_handler(BusyError, _busy)
    bp.register_error_handler(ShareError, _greedy)
    bp.register_error_handler(Exception, _defect)


def failure(sentence: str) -> dict[str, Any]:
    """Return the members of a failed draw, in the request's own protocol."""
    try:
        parameters = params(request)
    except (BadRequest, RequestEntityTooLarge):
        parameters = {}
    return error_answer(parameters, sentence)


def _bad_request(error: BadRequest | UserError) -> Answer:
    return failure(str(error)), 400


def _too_large(_: RequestEntityTooLarge) -> Answer:
    return failure("The request is too large."), 413


def _exporting(_: TooManyExportsError) -> ResponseReturnValue:
    sentence = "Other exports are being sent; please try again in a moment."
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def _away(error: Exception) -> ResponseReturnValue:
    if db.renew(error):
        return _asked_again()
    if isinstance(error, DBAPIError) and trouble_of(error) in TROUBLE:
        return _unable(error)
    logger.warning("The database does not answer: %s", error)
    sentence = "The database does not answer right now; please try again in a moment."
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def _unable(error: DBAPIError) -> ResponseReturnValue:
    """Answer what the database can't do now, by its own code; all else is a defect of ours."""
    sentence = TROUBLE.get(trouble_of(error))
    if sentence is None:
        return _defect(error)
    if sentence == DAMAGED:
        db.engines.damage.meet()
    logger.error("The database is in trouble: %s", error)
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def trouble_of(error: DBAPIError) -> str:
    """Return what the database calls an error: a SQLSTATE, or SQLite's first two words."""
    name = str(getattr(error.orig, "sqlite_errorname", None) or "")
    return getattr(error.orig, "sqlstate", None) or "_".join(name.split("_")[:2])


def _busy(_: BusyError) -> Answer:
    sentence = "The server has too much to do right now; please try again in a moment."
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def _greedy(_: ShareError) -> Answer:
    sentence = "Too many requests from your address are under way; please wait for them."
    return failure(sentence), 429, {"Retry-After": RETRY_SECONDS}


def _asked_again() -> ResponseReturnValue:
    """Answer the request once more, from another connection."""
    try:
        return current_app.dispatch_request()
    except Exception as error:  # noqa: BLE001 - as Flask does with the first one
        return current_app.handle_user_exception(error)


def _defect(error: Exception) -> Answer | HTTPException:
    if isinstance(error, HTTPException):
        return error
    number = uuid4().hex[:12]
    logger.error("Defect %s", number, exc_info=error)
    return failure(f"Something went wrong here; the log has it under {number}."), 500
