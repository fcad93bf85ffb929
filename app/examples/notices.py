"""Notices in three lines.

Where a part of a request can't be met, as by a word in a search for a number, the answer says so
in `notices` and the rest is answered. DataTables leaves them to the page: these three lines show
them.
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
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Balance"],
    reference="reference#the-answer",
    above="""
<label>Balance
  <input id="balance" type="search" class="form-control" placeholder="&gt; 90000">
</label>
<p id="notices" role="status"></p>""",
)
