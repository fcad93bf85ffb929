"""Rows by number, with row ids.

A page without `columns.data` asks for its columns by number, and is answered under those numbers;
that leaves room for `DT_RowId`. With `arrays=True` rows would be lists, in which no id has a
place.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
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
    reference="reference#columns",
    above="""
<p>Clicked: <output id="clicked">no row yet</output></p>""",
)
