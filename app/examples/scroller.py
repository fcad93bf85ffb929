"""Scroller over all rows.

No pages: one scroll bar for every row there is, and the rows in view are asked for as it moves. A
jump to the middle starts wherever the thumb landed, which is why the endpoint takes any `start`
and reads it from the nearest anchor.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples import clients
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(Address.city, mData="city"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "City"],
    reference="reference#how-a-request-may-travel",
    clients=[clients.SCROLLER],
)
