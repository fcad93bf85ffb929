"""The same table answered by `sqlalchemy-datatables` as it is on PyPI, for comparison."""

import logging
from typing import Any

from datatables import DataTables as StockDataTables
from flask import Blueprint, request

from app.api import timing
from app.api.errors import failure
from app.api.users import COLUMNS
from app.database import db
from app.models import User

bp = Blueprint("stock", __name__)
logger = logging.getLogger(__name__)


@bp.route("/stock/users", methods=["GET", "POST"])
def stock_users() -> tuple[dict[str, Any], dict[str, str]]:
    """Answer as the library does; only its error texts, which hold SQL, stay in the log."""
    took = timing.timed(db.session)
    query = db.session.query().select_from(User).outerjoin(User.address)
    answer: dict[str, Any] = StockDataTables(request.values, query, COLUMNS).output_result()
    if "error" in answer:
        logger.warning("The stock library failed: %s", answer["error"])
        answer = failure("The stock library failed on this request; the log says how.")
    return answer, timing.of_database(took)
