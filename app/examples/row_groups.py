"""Row groups.

RowGroup draws a line wherever the country changes, so the rows must come ordered by it:
`orderFixed` puts the country before whatever the user sorts by. Ties end with the primary key, so
a group goes on on the next page where it stopped.
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
    ColumnDT(Address.country, mData="country"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).join(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Country", "City", "Name", "Balance"],
    reference="reference#order",
    clients=[clients.ROW_GROUP],
)
