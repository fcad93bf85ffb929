"""SearchBuilder: compound filters.

Conditions on any column, nested in groups of and and or, become one WHERE clause. SearchBuilder
stops with an alert where a column is of type `date` and the picker DateTime is not there; DateTime
2 is published as source only, and 1.6, which needs jQuery, works on DataTables 3 as well.
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
    ColumnDT(User.company, mData="company"),
    ColumnDT(User.birthday, mData="birthday", search_method="date"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
    ColumnDT(Address.country, mData="country", options=True),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Name", "Company", "Birthday", "Balance", "Country"],
    reference="reference#searchbuilder",
    clients=[clients.SEARCH_BUILDER],
    instead={"2.3": [clients.SEARCH_BUILDER_2]},
)
