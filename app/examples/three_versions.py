"""DataTables 1.13, 2.3 and 3.1 on one endpoint.

The three generations write the same question in different ways, and one endpoint answers all of
them. The page's script is the same as well: choose a version, and only the vendor files change.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples import clients
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.birthday, mData="birthday", search_method="date"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "Birthday"],
    reference="reference#how-a-request-may-travel",
    clients=[clients.DATATABLES],
    instead={"2.3": [clients.DATATABLES_2], "1.13": [clients.DATATABLES_1]},
)
