"""Tell a supervisor whether the process lives and whether it can serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.models import User
from app.serverside import time_limit

READY_SECONDS = 2.0  # a supervisor has little patience

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the process lives; asks nothing of the database."""
    return _answer(200, "alive")


@bp.get("/readyz")
def readyz() -> Response:
    """Answer 200 when the database answers, is whole and is seeded, else 503; soon in any case."""
    try:
        with time_limit(READY_SECONDS, grace=0):
            seeded = db.session.scalar(select(User.id).limit(1)) is not None
            damaged = db.engines.damage.is_known(db.session.connection())
    except SQLAlchemyError:
        return _answer(503, "the database does not answer")
    if damaged:
        return _answer(503, "the database is damaged")
    return _answer(200, "ready") if seeded else _answer(503, "the database is not seeded")


def _answer(code: int, status: str) -> Response:
    response = jsonify(status=status)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    return response
