"""The one place that turns exceptions into answers, in the members that DataTables reads."""

import logging
from typing import Any
from uuid import uuid4

from flask import Blueprint, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.database import BusyError, is_away
from app.serverside import BadRequest, UserError, error_answer, params

logger = logging.getLogger(__name__)

Answer = tuple[dict[str, Any], int] | tuple[dict[str, Any], int, dict[str, str]]

RETRY_SECONDS = "5"


def register(bp: Blueprint) -> None:
    """Answer a blueprint's failures by who can do something about them."""
    bp.register_error_handler(BadRequest, _bad_request)
    bp.register_error_handler(UserError, _bad_request)  # a file has no place for it
    bp.register_error_handler(RequestEntityTooLarge, _too_large)
    bp.register_error_handler(BusyError, _busy)
    for error in (OperationalError, InterfaceError, PoolTimeout):
        bp.register_error_handler(error, _away)
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


def _busy(_: BusyError) -> Answer:
    sentence = "Other exports are being sent; please try again in a moment."
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def _away(error: Exception) -> Answer | HTTPException:
    if not is_away(error):
        return _defect(error)
    logger.warning("The database does not answer: %s", error)
    sentence = "The database does not answer right now; please try again in a moment."
    return failure(sentence), 503, {"Retry-After": RETRY_SECONDS}


def _defect(error: Exception) -> Answer | HTTPException:
    if isinstance(error, HTTPException):
        return error
    number = uuid4().hex[:12]
    logger.error("Defect %s", number, exc_info=error)
    return failure(f"Something went wrong here; the log has it under {number}."), 500
