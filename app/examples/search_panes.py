"""SearchPanes with cascade.

Each pane counts what its values would find under all other filters, the search box included;
values without a match go away. SearchPanes exists for DataTables 1 and 2 only; on 3,
ColumnControl's lists take its place.
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
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.active, mData="active", options=True),
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
    ["Name", "Email", "Active", "State", "Country"],
    reference="reference#searchpanes",
    clients=[clients.SEARCH_PANES_2],
)
