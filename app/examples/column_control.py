"""ColumnControl: a filter in each heading.

Each heading has a filter of its column's type, and columns declared `options=True` offer their
values to tick. The lists come with every answer, as the client empties a list that an answer
leaves out.
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
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.birthday, mData="birthday", search_method="date"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(Address.state, mData="state", options=True),
    ColumnDT(Address.country, mData="country", options=True),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Name", "Birthday", "Balance", "City", "State", "Country"],
    reference="reference#columncontrol",
    clients=[clients.COLUMN_CONTROL],
    instead={"2.3": [clients.COLUMN_CONTROL_2]},
)
