"""A selection across pages, and a state that stays.

Rows carry `DT_RowId`, so that Select knows them again on any page and after any search. `stateSave`
brings page, order and search back after a reload, and of the selection the rows in view.
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
    ColumnDT(User.company, mData="company"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User)
    table = DataTables(
        params(request),
        query,
        COLUMNS,
        session=db.session,
        row_id=lambda row: f"user_{row['id']}",
    )
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "Company"],
    reference="reference#the-answer",
    above="""
<p>Selected: <output id="selected">nobody</output></p>""",
    clients=[clients.SELECT],
)
