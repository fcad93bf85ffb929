"""To one: a user's address.

The query names the path, and a column of the other table is declared like any other: it is
searched, ordered and filtered. The join is an outer one, so users without an address stay in, with
empty cells.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(Address.street, mData="address.street"),
    ColumnDT(Address.city, mData="address.city"),
    ColumnDT(Address.country, mData="address.country"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Name", "Email", "Street", "City", "Country"],
    reference="calling#your-query",
)
